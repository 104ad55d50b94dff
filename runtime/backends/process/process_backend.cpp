// The life of tasks: queued, started, watched, stopped, collected.

#include "runtime/backends/process/process_backend.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/backends/process/collect.h"
#include "runtime/backends/process/find_command.h"
#include "runtime/io/files.h"

namespace tiphys::run {
namespace {

/// Argo's executor ends with this code when it could not run the command itself.
constexpr int kExecutorFailed = 64;

} // namespace

Isolation best_isolation() {
    if (::geteuid() == 0 && can_have_namespace(false)) return Isolation::kRoot;
    if (can_have_namespace(true)) return Isolation::kUserSpace;
    return Isolation::kNone;
}

std::string_view isolation_name(Isolation isolation) {
    switch (isolation) {
    case Isolation::kNone:
        return "none";
    case Isolation::kUserSpace:
        return "user namespace";
    case Isolation::kRoot:
        return "overlay";
    }
    return "";
}

ProcessBackend::ProcessBackend(ProcessOptions options)
    : options_(std::move(options)), machine_(read_machine()), store_(options_.artifact_folder) {}

Result<Done> ProcessBackend::prepare() {
    TIPHYS_TRY(prepared, prepare_folders());
    sigset_t child;
    ::sigemptyset(&child);
    ::sigaddset(&child, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &child, nullptr);
    child_signals_ = ::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    if (child_signals_ < 0) {
        return Error{std::string("cannot watch processes: ") + std::strerror(errno)};
    }
    return prepared;
}

Result<Done> ProcessBackend::prepare_folders() {
    scratch_ = options_.run_folder + "/tasks";
    for (const std::string& folder : {scratch_, options_.run_folder + "/logs"}) {
        TIPHYS_TRY(made, make_folders(folder));
        static_cast<void>(made);
    }
    if (options_.isolation != Isolation::kRoot) return Done{};
    // Upper layers lie in memory, which also works where the machine's own root is an overlay.
    // The mount is ours alone and goes when we do.
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", scratch_.c_str(), "tmpfs", 0, "mode=0755") != 0) {
        return Error{"cannot make a scratch space at `" + scratch_ + "`: " + std::strerror(errno)};
    }
    scratch_mounted_ = true;
    return Done{};
}

ProcessBackend::~ProcessBackend() {
    for (const auto& [node, task] : tasks_) {
        signal_task(task, SIGKILL);
    }
    if (child_signals_ >= 0) ::close(child_signals_);
    if (scratch_mounted_) ::umount2(scratch_.c_str(), MNT_DETACH);
    remove_tree(scratch_);
}

std::int64_t ProcessBackend::now_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

void ProcessBackend::start(NodeId node, std::unique_ptr<TaskSpec> spec) {
    queue_.emplace_back(node, std::move(spec));
}

void ProcessBackend::stop(NodeId node, bool at_once) {
    const auto queued = std::find_if(queue_.begin(), queue_.end(),
                                     [&](const auto& entry) { return entry.first == node; });
    if (queued != queue_.end()) {
        queue_.erase(queued);
        report_error(node, "ended before it began");
        return;
    }
    const auto found = tasks_.find(node);
    if (found == tasks_.end()) return;
    Task& task = found->second;
    task.stopping = true;
    signal_task(task, at_once ? SIGKILL : SIGTERM);
    if (task.kill_at_ms == 0) task.kill_at_ms = now_ms() + options_.grace_ms;
}

void ProcessBackend::signal_task(const Task& task, int signal) const {
    for (const Process& process : task.processes) {
        if (process.stage == Process::Stage::kRunning) ::kill(-process.pid, signal);
    }
}

void ProcessBackend::report_error(NodeId node, std::string message) {
    BackendReport report;
    report.node = node;
    report.finished = true;
    report.report.phase = Phase::kError;
    report.report.message = std::move(message);
    reports_.push_back(std::move(report));
}

void ProcessBackend::start_queued() {
    while (!queue_.empty() && tasks_.size() < options_.max_parallel) {
        auto [node, spec] = std::move(queue_.front());
        queue_.pop_front();
        start_task(node, std::move(spec));
    }
}

void ProcessBackend::start_task(NodeId node, std::unique_ptr<TaskSpec> spec) {
    Task& task = tasks_[node];
    task.node = node;
    task.spec = std::move(spec);
    task.folder = scratch_ + "/" + std::to_string(node);
    const auto staged = stage(task);
    if (!staged) {
        report_error(node, staged.error().message);
        remove_tree(task.folder);
        tasks_.erase(node);
        return;
    }
    reports_.push_back({node, false, {}});
    start_ready_processes(task);
}

