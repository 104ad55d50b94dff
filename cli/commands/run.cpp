// tiphys run: a workflow on this machine, here and now.
#include "analyzer/run.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <ostream>
#include <random>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "analyzer/report/report.h"
#include "cli/command.h"
#include "cli/progress_plain.h"
#include "cli/progress_tree.h"
#include "cli/read_sources.h"
#include "cli/report_options.h"
#include "compiler/expr/environment.h"
#include "runtime/backends/process/process_backend.h"
#include "runtime/io/files.h"
#include "runtime/plan/build.h"
#include "runtime/plan/ir_text.h"
#include "runtime/plan/parameter_file.h"
#include "runtime/run_locks.h"
#include "runtime/runner.h"
#include "runtime/status.h"
#include "schemas/k8s.gen.h"

namespace tiphys::cli {
namespace {

struct RunOptions {
    std::vector<std::string> files;
    std::vector<std::string> parameters;
    std::string parameter_file;
    std::string entrypoint;
    std::string environment;
    std::string name;
    std::string isolation = "auto";
    std::string state_folder;
    std::string output;
    std::size_t n_jobs = 0;
    double grace_seconds = 10;
    bool with_log = false;
    bool is_quiet = false;
    bool skips_lint = false;
};

std::int64_t now_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::string random_letters(std::size_t n_letters) {
    // The letters that Kubernetes uses: no vowels, nothing that looks like something else.
    constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz2456789";
    std::random_device source;
    std::uniform_int_distribution<std::size_t> pick(0, kLetters.size() - 1);
    std::string letters;
    while (letters.size() < n_letters) {
        letters += kLetters[pick(source)];
    }
    return letters;
}

std::string default_state_folder() {
    const char* state = std::getenv("XDG_STATE_HOME");
    if (state != nullptr && *state == '/') return std::string(state) + "/tiphys";
    const char* home = std::getenv("HOME");
    return std::string(home == nullptr ? "/tmp" : home) + "/.local/state/tiphys";
}

/// The first document that can be run: a Workflow before anything else.
const ir::Document* find_workflow(const ir::Project& project) {
    for (const char* kind :
         {"Workflow", "CronWorkflow", "WorkflowTemplate", "ClusterWorkflowTemplate"}) {
        const std::vector<const ir::Document*> found = project.all(kind);
        if (!found.empty()) return found.front();
    }
    return nullptr;
}

const k8s::ObjectMeta* metadata_of(const ir::Document& document) {
    const ir::Object* object = document.object();
    return object == nullptr ? nullptr : ir::object_as<k8s::ObjectMeta>(object->field("metadata"));
}

std::string generate_name_of(const ir::Document& document) {
    const k8s::ObjectMeta* metadata = metadata_of(document);
    if (metadata == nullptr || metadata->name() != nullptr) return "";
    return run::scalar_text(metadata->generate_name());
}

std::string choose_name(const RunOptions& options, const ir::Document& document) {
    if (!options.name.empty()) return options.name;
    const std::string prefix = generate_name_of(document);
    if (!prefix.empty()) return prefix + random_letters(5);
    if (document.kind == "Workflow" && !document.name.empty()) return std::string(document.name);
    const std::string base = document.name.empty() ? "workflow" : std::string(document.name);
    return base + "-" + random_letters(5);
}

void write_diagnostics(std::vector<Diagnostic> found, const Sources& sources, Streams& streams) {
    std::sort(found.begin(), found.end(), comes_before);
    const report::Report report{sources.map, found, report::summarize(found, sources.n_relevant)};
    Streams to_err{streams.in, streams.err, streams.err, isatty(STDERR_FILENO) == 1};
    report::write(streams.err, report, report_options("auto", "utf8", to_err),
                  *report::format_by_name("full"));
}

/// Whether the manifest is sound; otherwise says what is wrong.
bool passes_lint(const Sources& sources, Streams& streams) {
    std::vector<Diagnostic> found = analyze::run_rules(sources.project, analyze::Options{});
    // Argo finds what is wrong with an expression when its node comes to it, and fails the node.
    std::erase_if(found, [](const Diagnostic& diagnostic) {
        const analyze::RegisteredRule* rule = analyze::find_rule(diagnostic.rule);
        return diagnostic.severity != Severity::kError ||
               (rule != nullptr && rule->group == "expr");
    });
    if (found.empty()) return true;
    // Argo runs an endless recursion until its limit, and so do we.
    const bool may_run = std::all_of(found.begin(), found.end(), [](const Diagnostic& diagnostic) {
        return diagnostic.rule == "unbounded-recursion";
    });
    write_diagnostics(std::move(found), sources, streams);
    return may_run;
}

void write_unsupported(const std::vector<run::Unsupported>& unsupported, const Sources& sources,
                       Streams& streams) {
    std::vector<Diagnostic> found;
    for (const run::Unsupported& field : unsupported) {
        Diagnostic diagnostic;
        diagnostic.rule = "cannot-run";
        diagnostic.message =
            "cannot run `" + field.path + (field.is_refused ? "`" : "` on this machine");
        diagnostic.span = field.span;
        diagnostic.label = field.reason;
        found.push_back(std::move(diagnostic));
    }
    write_diagnostics(std::move(found), sources, streams);
}

Result<run::RunRequest> make_request(const RunOptions& options, const ir::Document& document) {
    run::RunRequest request;
    request.workflow = &document;
    request.name = choose_name(options, document);
    if (!document.namespace_name.empty()) request.namespace_name = document.namespace_name;
    request.uid = random_letters(8) + "-" + random_letters(4) + "-" + random_letters(12);
    request.created_ms = now_ms();
    request.entrypoint = options.entrypoint;
    for (const std::string& parameter : options.parameters) {
        const std::size_t equals = parameter.find('=');
        if (equals == parameter.npos || equals == 0) {
            return Error{"`-p " + parameter + "` is no parameter; write `-p name=value`"};
        }
        request.parameters.emplace_back(parameter.substr(0, equals), parameter.substr(equals + 1));
    }
    if (options.parameter_file.empty()) return request;
    TIPHYS_TRY(text, run::read_file(options.parameter_file));
    TIPHYS_TRY(more, run::parse_parameter_file(text));
    for (auto& [name, value] : more) {
        const bool is_given =
            std::any_of(request.parameters.begin(), request.parameters.end(),
                        [&, wanted = name](const auto& given) { return given.first == wanted; });
        if (!is_given) request.parameters.emplace_back(name, value);
    }
    return request;
}

Result<run::Isolation> choose_isolation(const std::string& wanted) {
    if (wanted == "none") return run::Isolation::kNone;
    const run::Isolation best = run::best_isolation();
    if (wanted == "namespace" && best == run::Isolation::kNone) {
        return Error{"this machine grants no namespaces; use `--isolation none`"};
    }
    return best;
}

run::WorkflowObject object_of(const ir::Document& document, const run::RunRequest& request) {
    run::WorkflowObject object;
    object.generate_name = generate_name_of(document);
    object.created_ms = request.created_ms;
    const ir::Object* root = document.object();
    if (root == nullptr) return object;
    if (const ir::Value* spec = root->field("spec")) object.spec_json = run::value_as_json(*spec);
    const k8s::ObjectMeta* metadata = metadata_of(document);
    if (metadata == nullptr) return object;
    if (const ir::Value* labels = metadata->field("labels")) {
        object.labels_json = run::value_as_json(*labels);
    }
    if (const ir::Value* annotations = metadata->field("annotations")) {
        object.annotations_json = run::value_as_json(*annotations);
    }
    return object;
}

std::unique_ptr<run::Observer> make_observer(const RunOptions& options, Streams& streams) {
    ProgressOptions progress;
    progress.with_output = options.with_log;
    progress.is_quiet = options.is_quiet;
    if (!options.output.empty()) {
        progress.with_colour = isatty(STDERR_FILENO) == 1;
        return std::make_unique<PlainProgress>(streams.err, progress);
    }
    progress.with_colour = streams.out_is_terminal && std::getenv("NO_COLOR") == nullptr;
    if (streams.out_is_terminal && !options.is_quiet) {
        return std::make_unique<TreeProgress>(streams.out, progress);
    }
    return std::make_unique<PlainProgress>(streams.out, progress);
}

int run_plan(const RunOptions& options, const ir::Document& document,
             const run::RunRequest& request, const run::Plan& plan, Streams& streams) {
    const auto isolation = choose_isolation(options.isolation);
    if (!isolation) return fail(streams, isolation.error().message);
    const std::string folder =
        options.state_folder.empty()
            ? default_state_folder()
            // Tasks run in folders of their own.
            : std::filesystem::absolute(options.state_folder).lexically_normal().string();
    run::ProcessOptions settings;
    settings.run_folder = folder + "/runs/" + plan.workflow_name;
    settings.artifact_folder = folder + "/artifacts";
    settings.isolation = *isolation;
    settings.follow_output = options.with_log;
    settings.grace_ms = static_cast<std::int64_t>(options.grace_seconds * 1000);
    if (options.n_jobs > 0) settings.max_parallel = options.n_jobs;
    // A run of the same name leaves nothing behind in this one.
    run::remove_tree(settings.run_folder);
    const std::string run_folder = settings.run_folder;
    run::ProcessBackend backend(std::move(settings));
    const auto prepared = backend.prepare();
    if (!prepared) return fail(streams, prepared.error().message);
    if (!options.is_quiet) {
        streams.err << "tiphys: tasks run as processes of this machine, their images are not used "
                       "(isolation: "
                    << run::isolation_name(*isolation) << ")\n";
    }
    run::RunLocks locks;
    const auto held = locks.acquire(plan, folder + "/locks", [&](const std::string& message) {
        streams.err << "tiphys: " << message << "\n";
    });
    if (!held) return fail(streams, held.error().message);
    const std::unique_ptr<run::Observer> observer = make_observer(options, streams);
    run::RunnerOptions runner;
    runner.handle_signals = true;
    runner.cache_folder = folder + "/caches/" + plan.namespace_name;
    const bool is_live = streams.out_is_terminal && options.output.empty();
    if (is_live || options.with_log) runner.tick_ms = 100;
    run::State state(plan);
    const auto done = run::run_to_end(state, backend, *observer, runner);
    if (!done) return fail(streams, done.error().message);
    const std::string json = run::workflow_as_json(state, object_of(document, request));
    const auto kept = run::replace_file(run_folder + "/workflow.json", json);
    if (!kept) streams.err << "tiphys: " << kept.error().message << "\n";
    if (options.output == "json") streams.out << json;
    if (options.output == "name") streams.out << plan.workflow_name << "\n";
    return state.phase == run::RunPhase::kSucceeded ? kExitFine : kExitFindings;
}

int run_run(const RunOptions& options, Streams& streams) {
    auto sources = read_sources(options.files, streams, "<stdin>", 0, options.environment);
    if (!sources) return fail(streams, sources.error().message);
    for (const std::string& message : (*sources)->unreadable) {
        streams.err << "tiphys: " << message << "\n";
    }
    if (!options.skips_lint && !passes_lint(**sources, streams)) return kExitFindings;
    const ir::Document* document = find_workflow((*sources)->project);
    if (document == nullptr) {
        return fail(streams, "there is no workflow in `" + options.files.front() + "`");
    }
    const auto request = make_request(options, *document);
    if (!request) return fail(streams, request.error().message);
    run::BuiltPlan built = run::build_plan((*sources)->project, *request);
    built.plan.zone_file = expr::read_system_zone;
    if (!built.unsupported.empty()) {
        write_unsupported(built.unsupported, **sources, streams);
        const bool is_refused =
            std::any_of(built.unsupported.begin(), built.unsupported.end(),
                        [](const run::Unsupported& field) { return field.is_refused; });
        return is_refused ? kExitFindings : kExitUsage;
    }
    return run_plan(options, *document, *request, built.plan, streams);
}

} // namespace

void add_run(CLI::App& app, Invocation& invocation) {
    CLI::App* command =
        app.add_subcommand("run", "Run a workflow on this machine, without a cluster");
    auto options = std::make_shared<RunOptions>();
    command
        ->add_option("FILE", options->files,
                     "The first workflow in the files runs; the other documents are its world "
                     "(templates, ConfigMaps, Secrets). `-` is standard input")
        ->required();
    command
        ->add_option("-p,--parameter", options->parameters,
                     "Value of a parameter of the workflow: name=value")
        ->allow_extra_args(false);
    command->add_option("-f,--parameter-file", options->parameter_file,
                        "YAML or JSON mapping with values of parameters");
    add_environment(*command, options->environment);
    command->add_option("--entrypoint", options->entrypoint, "Template to begin with");
    command->add_option("--name", options->name, "Name of the run");
    command
        ->add_option("--isolation", options->isolation, "How tasks are kept apart (default: auto)")
        ->check(CLI::IsMember({"auto", "none", "namespace"}))
        ->option_text("auto|none|namespace");
    command->add_option("-j,--jobs", options->n_jobs, "Tasks that run at the same time");
    command
        ->add_option("--grace", options->grace_seconds,
                     "Seconds between asking a task to end and killing it")
        ->capture_default_str();
    command->add_option("--state", options->state_folder,
                        "Folder for logs and artifacts (default: $XDG_STATE_HOME/tiphys)");
    command->add_flag("--log", options->with_log, "Show what tasks write");
    command->add_flag("-q,--quiet", options->is_quiet, "Show the outcome only");
    command->add_flag("--no-lint", options->skips_lint, "Run although the linter finds errors");
    command
        ->add_option("-o,--output", options->output,
                     "Print the workflow with its status to standard output")
        ->check(CLI::IsMember({"json", "name"}))
        ->option_text("json|name");
    command->footer("Example: tiphys run etl.yaml -p date=2026-01-01 --log\n"
                    "Ctrl-C stops the tasks and lets exit handlers run, a second one kills them.\n"
                    "Exit codes: 0 succeeded, 1 failed or refused, 2 cannot be run here");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_run(*options, streams); };
    });
}

} // namespace tiphys::cli
