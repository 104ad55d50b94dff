// tiphys lint: every defect of a set of manifests, at its place.
#include <memory>
#include <optional>
#include <ostream>

#include <CLI/CLI.hpp>

#include "cli/cluster/known_objects.h"
#include "cli/command.h"
#include "cli/lint_fixes.h"
#include "cli/lint_outputs.h"
#include "cli/lint_session.h"
#include "cli/lint_statistics.h"
#include "cli/watch.h"
#include "cli/write_file.h"

namespace tiphys::cli {
namespace {

/// Options that cannot go together, in words; empty where all is well.
std::string contradiction(const LintOptions& options) {
    if (options.config && options.is_without_config) return "--config and --no-config contradict";
    if (options.is_statistics && options.is_diff) return "--statistics and --diff contradict";
    for (const LintOutput& output : options.outputs) {
        if (options.is_statistics && !has_statistics(output.format)) {
            return "--statistics are written as text or as `--format json`";
        }
    }
    if (options.writes_baseline && (options.is_diff || options.is_fixing())) {
        return "--write-baseline accepts findings, --fix and --diff mend them: choose one";
    }
    if (!options.is_watch) return "";
    if (options.reads_stdin()) return "--watch needs files, standard input comes once";
    if (options.is_fixing() || options.is_diff || options.writes_baseline) {
        return "--watch only looks on: no --fix, --diff or --write-baseline";
    }
    return "";
}

int write_baseline(const LintSession& session, Streams& streams) {
    const auto found = session.judge(true).verdict.shown;
    const Result<Done> written =
        write_text(session.baseline_path(), analyze::baseline_text(session.sources().map, found));
    if (!written.has_value()) return fail(streams, written.error().message);
    streams.err << "tiphys: `" << session.baseline_path() << "` accepts " << found.size()
                << (found.size() == 1 ? " finding" : " findings") << "\n";
    return kExitFine;
}

int fail_without_files(const LintOptions& options, const Sources& sources, Streams& streams) {
    for (const std::string& message : sources.unreadable)
        streams.err << "tiphys: " << message << "\n";
    const std::string where = options.paths.empty() ? "." : options.paths.front();
    return fail(streams, "no Argo manifest in `" + where + "`" +
                             (options.paths.size() > 1 ? " and the other paths" : ""));
}

int run_lint(const LintOptions& options, Streams& streams) {
    const std::string words = contradiction(options);
    if (!words.empty()) return fail(streams, words);
    Result<LintSession> session = LintSession::open(options, streams);
    if (!session.has_value()) return fail(streams, session.error().message);
    if (session->sources().n_relevant == 0) {
        return fail_without_files(options, session->sources(), streams);
    }
    if (options.is_watch) return watch(options, std::move(*session), streams);
    // Fixes move the places that ShellCheck has named, so it comes after them.
    const bool comes_first = !options.is_fixing();
    if (comes_first) {
        const auto asked = session->ask_shellcheck();
        if (!asked.has_value()) return fail(streams, asked.error().message);
    }
    if (options.writes_baseline) return write_baseline(*session, streams);
    LintResult result = session->judge();
    if (options.is_diff) return show_fixes(options, *session, result, streams);
    if (options.is_fixing()) {
        const auto fixed = fix_files(options, *session, result, streams);
        if (!fixed.has_value()) return fail(streams, fixed.error().message);
        const auto asked = session->ask_shellcheck();
        if (!asked.has_value()) return fail(streams, asked.error().message);
        if (options.shellcheck != "never") result = session->judge();
    }
    return write_reports(options, *session, std::move(result), streams);
}

std::string join(const std::vector<std::string_view>& names) {
    std::string out;
    for (const std::string_view name : names)
        out += (out.empty() ? "" : ", ") + std::string(name);
    return out;
}

/// The words behind `--format` and `--output`, in their order.
std::vector<OutputWord> output_words(const CLI::App& command, const CLI::Option& format,
                                     const CLI::Option& output) {
    std::vector<OutputWord> words;
    std::size_t n_formats = 0;
    std::size_t n_paths = 0;
    for (const CLI::Option* option : command.parse_order()) {
        if (option == &format) words.push_back({false, format.results().at(n_formats++)});
        if (option == &output) words.push_back({true, output.results().at(n_paths++)});
    }
    return words;
}

void add_report_options(CLI::App& command, LintOptions& options) {
    command.add_option("--color", options.colour, "When to use colour (default: auto)")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->option_text("auto|always|never");
    command
        .add_option("--columns", options.columns,
                    "What columns count in JSON: bytes or code units (default: utf8)")
        ->check(CLI::IsMember({"utf8", "utf16"}))
        ->option_text("utf8|utf16");
    command.add_flag("--statistics", options.is_statistics,
                     "Print how often each rule speaks instead of the findings");
    command.add_flag("--strict", options.is_strict, "Show and count hygiene findings (info)");
    command
        .add_option("--fail-on", options.fail_on,
                    "Least severity that makes the exit code 1 (default: error)")
        ->check(CLI::IsMember({"error", "warning", "info", "never"}))
        ->option_text("error|warning|info|never");
    command.add_flag("--exit-zero", options.is_exit_zero, "Exit with 0 whatever is found");
}

void add_rule_options(CLI::App& command, LintOptions& options) {
    command.add_option("--only", options.only, "Check these rules and no others")
        ->option_text("RULE")
        ->allow_extra_args(false);
    command.add_option("--ignore", options.ignored, "Do not check these rules")
        ->option_text("RULE")
        ->allow_extra_args(false);
    command
        .add_option("--shellcheck", options.shellcheck,
                    "Add ShellCheck's findings in scripts; auto: where it is installed "
                    "(default: never)")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->option_text("auto|always|never");
    command
        .add_option("--known", options.known,
                    "File or folder with WorkflowTemplates that exist elsewhere; not checked")
        ->option_text("PATH")
        ->allow_extra_args(false);
    add_environment(command, options.environment);
    command
        .add_option("--missing-refs", options.missing_references,
                    "What a reference to an unknown WorkflowTemplate is (default: error)")
        ->check(CLI::IsMember({"error", "warn", "ignore"}))
        ->option_text("error|warn|ignore");
    command
        .add_option("--config", options.config,
                    "Settings (default: tiphys.toml in the folder of PATH or above)")
        ->option_text("FILE");
    command.add_flag("--no-config", options.is_without_config, "Read no tiphys.toml");
    command.add_option("--baseline", options.baseline, "Findings that are accepted and not shown")
        ->option_text("FILE");
    command.add_flag("--write-baseline", options.writes_baseline,
                     "Accept all findings: write them to the file of --baseline");
    command
        .add_option("--argo-version", options.argo_version,
                    "Version of Argo Workflows that the manifests are for (default: 4.1)")
        ->option_text("VERSION");
    command
        .add_option("--max-pods", options.most_pods,
                    "Pods of one workflow above which a fan-out is reported (default: 1000)")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}))
        ->option_text("NUMBER");
}