/// Starts what has waited for nothing but processes that have succeeded; what waited for a failed
/// one ends with its code.
void ProcessBackend::start_ready_processes(Task& task) {
    bool changed = true;
    while (changed) {
        changed = false;
        for (std::size_t i = 0; i < task.processes.size(); ++i) {
            Process& process = task.processes[i];
            if (process.stage != Process::Stage::kWaiting) continue;
            const ProcessSpec& spec = task.spec->processes[i];
            bool ready = true;
            for (const std::uint32_t dependency : spec.dependencies) {
                const Process& before = task.processes[dependency];
                if (before.stage != Process::Stage::kDone) {
                    ready = false;
                } else if (before.exit_code != 0) {
                    end_process(
                        task, i, before.exit_code,
                        "dependency \"" + task.spec->processes[dependency].name +
                            "\" exited with non-zero code: " + std::to_string(before.exit_code));
                    ready = false;
                    changed = true;
                    break;
                }
            }
            if (!ready) continue;
            if (task.stopping) {
                end_process(task, i, 143, "");
            } else {
                start_process(task, i);
            }
            changed = true;
        }
    }
    const bool over =
        std::all_of(task.processes.begin(), task.processes.end(),
                    [](const Process& process) { return process.stage == Process::Stage::kDone; });
    if (over) finish_task(task.node);
}

void ProcessBackend::start_process(Task& task, std::size_t index) {
    Process& process = task.processes[index];
    const ProcessSpec& spec = task.spec->processes[index];
    Launch what;
    const auto prepared = process.view->prepare(what);
    if (!prepared) {
        end_process(task, index, kExecutorFailed, prepared.error().message);
        return;
    }
    for (const auto& words : {spec.command, spec.args}) {
        for (const std::string& word : words) {
            what.argv.push_back(process.view->adapt(word));
        }
    }
    if (task.spec->script) what.argv.push_back(process.view->adapt("/argo/staging/script"));
    what.env = environment(task, index);
    const bool in_place = options_.isolation == Isolation::kNone;
    const std::string folder = spec.working_dir.empty() && !in_place ? "/" : spec.working_dir;
    what.working_dir =
        in_place && folder.empty() ? task.folder + "/work" : process.view->adapt(folder);
    what.stdout_path = process.stdout_path;
    what.stderr_path = process.stderr_path;
    const FoundCommand command = find_command(what.argv, what.env);
    if (!command.error.empty()) {
        end_process(task, index, kExecutorFailed, "failed to find name in PATH: " + command.error);
        return;
    }
    what.executable = command.path;
    const auto launched = launch(what);
    if (!launched) {
        end_process(task, index, kExecutorFailed, launched.error().message);
    } else if (launched->exec_error != 0) {
        end_process(task, index, kExecutorFailed,
                    exec_error_text(command.path, launched->exec_error));
    } else {
        process.pid = launched->pid;
        process.stage = Process::Stage::kRunning;
        by_pid_[process.pid] = {task.node, index};
    }
}

void ProcessBackend::end_process(Task& task, std::size_t index, int exit_code, std::string reason) {
    Process& process = task.processes[index];
    process.stage = Process::Stage::kDone;
    process.exit_code = exit_code;
    process.reason = std::move(reason);
}

void ProcessBackend::reap() {
    signalfd_siginfo info{};
    while (::read(child_signals_, &info, sizeof info) > 0) {
    }
    while (true) {
        siginfo_t ended{};
        if (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0) return;
        const pid_t pid = ended.si_pid;
        if (pid == 0) return;
        const auto known = by_pid_.find(pid);
        // Its group may have left others behind; the number stays ours until it is reaped.
        if (known != by_pid_.end()) ::kill(-pid, SIGKILL);
        int status = 0;
        ::waitpid(pid, &status, 0);
        if (known == by_pid_.end()) continue;
        const auto [node, index] = known->second;
        by_pid_.erase(known);
        Task& task = tasks_[node];
        // Argo's executor reports any signal as exit code 1.
        end_process(task, index, WIFEXITED(status) ? WEXITSTATUS(status) : 1, "");
        start_ready_processes(task);
    }
}

