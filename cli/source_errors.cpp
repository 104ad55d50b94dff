// Errors that keep commands from going on.
#include "cli/source_errors.h"

#include <algorithm>
#include <ostream>
#include <unistd.h>

#include "analyzer/report/report.h"
#include "analyzer/run.h"
#include "cli/report_options.h"

namespace tiphys::cli {
namespace {

/// Findings that mean that a manifest is not what its writer believes, or none of Argo's.
std::vector<Diagnostic> errors_of(const Sources& sources) {
    analyze::Options options;
    options.n_threads = default_threads();
    for (const analyze::RegisteredRule& rule : analyze::rules()) {
        if (rule.group == "syn" || rule.group == "lang") options.only.push_back(rule.name);
    }
    std::vector<Diagnostic> found = analyze::run_rules(sources.project, options);
    std::erase_if(found,
                  [](const Diagnostic& finding) { return finding.severity != Severity::kError; });
    return found;
}

} // namespace

void write_diagnostics(std::vector<Diagnostic> found, const Sources& sources, Streams& streams) {
    std::sort(found.begin(), found.end(), comes_before);
    const report::Report report{sources.map, found, report::summarize(found, sources.n_relevant)};
    Streams to_err{streams.in, streams.err, streams.err, isatty(STDERR_FILENO) == 1};
    report::write(streams.err, report, report_options("auto", "utf8", to_err),
                  *report::format_by_name("full"));
}

bool report_errors(const Sources& sources, Streams& streams) {
    const std::vector<Diagnostic> errors = errors_of(sources);
    if (errors.empty()) return false;
    const report::Report report{sources.map, errors, report::summarize(errors, sources.n_relevant)};
    report::write(streams.err, report, report_options("never", "utf8", streams),
                  report::Format::kFull);
    return true;
}

std::vector<const ir::Document*> all_documents(const ir::Project& project) {
    std::vector<const ir::Document*> documents;
    for (const ir::SourceUnit& unit : project.units()) {
        if (unit.is_known) continue;
        for (const ir::Document& document : unit.documents) {
            // A lone text or an empty document is no manifest.
            if (document.root->kind != ir::ValueKind::kScalar) documents.push_back(&document);
        }
    }
    return documents;
}

} // namespace tiphys::cli