void add_other_options(CLI::App& command, LintOptions& options) {
    command.add_flag("--fix", options.is_fix, "Apply the safe fixes to the files");
    command.add_flag("--unsafe-fixes", options.is_unsafe_fix,
                     "Apply also the fixes that may change what the workflow does");
    command.add_flag("--diff", options.is_diff, "Print what the fixes would change instead");
    command.add_flag("--watch", options.is_watch,
                     "Stay, and lint again whenever a file changes (until interrupted)");
    command
        .add_option("--stdin-filename", options.stdin_name,
                    "File that standard input is a version of: it is judged within its project")
        ->option_text("PATH");
    command.add_option("--threads", options.n_threads, "Threads to use; 0: one for each core")
        ->capture_default_str();
}

void add_lint_cluster(CLI::App& command, LintOptions& options) {
    add_cluster_options(command, options.cluster);
    command.remove_option(command.get_option("--instanceid"));
    command.get_option("--cluster")
        ->description("References may mean what the cluster of the kubeconfig has: templates, "
                      "ConfigMaps, secrets, service accounts");
}

} // namespace

void add_lint(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand(
        "lint", "Check manifests: every defect, at its exact place, with a way out");
    auto options = std::make_shared<LintOptions>();
    auto formats = std::make_shared<std::vector<std::string>>();
    auto paths = std::make_shared<std::vector<std::string>>();
    command->add_option("PATH", options->paths,
                        "Files and folders; `-` is standard input (default: the current folder)");
    const CLI::Option* format =
        command
            ->add_option("--format", *formats,
                         "How findings are written (default: full); may be given several times, "
                         "each with its --output: " +
                             join(report::format_names()))
            ->option_text("FORMAT")
            ->allow_extra_args(false);
    const CLI::Option* output =
        command->add_option("--output", *paths, "Write the findings to a file")
            ->option_text("FILE")
            ->allow_extra_args(false);
    add_report_options(*command, *options);
    add_rule_options(*command, *options);
    add_other_options(*command, *options);
    add_lint_cluster(*command, *options);
    command->footer("Example: tiphys lint --format github --format sarif --output tiphys.sarif\n"
                    "Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 nothing to check");
    command->callback([=, &invocation] {
        // The shared lists are what the options write to.
        static_cast<void>(formats);
        static_cast<void>(paths);
        const std::vector<OutputWord> words = output_words(*command, *format, *output);
        invocation.run = [options, words](Streams& streams) {
            Result<std::vector<LintOutput>> outputs = pair_outputs(words);
            if (!outputs.has_value()) return fail(streams, outputs.error().message);
            options->outputs = std::move(*outputs);
            if (!names_cluster(options->cluster)) return run_lint(*options, streams);
            return on_cluster(options->cluster, streams,
                              [&](const Cluster& cluster) -> Result<int> {
                                  TIPHYS_TRY(known, referable_objects(cluster, streams));
                                  options->known_text = std::move(known);
                                  return run_lint(*options, streams);
                              });
        };
    });
}

} // namespace tiphys::cli
