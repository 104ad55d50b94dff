// tiphys lint: every defect of a set of manifests, at its place.
#include <fstream>
#include <memory>
#include <optional>
#include <ostream>
#include <sstream>

#include <CLI/CLI.hpp>

#include "analyzer/report/report.h"
#include "analyzer/report/unified_diff.h"
#include "analyzer/run.h"
#include "cli/apply_fixes.h"
#include "cli/command.h"
#include "cli/read_sources.h"
#include "cli/report_options.h"
#include "cli/shellcheck.h"
#include "compiler/base/limits.h"
#include "compiler/base/nearest.h"

namespace tiphys::cli {
namespace {

struct LintOptions {
    std::vector<std::string> paths;
    std::string format = "full";
    std::string output;
    std::string colour = "auto";
    std::string columns = "utf8";
    std::string fail_on = "error";
    std::string stdin_name = "<stdin>";
    std::string argo_version = "4.1";
    std::int64_t most_pods = analyze::Limits{}.most_pods;
    std::string shellcheck = "never";
    bool is_strict = false;
    bool is_exit_zero = false;
    std::vector<std::string> only;
    bool is_fix = false;
    bool is_unsafe_fix = false;
    bool is_diff = false;
    unsigned n_threads = 0;
};

/// "4.1" → 401; 0 where it is no version.
int version_number(const std::string& text) {
    int major = 0;
    int minor = 0;
    char rest = 0;
    if (std::sscanf(text.c_str(), "%d.%d%c", &major, &minor, &rest) != 2) return 0;
    return major * 100 + minor;
}

bool fails(const report::Summary& summary, const std::string& fail_on) {
    if (fail_on == "never") return false;
    if (summary.errors > 0) return true;
    if (fail_on == "error") return false;
    return summary.warnings > 0 || (fail_on == "info" && summary.infos > 0);
}

/// Keeps the findings of each file below the limit; returns how many were left out.
std::size_t limit_per_file(std::vector<Diagnostic>& found) {
    std::vector<Diagnostic> kept;
    std::size_t n_left_out = 0;
    std::size_t n_of_file = 0;
    FileId file = FileId::kNone;
    for (Diagnostic& diagnostic : found) {
        n_of_file = diagnostic.span.file == file ? n_of_file + 1 : 1;
        file = diagnostic.span.file;
        if (n_of_file > limits::kDiagnosticsPerFile) {
            ++n_left_out;
        } else {
            kept.push_back(std::move(diagnostic));
        }
    }
    found = std::move(kept);
    return n_left_out;
}

bool reads_stdin(const LintOptions& options) {
    return std::find(options.paths.begin(), options.paths.end(), "-") != options.paths.end();
}

int write_report(const LintOptions& options, const Sources& sources, std::vector<Diagnostic> found,
                 Streams& streams) {
    const std::size_t n_left_out = limit_per_file(found);
    report::Report report{sources.map, found, report::summarize(found, sources.n_relevant)};
    report.summary.left_out = n_left_out;
    const auto format = report::format_by_name(options.format);
    if (options.output.empty()) {
        // `--fix -` is a filter: standard output holds the fixed text alone.
        const bool is_filter = reads_stdin(options) && (options.is_fix || options.is_unsafe_fix);
        report::write(is_filter ? streams.err : streams.out, report,
                      report_options(options.colour, options.columns, streams), *format);
    } else {
        std::ofstream file(options.output, std::ios::binary);
        report::write(file, report, report_options("never", options.columns, streams), *format);
        if (!file.flush()) return fail(streams, "cannot write `" + options.output + "`");
    }
    for (const std::string& message : sources.unreadable)
        streams.err << "tiphys: " << message << "\n";
    if (options.is_exit_zero) return kExitFine;
    if (fails(report.summary, options.fail_on)) return kExitFindings;
    return sources.unreadable.empty() ? kExitFine : kExitUsage;
}

using LoadedSources = Result<std::unique_ptr<Sources>>;

/// What `--diff` prints: the changes that `--fix` would make. Exits with 1 where there are any.
int show_fixes(const LintOptions& options, const Sources& sources,
               const std::vector<Diagnostic>& found, Streams& streams) {
    const auto fixed = apply_fixes(found, sources.map, options.is_unsafe_fix);
    for (const auto& [file, text] : fixed) {
        const SourceFile& source = sources.map.file(file);
        streams.out << report::unified_diff(source.text, text, source.path, source.path);
    }
    return fixed.empty() ? kExitFine : kExitFindings;
}

/// Writes the changed files. What came from standard input is not written anywhere: it is read
/// again as `stdin_text`.
Result<Done> write_fixed(const std::map<FileId, std::string>& fixed, const Sources& sources,
                         const std::string& stdin_name, std::optional<std::string>& stdin_text) {
    for (const auto& [file, text] : fixed) {
        const std::string& path = sources.map.file(file).path;
        if (stdin_text && path == stdin_name) {
            stdin_text = text;
            continue;
        }
        std::ofstream out(path, std::ios::binary | std::ios::trunc);
        out << text;
        if (!out.flush()) return Error{"cannot write `" + path + "`"};
    }
    return Done{};
}

/// Fixes can make room for others: rounds go on until nothing changes, and never without end. The
/// fixed text of standard input goes to standard output.
Result<Done> fix_files(const LintOptions& options, const analyze::Options& rules,
                       LoadedSources& sources, std::vector<Diagnostic>& found, Streams& streams) {
    constexpr int kMostRounds = 10;
    std::optional<std::string> stdin_text;
    if (reads_stdin(options)) stdin_text = (*sources)->map.file(FileId{0}).text;
    for (int round = 0; round < kMostRounds; ++round) {
        const auto fixed = apply_fixes(found, (*sources)->map, options.is_unsafe_fix);
        if (fixed.empty()) break;
        TIPHYS_TRY(written, write_fixed(fixed, **sources, options.stdin_name, stdin_text));
        static_cast<void>(written);
        std::istringstream again(stdin_text.value_or(""));
        Streams input{again, streams.out, streams.err, streams.out_is_terminal};
        sources = read_sources(options.paths, input, options.stdin_name, options.n_threads);
        if (!sources.has_value()) return sources.error();
        found = analyze::run_rules((*sources)->project, rules);
    }
    if (stdin_text) streams.out << *stdin_text;
    return Done{};
}

/// The rules that `--only` names, or an error for a name that no rule has.
Result<std::vector<std::string_view>> chosen_rules(const std::vector<std::string>& names) {
    std::vector<std::string_view> chosen;
    for (const std::string& name : names) {
        if (analyze::find_rule(name) != nullptr) {
            chosen.emplace_back(name);
            continue;
        }
        std::vector<std::string_view> known;
        for (const analyze::RegisteredRule& rule : analyze::rules())
            known.push_back(rule.name);
        const std::string nearest(nearest_name(name, known));
        return Error{"there is no rule `" + name + "`" +
                     (nearest.empty() ? "" : "; did you mean `" + nearest + "`")};
    }
    return chosen;
}

/// With `--only` nobody else's rules are wanted.
ShellCheck shellcheck_mode(const LintOptions& options) {
    if (options.shellcheck == "never" || !options.only.empty()) return ShellCheck::kNever;
    return options.shellcheck == "auto" ? ShellCheck::kAuto : ShellCheck::kAlways;
}

int run_lint(const LintOptions& options, Streams& streams) {
    if (!report::format_by_name(options.format)) {
        return fail(streams, "unknown format `" + options.format + "`");
    }
    analyze::Options rules;
    const auto only = chosen_rules(options.only);
    if (!only.has_value()) return fail(streams, only.error().message);
    rules.only = *only;
    rules.settings.argo_version = version_number(options.argo_version);
    if (rules.settings.argo_version == 0) {
        return fail(streams, "`" + options.argo_version + "` is no version; write `4.1` or `3.6`");
    }
    rules.settings.limits.most_pods = options.most_pods;
    rules.with_info = options.is_strict;
    rules.n_threads = options.n_threads == 0 ? default_threads() : options.n_threads;
    LoadedSources sources =
        read_sources(options.paths, streams, options.stdin_name, options.n_threads);
    if (!sources.has_value()) return fail(streams, sources.error().message);
    if ((*sources)->n_relevant == 0) {
        for (const std::string& message : (*sources)->unreadable) {
            streams.err << "tiphys: " << message << "\n";
        }
        const std::string where = options.paths.empty() ? "." : options.paths.front();
        return fail(streams, "no Argo manifest in `" + where + "`" +
                                 (options.paths.size() > 1 ? " and the other paths" : ""));
    }
    std::vector<Diagnostic> found = analyze::run_rules((*sources)->project, rules);
    if (options.is_diff) return show_fixes(options, **sources, found, streams);
    if (options.is_fix || options.is_unsafe_fix) {
        const auto fixed = fix_files(options, rules, sources, found, streams);
        if (!fixed.has_value()) return fail(streams, fixed.error().message);
    }
    const auto added =
        add_shellcheck((*sources)->project, shellcheck_mode(options), options.is_strict, found);
    if (!added.has_value()) return fail(streams, added.error().message);
    return write_report(options, **sources, std::move(found), streams);
}

std::string join(const std::vector<std::string_view>& names) {
    std::string out;
    for (const std::string_view name : names)
        out += (out.empty() ? "" : ", ") + std::string(name);
    return out;
}

} // namespace

void add_lint(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand(
        "lint", "Check manifests: every defect, at its exact place, with a way out");
    auto options = std::make_shared<LintOptions>();
    command->add_option("PATH", options->paths,
                        "Files and folders; `-` is standard input (default: the current folder)");
    command
        ->add_option("--format", options->format,
                     "How findings are written: " + join(report::format_names()))
        ->capture_default_str();
    command->add_option("--output", options->output, "Write the findings to a file");
    command->add_option("--color", options->colour, "When to use colour (default: auto)")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->option_text("auto|always|never");
    command
        ->add_option("--columns", options->columns,
                     "What columns count in JSON: bytes or code units (default: utf8)")
        ->check(CLI::IsMember({"utf8", "utf16"}))
        ->option_text("utf8|utf16");
    command->add_option("--only", options->only, "Check these rules and no others")
        ->option_text("RULE")
        ->allow_extra_args(false);
    command
        ->add_option("--shellcheck", options->shellcheck,
                     "Add ShellCheck's findings in scripts; auto: where it is installed "
                     "(default: never)")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->option_text("auto|always|never");
    command->add_flag("--strict", options->is_strict, "Show and count hygiene findings (info)");
    command
        ->add_option("--fail-on", options->fail_on,
                     "Least severity that makes the exit code 1 (default: error)")
        ->check(CLI::IsMember({"error", "warning", "info", "never"}))
        ->option_text("error|warning|info|never");
    command->add_flag("--fix", options->is_fix, "Apply the safe fixes to the files");
    command->add_flag("--unsafe-fixes", options->is_unsafe_fix,
                      "Apply also the fixes that may change what the workflow does");
    command->add_flag("--diff", options->is_diff, "Print what the fixes would change instead");
    command->add_flag("--exit-zero", options->is_exit_zero, "Exit with 0 whatever is found");
    command->add_option("--stdin-filename", options->stdin_name,
                        "Name shown for what comes from standard input");
    command
        ->add_option("--argo-version", options->argo_version,
                     "Version of Argo Workflows that the manifests are for")
        ->capture_default_str();
    command
        ->add_option("--max-pods", options->most_pods,
                     "Pods of one workflow above which a fan-out is reported")
        ->capture_default_str();
    command->add_option("--threads", options->n_threads, "Threads to use (0: one for each core)")
        ->capture_default_str();
    command->footer("Example: tiphys lint --format sarif --output tiphys.sarif manifests/\n"
                    "Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 nothing to check");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_lint(*options, streams); };
    });
}

} // namespace tiphys::cli
