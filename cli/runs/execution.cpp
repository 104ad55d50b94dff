// One run on the process backend, with its journal, locks and display.
#include "cli/runs/execution.h"

#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <ostream>
#include <random>
#include <sstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "cli/progress_plain.h"
#include "cli/progress_tree.h"
#include "cli/runs/cluster_run.h"
#include "cli/runs/expiry.h"
#include "cli/runs/find_workflow.h"
#include "cli/runs/run_objects.h"
#include "cli/runs/state_folder.h"
#include "compiler/expr/environment.h"
#include "compiler/expr/names.h"
#include "compiler/front/resolve.h"
#include "runtime/backends/oci/container.h"
#include "runtime/backends/process/admission.h"
#include "runtime/backends/process/process_backend.h"
#include "runtime/io/doorbell.h"
#include "runtime/io/files.h"
#include "runtime/plan/ir_text.h"
#include "runtime/run_locks.h"
#include "runtime/runner.h"
#include "schemas/workflow.gen.h"

namespace tiphys::cli {
namespace {

Result<run::Isolation> choose_isolation(const std::string& wanted) {
    if (wanted == "none") return run::Isolation::kNone;
    const run::Isolation best = run::best_isolation();
    if (wanted == "namespace" && best == run::Isolation::kNone) {
        return Error{"this machine grants no namespaces; use `--isolation none`"};
    }
    return best;
}

std::unique_ptr<run::Observer> make_observer(const ExecutionOptions& options, Streams& streams) {
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

/// How tasks are kept apart, and with what.
Result<Done> choose_backend(const run::StoredInputs& inputs, const std::string& state,
                            run::ProcessOptions& settings) {
    if (inputs.backend != "oci") {
        TIPHYS_TRY(isolation, choose_isolation(inputs.isolation));
        settings.isolation = isolation;
        return Done{};
    }
    const char* path = std::getenv("PATH");
    // Debian has runc where only root's PATH leads.
    TIPHYS_TRY(tool, run::find_container_tool((path == nullptr ? "" : std::string(path)) +
                                              ":/usr/sbin:/sbin"));
    if (run::best_isolation() == run::Isolation::kNone) {
        return Error{"this machine grants no namespaces, which containers need; leave "
                     "`--backend oci` out"};
    }
    settings.isolation = run::Isolation::kImage;
    settings.container_tool = tool;
    settings.images = {inputs.images, inputs.image_folder, state + "/images"};
    return Done{};
}

std::string backend_words(const run::ProcessOptions& settings) {
    if (settings.isolation == run::Isolation::kImage) {
        return "tasks run in containers of their images, by " + settings.container_tool;
    }
    return "tasks run as processes of this machine, their images are not used (isolation: " +
           std::string(run::isolation_name(settings.isolation)) + ")";
}

run::ProcessOptions process_options(const LoadedRun& loaded, const ExecutionOptions& options,
                                    const std::string& state) {
    run::ProcessOptions settings;
    settings.run_folder = run_folder(state, loaded.record.name);
    settings.artifact_folder = state + "/artifacts";
    settings.follow_output = options.with_log;
    settings.secrets = loaded.built.plan.secrets;
    settings.capacity = run::machine_capacity();
    settings.grace_ms = loaded.record.inputs.grace_ms;
    if (options.n_jobs > 0) settings.max_parallel = options.n_jobs;
    return settings;
}

bool begins_suspended(const ir::Document& document) {
    const auto* workflow = ir::object_as<wf::Workflow>(document.root);
    if (workflow == nullptr || workflow->spec() == nullptr) return false;
    return run::scalar_text(workflow->spec()->suspend()) == "true";
}

run::Shutdown first_shutdown(const ir::Document& document) {
    const auto* workflow = ir::object_as<wf::Workflow>(document.root);
    if (workflow == nullptr || workflow->spec() == nullptr) return run::Shutdown::kNone;
    const std::string strategy = run::scalar_text(workflow->spec()->shutdown());
    return strategy == "Stop"        ? run::Shutdown::kStop
           : strategy == "Terminate" ? run::Shutdown::kTerminate
                                     : run::Shutdown::kNone;
}

int write_outcome(const LoadedRun& loaded, const run::State& state, const std::string& folder,
                  const ExecutionOptions& options, Streams& streams) {
    const auto json = keep_outcome(loaded, state, folder);
    if (!json) return fail(streams, json.error().message);
    if (options.output == "json") streams.out << *json;
    if (options.output == "yaml") streams.out << json_as_yaml(*json);
    if (options.output == "name") streams.out << loaded.record.name << "\n";
    return state.phase == run::RunPhase::kSucceeded ? kExitFine : kExitFindings;
}

/// Where the run is kept on this machine.
struct Home {
    std::string state;
    std::string folder;
    std::unique_ptr<run::Journal> journal;
    run::Doorbell doorbell;
    run::RunLocks locks;
};

Result<Done> open_home(Home& home, LoadedRun& loaded, const ExecutionOptions& options,
                       Streams& streams) {
    home.state = state_folder(options.state);
    home.folder = run_folder(home.state, loaded.record.name);
    home.journal = std::move(loaded.journal);
    if (home.journal == nullptr) {
        TIPHYS_TRY(journal, run::Journal::open(home.state, false));
        home.journal = std::move(journal);
    }
    TIPHYS_TRY(listens, home.doorbell.open(home.folder));
    static_cast<void>(listens);
    return home.locks.acquire(
        loaded.built.plan, home.state + "/locks",
        [&](const std::string& message) { streams.err << "tiphys: " << message << "\n"; });
}

/// Carries the run on with a backend that is ready.
Result<Done> drive(LoadedRun& loaded, run::Backend& backend, Home& home, run::State& state,
                   const ExecutionOptions& options, Streams& streams) {
    const std::unique_ptr<run::Observer> observer = make_observer(options, streams);
    run::RunLog log(*home.journal, loaded.record.id,
                    static_cast<std::int64_t>(loaded.history.size()));
    run::RunnerOptions runner;
    runner.handle_signals = true;
    runner.cache_folder = home.state + "/caches/" + loaded.built.plan.namespace_name;
    runner.log = &log;
    runner.doorbell = &home.doorbell;
    runner.history = std::move(loaded.history);
    runner.begins_suspended = begins_suspended(*loaded.document);
    runner.begins_with_shutdown = first_shutdown(*loaded.document);
    const bool is_live = streams.out_is_terminal && options.output.empty();
    if (is_live || options.with_log) runner.tick_ms = 100;
    return run::run_to_end(state, backend, *observer, runner);
}

int carry_on_as_pods(LoadedRun& loaded, const ExecutionOptions& options, Streams& streams) {
    Home home;
    const auto opened = open_home(home, loaded, options, streams);
    if (!opened) return fail(streams, opened.error().message);
    const auto backend = open_cluster(loaded, options);
    if (!backend) return fail(streams, backend.error().message);
    run::State state(loaded.built.plan);
    const auto done = drive(loaded, **backend, home, state, options, streams);
    if (!done) return fail(streams, done.error().message);
    const auto closed = (*backend)->close(run::workflow_as_json(state, object_of(loaded)),
                                          state.phase == run::RunPhase::kSucceeded);
    if (!closed) streams.err << "tiphys: " << closed.error().message << "\n";
    return write_outcome(loaded, state, home.folder, options, streams);
}

int carry_on(LoadedRun& loaded, const ExecutionOptions& options, Streams& streams) {
    if (runs_in_cluster(loaded.record)) return carry_on_as_pods(loaded, options, streams);
    run::ProcessOptions settings = process_options(loaded, options, state_folder(options.state));
    const auto chosen = choose_backend(loaded.record.inputs, state_folder(options.state), settings);
    if (!chosen) return fail(streams, chosen.error().message);
    const std::string how = backend_words(settings);
    Home home;
    const auto opened = open_home(home, loaded, options, streams);
    if (!opened) return fail(streams, opened.error().message);
    run::ProcessBackend backend(std::move(settings));
    const auto prepared = backend.prepare();
    if (!prepared) return fail(streams, prepared.error().message);
    if (!options.is_quiet) {
        streams.err << "tiphys: " << how << "\n";
    }
    run::State state(loaded.built.plan);
    const auto done = drive(loaded, backend, home, state, options, streams);
    if (!done) return fail(streams, done.error().message);
    return write_outcome(loaded, state, home.folder, options, streams);
}

/// Waits until the process has begun the run, or has ended. An empty text where it has begun.
std::string failure_to_begin(pid_t pid, const std::string& state_path, const LoadedRun& loaded,
                             const std::string& log) {
    constexpr auto kPause = std::chrono::milliseconds(10);
    const auto journal = run::Journal::open(state_path, false);
    while (true) {
        const bool has_ended = ::waitpid(pid, nullptr, WNOHANG) == pid;
        if (!journal) return journal.error().message;
        const auto events = (*journal)->events(loaded.record.id);
        if (!events) return events.error().message;
        if (events->size() > loaded.history.size()) return "";
        if (!loaded.history.empty() && !has_ended) return "";
        if (has_ended) {
            const auto said = run::read_file(log);
            return "the run could not begin" + (said ? ": " + *said : "");
        }
        std::this_thread::sleep_for(kPause);
    }
}

/// The same by another process, while the caller goes on with other things.
int detach(LoadedRun& loaded, const ExecutionOptions& options, Streams& streams) {
    streams.out.flush();
    streams.err.flush();
    const std::string state_path = state_folder(options.state);
    const std::string log = run_folder(state_path, loaded.record.name) + "/runner.log";
    // SQLite's connections cannot be handed to another process.
    loaded.journal.reset();
    const pid_t pid = ::fork();
    if (pid < 0) return fail(streams, "cannot start a process");
    if (pid > 0) {
        const std::string failure = failure_to_begin(pid, state_path, loaded, log);
        if (!failure.empty()) return fail(streams, failure);
        streams.out << loaded.record.name << "\n";
        return kExitFine;
    }
    ::setsid();
    const int null = ::open("/dev/null", O_RDONLY);
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    ::dup2(null, STDIN_FILENO);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    ExecutionOptions own = options;
    own.output.clear();
    Streams plain{streams.in, streams.out, streams.err, false};
    const int code = carry_on(loaded, own, plain);
    streams.out.flush();
    streams.err.flush();
    ::_exit(code);
}

} // namespace

Result<Done> check_backend(const run::StoredInputs& inputs) {
    run::ProcessOptions unused;
    return choose_backend(inputs, "", unused);
}

void build(LoadedRun& loaded) {
    const run::RunRecord& record = loaded.record;
    loaded.document = find_workflow(loaded.sources->project, record.inputs.from);
    run::RunRequest request;
    request.workflow = loaded.document;
    request.name = record.name;
    request.namespace_name = record.namespace_name;
    request.uid = record.uid;
    request.created_ms = record.created_ms;
    request.host_name = host_name();
    request.machine = run::machine_capacity();
    request.entrypoint = record.inputs.entrypoint;
    request.parameters = record.inputs.parameters;
    request.labels = record.inputs.labels;
    // Argo: FormulateResubmitWorkflow in workflow/util/util.go.
    if (!record.previous.empty()) {
        request.labels.emplace_back("workflows.argoproj.io/resubmitted-from-workflow",
                                    record.previous);
    }
    request.for_pods = runs_in_cluster(record);
    request.has_images = record.inputs.backend == "oci";
    loaded.built = run::build_plan(loaded.sources->project, request);
    loaded.built.plan.zone_file = expr::read_system_zone;
}

run::WorkflowObject object_of(const LoadedRun& loaded) {
    run::WorkflowObject object;
    object.generate_name = loaded.record.generate_name;
    object.created_ms = loaded.record.created_ms;
    const auto places = front::workflow_places(*loaded.document);
    if (!places.empty() && places[0].spec != nullptr) {
        object.spec_json = run::value_as_json(*places[0].spec);
    }
    const auto& known = loaded.built.plan.globals;
    const auto text_of = [&](std::string_view name) {
        const auto found = known.find(name);
        return found == known.end() ? "" : found->second;
    };
    // With those that the workflow gives to itself.
    object.labels_json = text_of("workflow.labels");
    object.annotations_json = text_of("workflow.annotations");
    return object;
}

Result<Done> lock_run(run::FolderLock& lock, const std::string& state, const std::string& name) {
    const std::string folder = run_folder(state, name);
    TIPHYS_TRY(made, run::make_folders(folder));
    static_cast<void>(made);
    // A run that has just ended still has to put its things away.
    constexpr int kMostTries = 50;
    constexpr auto kPause = std::chrono::milliseconds(20);
    for (int n = 0; n < kMostTries; ++n) {
        TIPHYS_TRY(taken, lock.take(folder));
        if (taken) return Done{};
        std::this_thread::sleep_for(kPause);
    }
    return Error{"run `" + name +
                 "` is in the hands of another process; follow it with `tiphys watch " + name +
                 "`"};
}

int execute(LoadedRun& loaded, const ExecutionOptions& options, Streams& streams) {
    if (options.is_detached) return detach(loaded, options, streams);
    return carry_on(loaded, options, streams);
}

std::int64_t unix_ms() {
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

std::string new_uid() {
    return random_letters(8) + "-" + random_letters(4) + "-" + random_letters(12);
}

std::string host_name() {
    char name[256] = "";
    // A name that is cut off has no end.
    static_cast<void>(::gethostname(name, sizeof name - 1) == 0);
    return name;
}

Result<Parameters> parse_labels(const std::string& text) {
    Parameters labels;
    std::istringstream pairs(text);
    for (std::string pair; std::getline(pairs, pair, ',');) {
        const std::size_t equals = pair.find('=');
        if (equals == pair.npos || equals == 0) {
            return Error{"`" + pair + "` is no label; write `NAME=VALUE,NAME=VALUE`"};
        }
        std::string name = pair.substr(0, equals);
        std::string value = pair.substr(equals + 1);
        const std::string form = "at most 63 letters, digits, `-`, `_` and `.` that begin and "
                                 "end with a letter or digit";
        if (!expr::is_qualified_name(name)) {
            return Error{"`" + name + "` cannot be the name of a label: it is " + form +
                         "; a domain and `/` may stand before them"};
        }
        if (!expr::is_label_value(value)) {
            return Error{"`" + value + "` cannot be the value of the label `" + name + "`: it is " +
                         form};
        }
        labels.emplace_back(std::move(name), std::move(value));
    }
    return labels;
}

Result<Done> override_parameters(Parameters& known, const std::vector<std::string>& texts) {
    TIPHYS_TRY(parameters, parse_parameters(texts));
    for (auto& given : parameters) {
        std::erase_if(known, [&](const auto& old) { return old.first == given.first; });
        known.push_back(std::move(given));
    }
    return Done{};
}

Result<Parameters> parse_parameters(const std::vector<std::string>& texts) {
    Parameters parameters;
    for (const std::string& text : texts) {
        const std::size_t equals = text.find('=');
        if (equals == text.npos || equals == 0) {
            return Error{"`-p " + text + "` is no parameter; write `-p name=value`"};
        }
        parameters.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    return parameters;
}

void add_execution_options(CLI::App& command, ExecutionOptions& options) {
    command.add_option("-j,--jobs", options.n_jobs, "Tasks that run at the same time");
    add_state_option(command, options.state);
    command.add_flag("--log", options.with_log, "Show what tasks write");
    command.add_flag("-q,--quiet", options.is_quiet, "Show the outcome only");
    command.add_flag("-d,--detach", options.is_detached,
                     "Print the run's name and go on in the background");
    command
        .add_option("-o,--output", options.output,
                    "Print the workflow with its status to standard output")
        ->check(CLI::IsMember({"json", "yaml", "name"}))
        ->option_text("json|yaml|name");
}

} // namespace tiphys::cli