void ProcessBackend::kill_overdue(std::int64_t now) {
    for (auto& [node, task] : tasks_) {
        if (task.kill_at_ms == 0 || now < task.kill_at_ms) continue;
        signal_task(task, SIGKILL);
        task.kill_at_ms = now + options_.grace_ms;
    }
}

std::vector<BackendReport> ProcessBackend::wait(std::int64_t until_ms, int wake_fd) {
    start_queued();
    while (reports_.empty()) {
        std::int64_t now = now_ms();
        kill_overdue(now);
        std::int64_t next = until_ms;
        for (const auto& [node, task] : tasks_) {
            if (task.kill_at_ms != 0) next = std::min(next, task.kill_at_ms);
        }
        pollfd files[] = {{child_signals_, POLLIN, 0}, {wake_fd, POLLIN, 0}};
        const std::int64_t left = std::clamp<std::int64_t>(next - now, 0, 60'000);
        const int ready = ::poll(files, wake_fd >= 0 ? 2 : 1, static_cast<int>(left));
        if (ready > 0 && (files[0].revents & POLLIN) != 0) reap();
        if (wake_fd >= 0 && (files[1].revents & POLLIN) != 0) break;
        now = now_ms();
        if (now >= until_ms) break;
    }
    start_queued();
    if (options_.follow_output) {
        for (auto& [node, task] : tasks_) {
            show_new_output(task);
        }
    }
    return std::move(reports_);
}

void ProcessBackend::show_new_output(Task& task) {
    for (Process& process : task.processes) {
        for (const bool is_error : {false, true}) {
            std::size_t& shown = is_error ? process.stderr_shown : process.stdout_shown;
            auto text =
                read_from_offset(is_error ? process.stderr_path : process.stdout_path, shown);
            if (!text || text->empty()) continue;
            shown += text->size();
            output_.push_back({task.node, is_error, std::move(*text)});
        }
    }
}

std::vector<Backend::Output> ProcessBackend::take_output() {
    return std::move(output_);
}

void ProcessBackend::finish_task(NodeId node) {
    Task& task = tasks_[node];
    if (options_.follow_output) show_new_output(task);
    BackendReport report;
    report.node = node;
    report.finished = true;
    TaskReport& result = report.report;
    const bool is_set = task.spec->processes.size() > 1;
    std::size_t main = 0;
    for (std::size_t i = 0; i < task.processes.size(); ++i) {
        const Process& process = task.processes[i];
        const std::string& name = task.spec->processes[i].name;
        if (name == "main") main = i;
        const std::string message = failure_message(name, process.exit_code, process.reason);
        const bool failed = process.exit_code != 0;
        if (failed && result.phase == Phase::kSucceeded) {
            result.phase = Phase::kFailed;
            result.message = message;
        }
        ProcessReport part;
        if (failed) {
            part.end = process.exit_code == kExecutorFailed ? ProcessReport::End::kError
                                                            : ProcessReport::End::kFailed;
            part.message = message + (process.reason.empty() ? ": " : "");
        }
        result.processes.push_back(std::move(part));
    }
    const Process& process = task.processes[main];
    const bool has_main = !is_set || task.spec->processes[main].name == "main";
    if (has_main) {
        result.exit_code = static_cast<std::int16_t>(process.exit_code);
        if (task.spec->capture_result) result.result = result_of(process.stdout_path);
        const std::string complaint = collect_outputs(*task.spec, *process.view, store_, result);
        if (!complaint.empty() && result.phase == Phase::kSucceeded) {
            result.phase = Phase::kError;
            result.message = failure_message("wait", kExecutorFailed, complaint);
        }
    }
    save_log(task, process, result);
    if (!is_set) result.processes.clear();
    remove_tree(task.folder);
    tasks_.erase(node);
    reports_.push_back(std::move(report));
}

/// The log as an artifact. Argo: SaveLogs in workflow/executor/executor.go.
void ProcessBackend::save_log(const Task& task, const Process& process, TaskReport& report) {
    if (task.spec->log_key.empty()) return;
    const std::string joined = task.folder + "/main.log";
    const auto out = read_file(process.stdout_path);
    const auto err = read_file(process.stderr_path);
    const std::string log = (out ? *out : "") + (err ? *err : "");
    if (!write_file(joined, log) || !store_.save(joined, task.spec->log_key)) return;
    Artifact artifact;
    artifact.name = "main-logs";
    artifact.source = ArtifactSource::kStore;
    artifact.location = task.spec->log_key;
    report.artifacts.push_back(std::move(artifact));
}

} // namespace tiphys::run
