// What `tiphys lint` writes.
#include "cli/lint_outputs.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "cli/lint_statistics.h"
#include "cli/report_options.h"
#include "cli/write_file.h"
#include "compiler/base/limits.h"
#include "compiler/base/nearest.h"

namespace tiphys::cli {
namespace {

bool fails(const report::Summary& summary, const std::string& fail_on) {
    if (fail_on == "never") return false;
    if (summary.errors > 0) return true;
    if (fail_on == "error") return false;
    return summary.warnings > 0 || (fail_on == "info" && summary.infos > 0);
}

/// Keeps the findings of each file below the limit; returns how many were left out.
std::size_t limit_per_file(std::vector<Diagnostic>& found) {
    std::size_t n_kept = 0;
    std::size_t n_of_file = 0;
    FileId file = FileId::kNone;
    for (Diagnostic& diagnostic : found) {
        n_of_file = diagnostic.span.file == file ? n_of_file + 1 : 1;
        file = diagnostic.span.file;
        if (n_of_file > limits::kDiagnosticsPerFile) continue;
        Diagnostic& place = found[n_kept++];
        if (&place != &diagnostic) place = std::move(diagnostic);
    }
    const std::size_t n_left_out = found.size() - n_kept;
    found.resize(n_kept);
    return n_left_out;
}

Error unknown_format(const std::string& name) {
    const std::vector<std::string_view> names = report::format_names();
    const std::string nearest(nearest_name(name, names));
    std::string known;
    for (const std::string_view one : names)
        known += (known.empty() ? "" : ", ") + std::string(one);
    return Error{"unknown format `" + name + "`; " +
                 (nearest.empty() ? "it can be " + known : "did you mean `" + nearest + "`")};
}

std::optional<Error> collision(const std::vector<LintOutput>& outputs) {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        for (std::size_t j = i + 1; j < outputs.size(); ++j) {
            if (outputs[i].path != outputs[j].path) continue;
            const std::string& path = outputs[i].path;
            return Error{path.empty() ? "two reports for standard output; give all but one an "
                                        "--output"
                                      : "two reports for `" + path + "`"};
        }
    }
    return std::nullopt;
}

/// One report to where it belongs.
Result<Done> write_one(const LintOptions& options, const LintOutput& output,
                       const report::Report& report, Streams& streams) {
    if (output.path.empty()) {
        // `--fix -` is a filter: standard output holds the fixed text alone.
        const bool is_filter = options.reads_stdin() && options.is_fixing();
        std::ostream& out = is_filter ? streams.err : streams.out;
        const report::Options shown = report_options(options.colour, options.columns, streams);
        if (options.is_statistics) {
            write_statistics(out, report, output.format);
        } else {
            report::write(out, report, shown, output.format);
        }
        return Done{};
    }
    std::ostringstream file;
    if (options.is_statistics) {
        write_statistics(file, report, output.format);
    } else {
        report::write(file, report, report_options("never", options.columns, streams),
                      output.format);
    }
    return write_text(output.path, file.str());
}

} // namespace

Result<std::vector<LintOutput>> pair_outputs(const std::vector<OutputWord>& words) {
    std::vector<LintOutput> outputs;
    std::vector<std::string> paths;
    std::size_t n_adjacent = 0;
    for (const OutputWord& word : words) {
        if (word.is_path) {
            paths.push_back(word.text);
            if (!outputs.empty() && outputs.back().path.empty()) {
                outputs.back().path = word.text;
                ++n_adjacent;
            }
            continue;
        }
        const auto format = report::format_by_name(word.text);
        if (!format) return unknown_format(word.text);
        outputs.push_back({*format, ""});
    }
    if (outputs.empty()) outputs.push_back({report::Format::kFull, ""});
    if (paths.size() > outputs.size()) return Error{"more --output than --format"};
    if (paths.size() == outputs.size()) {
        for (std::size_t i = 0; i < paths.size(); ++i)
            outputs[i].path = paths[i];
    } else if (n_adjacent < paths.size()) {
        return Error{"`--output " + paths.front() + "` belongs behind its --format"};
    }
    if (const auto error = collision(outputs)) return *error;
    return outputs;
}

int write_reports(const LintOptions& options, const LintSession& session, LintResult result,
                  Streams& streams) {
    const Sources& sources = session.sources();
    const std::size_t n_files = session.is_stdin_alone() ? 1 : sources.n_relevant;
    std::vector<Diagnostic> found = std::move(result.verdict.shown);
    // What is not shown for want of room counts all the same.
    const bool has_failed = fails(report::summarize(found, n_files), session.fail_on());
    const std::size_t n_left_out = options.is_statistics ? 0 : limit_per_file(found);
    report::Report report{sources.map, found, report::summarize(found, n_files)};
    report.summary.left_out = n_left_out;
    report.summary.suppressed = result.verdict.suppressed.size() + result.verdict.excluded.size();
    report.suppressed = result.verdict.suppressed;
    report.excluded = result.verdict.excluded;
    for (const LintOutput& output : options.outputs) {
        const auto written = write_one(options, output, report, streams);
        if (!written.has_value()) return fail(streams, written.error().message);
    }
    if (result.n_gone > 0) {
        streams.err << "tiphys: " << result.n_gone
                    << (result.n_gone == 1 ? " finding" : " findings") << " of the baseline `"
                    << session.baseline_path()
                    << "` no longer there; --write-baseline takes them out\n";
    }
    for (const std::string& message : sources.unreadable)
        streams.err << "tiphys: " << message << "\n";
    if (options.is_exit_zero) return kExitFine;
    if (has_failed) return kExitFindings;
    return sources.unreadable.empty() ? kExitFine : kExitUsage;
}

} // namespace tiphys::cli
