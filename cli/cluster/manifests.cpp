// From documents to JSON.
#include "cli/cluster/manifests.h"

#include <algorithm>
#include <ostream>

#include "analyzer/run.h"
#include "cli/read_sources.h"
#include "cli/source_errors.h"
#include "codegen/emit_json.h"

namespace tiphys::cli {
namespace {

/// Whether the files may go. The cluster may have the templates that they lack.
bool passes(const Sources& sources, Streams& streams) {
    analyze::Options options;
    options.settings.missing_references = analyze::MissingReferences::kIgnore;
    std::vector<Diagnostic> found = analyze::run_rules(sources.project, options);
    std::erase_if(found, [](const Diagnostic& diagnostic) {
        return diagnostic.severity != Severity::kError;
    });
    if (found.empty()) return true;
    write_diagnostics(std::move(found), sources, streams);
    return false;
}

} // namespace

Result<std::vector<std::string>> read_manifests(const ManifestRequest& request, Streams& streams) {
    TIPHYS_TRY(sources, read_sources(request.files, streams, "<stdin>", 0, request.environment));
    for (const std::string& message : sources->unreadable) {
        streams.err << "tiphys: " << message << "\n";
    }
    std::vector<std::string> objects;
    if (request.is_checked && !passes(*sources, streams)) return objects;
    for (const ir::Document* document : all_documents(sources->project)) {
        if (document->kind != request.kind) continue;
        std::string json;
        codegen::emit_json(*document->root, codegen::JsonLayout::kCompact, json);
        objects.push_back(std::move(json));
    }
    if (objects.empty()) {
        return Error{"there is no " + request.kind + " in `" + request.files.front() + "`"};
    }
    return objects;
}

} // namespace tiphys::cli
