// The life of tasks: queued, started, watched, stopped, collected.

#include "runtime/backends/process/process_backend.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <iterator>
#include <limits>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/backends/process/collect.h"
#include "runtime/backends/process/find_command.h"
#include "runtime/backends/process/http_request.h"
#include "runtime/io/crash_point.h"
#include "runtime/io/files.h"

namespace tiphys::run {
namespace {

BackendReport error_report(NodeId node, std::string message) {
    BackendReport report;
    report.node = node;
    report.finished = true;
    report.report.phase = Phase::kError;
    report.report.message = std::move(message);
    return report;
}

bool port_answers(std::uint16_t port) {
    const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (file < 0) return false;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr generic{};
    std::memcpy(&generic, &address, sizeof generic);
    const bool answers = ::connect(file, &generic, sizeof generic) == 0;
    ::close(file);
    return answers;
}

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
    case Isolation::kImage:
        return "containers";
    }
    return "";
}

ProcessBackend::ProcessBackend(ProcessOptions options)
    : options_(std::move(options)), machine_(read_machine()), images_(options_.images),
      artifacts_(options_.artifact_folder, options_.secrets), admission_(options_.capacity) {}

Result<Done> ProcessBackend::prepare() {
    scratch_ = options_.run_folder + "/tasks";
    TIPHYS_TRY(made, make_folders(options_.run_folder + "/logs"));
    static_cast<void>(made);
    TIPHYS_TRY(keeper, Keeper::open(options_.run_folder, [&]() { return prepare_folders(); }));
    keeper_ = std::move(keeper);
    if (keeper_->is_old()) {
        TIPHYS_TRY(entered, enter_old_scratch());
        static_cast<void>(entered);
    }
    prepared_ = true;
    return Done{};
}

/// Whether tasks' folders are in a scratch space of ours.
bool ProcessBackend::has_scratch_space() const {
    switch (options_.isolation) {
    case Isolation::kNone:
    case Isolation::kUserSpace:
        return false;
    case Isolation::kRoot:
        return true;
    case Isolation::kImage:
        return ::geteuid() == 0;
    }
    return false;
}

Result<Done> ProcessBackend::prepare_folders() {
    TIPHYS_TRY(made, make_folders(scratch_));
    static_cast<void>(made);
    if (!has_scratch_space()) return Done{};
    // Upper layers lie in memory, which also works where the machine's own root is an overlay.
    // The mount is ours and our keeper's alone and goes when we do.
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", scratch_.c_str(), "tmpfs", 0, "mode=0755") != 0) {
        return Error{"cannot make a scratch space at `" + scratch_ + "`: " + std::strerror(errno)};
    }
    scratch_mounted_ = true;
    return Done{};
}

/// The keeper of an earlier process holds the scratch space.
Result<Done> ProcessBackend::enter_old_scratch() {
    if (!has_scratch_space()) return Done{};
    const std::string path = "/proc/" + std::to_string(keeper_->pid()) + "/ns/mnt";
    const int before = ::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    const int space = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool good = space >= 0 && ::setns(space, CLONE_NEWNS) == 0;
    const Error error{"cannot enter the scratch space of the run: " +
                      std::string(std::strerror(errno))};
    if (space >= 0) ::close(space);
    if (before >= 0) {
        static_cast<void>(::fchdir(before) == 0);
        ::close(before);
    }
    if (!good) return error;
    scratch_mounted_ = true;
    return Done{};
}

ProcessBackend::~ProcessBackend() {
    // What still runs is left to the keeper, for whoever goes on with the run; so is what has
    // ended while nobody could write down how.
    if (n_open() > 0 || !unreleased_.empty() || !prepared_) return;
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
        auto spec = std::move(queued->second);
        queue_.erase(queued);
        if (keeper_->known(node).empty()) {
            report_error(node, "ended before it began");
            return;
        }
        start_task(node, std::move(spec));
    }
    const auto found = tasks_.find(node);
    if (found == tasks_.end()) return;
    Task& task = found->second;
    task.stopping = true;
    // What it is to begin with is not needed any more; what it leaves has its time.
    if (task.transfer && (at_once || task.processes.empty())) *task.transfer = true;
    signal_task(task, at_once ? SIGKILL : SIGTERM);
    if (task.kill_at_ms == 0) task.kill_at_ms = now_ms() + options_.grace_ms;
}

ProcessKey ProcessBackend::key_of(const Task& task, std::size_t index) const {
    return {task.node, static_cast<std::uint32_t>(index), task.processes[index].n_retries};
}

void ProcessBackend::signal_task(const Task& task, int signal) const {
    for (std::size_t i = 0; i < task.processes.size(); ++i) {
        if (task.processes[i].stage != Process::Stage::kRunning) continue;
        keeper_->signal(key_of(task, i), signal);
    }
}

void ProcessBackend::report_error(NodeId node, std::string message) {
    reports_.push_back(error_report(node, std::move(message)));
}

void ProcessBackend::start_queued() {
    begin_followers();
    // What does not fit lets others pass, as Kubernetes' scheduler does.
    const auto has_room = [&] { return tasks_.size() - n_following_ < options_.max_parallel; };
    for (std::size_t i = 0; i < queue_.size() && has_room();) {
        std::string reason = admission_.admit(queue_[i].first, *queue_[i].second);
        if (!reason.empty()) {
            if (admission_.is_news(queue_[i].first)) {
                reports_.push_back({queue_[i].first, false, {}, std::move(reason)});
            }
            ++i;
            continue;
        }
        auto [node, spec] = std::move(queue_[i]);
        queue_.erase(queue_.begin() + static_cast<std::ptrdiff_t>(i));
        start_task(node, std::move(spec));
    }
    line_up();
}

void ProcessBackend::start_task(NodeId node, std::unique_ptr<TaskSpec> spec) {
    Task& task = tasks_[node];
    task.node = node;
    task.spec = std::move(spec);
    task.folder = scratch_ + "/" + std::to_string(node);
    task.adopted = !keeper_->known(node).empty();
    if (task.adopted && !path_exists(task.folder)) {
        report_error(node, kLost);
        tasks_.erase(node);
        return;
    }
    crash_point("task.before_staging");
    if (task.spec->http) {
        laid_out(task, stage_request(task));
        return;
    }
    const auto made = make_task_folder(task);
    if (!made) {
        laid_out(task, made);
    } else if (task.adopted || task.spec->input_artifacts.empty()) {
        laid_out(task, stage(task, find_inputs(task)));
    } else {
        fetch_inputs(task);
    }
}

/// Everything is in its place, or something cannot be brought there.
void ProcessBackend::laid_out(Task& task, const Result<Done>& staged) {
    const NodeId node = task.node;
    if (!staged) {
        if (task.follows != kNoId) take_place(task);
        report_error(node, staged.error().message);
        tasks_.erase(node);
        admission_.release(node);
        return;
    }
    if (!task.spec->is_daemon && task.follows == kNoId) {
        reports_.push_back({node, false, {}, ""});
        task.started = true;
    }
    crash_point("task.staged");
    if (task.adopted) {
        adopt(task);
    } else {
        start_ready_processes(task);
    }
}

/// Takes over what an earlier process of ours has begun.
void ProcessBackend::adopt(Task& task) {
    const std::map<ProcessKey, ProcessEnd> known = keeper_->known(task.node);
    for (const auto& [key, end] : known) {
        if (key.index >= task.processes.size()) continue;
        task.processes[key.index].n_retries = key.attempt;
        task.processes[key.index].stage = Process::Stage::kRunning;
    }
    const NodeId node = task.node;
    bool any = false;
    for (const auto& [key, end] : known) {
        if (end.kind == ProcessEnd::Kind::kRunning) continue;
        any = true;
        process_ended(key, end);
    }
    // What had not begun yet may do so now.
    if (!any && tasks_.contains(node)) start_ready_processes(tasks_[node]);
}

/// The request is the only process of its task.
Result<Done> ProcessBackend::stage_request(Task& task) {
    if (!task.adopted) remove_tree(task.folder);
    TIPHYS_TRY(made, make_folders(task.folder));
    static_cast<void>(made);
    Process& process = task.processes.emplace_back();
    process.stage = Process::Stage::kRunning;
    if (!task.adopted) {
        keeper_->request(key_of(task, 0), *task.spec->http, task.folder + "/answer");
    }
    return Done{};
}

/// What keeps a process from starting: what must succeed before it has failed, or is not done.
ProcessBackend::Readiness ProcessBackend::readiness(const Task& task, std::size_t index) const {
    const std::vector<ProcessSpec>& specs = task.spec->processes;
    const bool is_init = specs[index].role == ProcessRole::kInit;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        const bool comes_before = specs[i].role == ProcessRole::kInit && (!is_init || i < index);
        if (!comes_before) continue;
        if (task.processes[i].stage != Process::Stage::kDone) return {};
        if (task.processes[i].exit_code != 0) return {false, kNotStarted, ""};
    }
    for (const std::uint32_t dependency : specs[index].dependencies) {
        const Process& before = task.processes[dependency];
        if (before.stage != Process::Stage::kDone) return {};
        if (before.exit_code == 0) continue;
        return {false, before.exit_code,
                "dependency \"" + specs[dependency].name +
                    "\" exited with non-zero code: " + std::to_string(before.exit_code)};
    }
    return {true, 0, ""};
}

/// Starts what has waited for nothing but processes that have succeeded; what waited for a failed
/// one ends with its code.
void ProcessBackend::start_ready_processes(Task& task) {
    bool changed = true;
    while (changed) {
        changed = false;
        for (std::size_t i = 0; i < task.processes.size(); ++i) {
            Process& process = task.processes[i];
            const bool waits = process.stage == Process::Stage::kWaiting;
            if (!waits || process.start_at_ms > now_ms()) continue;
            Readiness ready = readiness(task, i);
            if (!ready.may_start && ready.exit_code == 0) continue;
            changed = true;
            if (!ready.may_start) {
                process.was_kept_back = ready.exit_code != kNotStarted;
                end_process(task, i, ready.exit_code, std::move(ready.reason));
            } else if (task.stopping) {
                end_process(task, i, 143, "");
            } else {
                start_process(task, i);
            }
        }
    }
    end_sidecars(task);
    report_ready(task);
    const bool over =
        std::all_of(task.processes.begin(), task.processes.end(),
                    [](const Process& process) { return process.stage == Process::Stage::kDone; });
    if (over) finish_task(task.node);
}

/// Sidecars are told to end when nothing else is left of the task.
void ProcessBackend::end_sidecars(Task& task) {
    if (task.spec->http || task.ending_sidecars) return;
    bool any = false;
    for (std::size_t i = 0; i < task.processes.size(); ++i) {
        const bool done = task.processes[i].stage == Process::Stage::kDone;
        const bool is_sidecar = task.spec->processes[i].role == ProcessRole::kSidecar;
        if (!done && !is_sidecar) return;
        any = any || !done;
    }
    if (!any) return;
    task.ending_sidecars = true;
    signal_task(task, SIGTERM);
    if (task.kill_at_ms == 0) task.kill_at_ms = now_ms() + options_.grace_ms;
}

/// A daemon has started once its processes run and their ports answer.
void ProcessBackend::report_ready(Task& task) {
    if (task.started || task.stopping || task.transfer || task.follows != kNoId) return;
    for (std::size_t i = 0; i < task.processes.size(); ++i) {
        if (task.spec->processes[i].role == ProcessRole::kInit) continue;
        if (task.processes[i].stage != Process::Stage::kRunning) return;
        const std::uint16_t port = task.spec->processes[i].ready_port;
        if (port != 0 && !port_answers(port)) return;
    }
    task.started = true;
    reports_.push_back({task.node, false, {}, ""});
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
    for (const std::string& word : words_of(task, index)) {
        what.argv.push_back(process.view->adapt(word));
    }
    what.env = environment(task, index);
    const bool in_place = options_.isolation == Isolation::kNone;
    const std::string folder = spec.working_dir.empty() && !in_place ? "/" : spec.working_dir;
    what.working_dir =
        in_place && folder.empty() ? task.folder + "/work" : process.view->adapt(folder);
    what.stdout_path = process.stdout_path;
    what.stderr_path = process.stderr_path;
    place_log(process.stdout_path);
    place_log(process.stderr_path);
    if (process.image != nullptr) {
        const auto enclosed = enclose(task, index, what);
        if (!enclosed) {
            end_process(task, index, kExecutorFailed, enclosed.error().message);
            return;
        }
    }
    const FoundCommand command = commands_.find(what.argv, what.env);
    if (!command.error.empty()) {
        end_process(task, index, kExecutorFailed, "failed to find name in PATH: " + command.error);
        return;
    }
    what.executable = command.path;
    process.stage = Process::Stage::kRunning;
    const ProcessKey after = task.follows == kNoId ? ProcessKey() : key_of(tasks_[task.follows], 0);
    keeper_->launch(key_of(task, index), what, after);
    crash_point("task.launched");
}

void ProcessBackend::end_process(Task& task, std::size_t index, int exit_code, std::string reason) {
    Process& process = task.processes[index];
    process.stage = Process::Stage::kDone;
    process.exit_code = exit_code;
    process.reason = std::move(reason);
    if (task.spec->http || exit_code == 0 || task.stopping || exit_code == kNotStarted) return;
    const ProcessSpec& spec = task.spec->processes[index];
    const bool has_run = keeper_->known(task.node).contains(key_of(task, index));
    const bool dependency_failed = !has_run && exit_code != kExecutorFailed;
    if (task.lost || dependency_failed || process.n_retries >= spec.n_retries) return;
    ++process.n_retries;
    process.stage = Process::Stage::kWaiting;
    process.start_at_ms = now_ms() + spec.retry_pause_ms;
}

void ProcessBackend::process_ended(const ProcessKey& key, const ProcessEnd& end) {
    const auto found = tasks_.find(key.node);
    if (found == tasks_.end() || key.index >= found->second.processes.size()) return;
    Task& task = found->second;
    const Process& process = task.processes[key.index];
    if (process.stage != Process::Stage::kRunning || process.n_retries != key.attempt) return;
    // The end of the one before is told first: this one was stopped.
    if (task.follows != kNoId) {
        BackendReport report = error_report(key.node, "ended before it began");
        close_task(key.node, std::move(report));
        return;
    }
    // Argo: Wait in workflow/executor/osspecific/signal_darwin.go, which Linux has, too.
    int exit_code = end.kind == ProcessEnd::Kind::kSignalled ? 128 + end.code : end.code;
    if (end.kind == ProcessEnd::Kind::kSignalled && task.ending_sidecars) exit_code = 143;
    if (end.kind == ProcessEnd::Kind::kNotStarted) exit_code = kExecutorFailed;
    if (end.kind == ProcessEnd::Kind::kLost) {
        task.lost = true;
        exit_code = kExecutorFailed;
    }
    std::string reason = end.reason;
    if (process.image != nullptr) {
        const std::string complaint = leave_container(key);
        if (exit_code != 0 && !complaint.empty()) {
            exit_code = kExecutorFailed;
            reason = complaint;
        }
    }
    end_process(task, key.index, exit_code, std::move(reason));
    start_ready_processes(task);
}

void ProcessBackend::take_ends() {
    for (const auto& [key, end] : keeper_->take_ends()) {
        process_ended(key, end);
    }
}

void ProcessBackend::kill_overdue(std::int64_t now) {
    for (auto& [node, task] : tasks_) {
        if (task.kill_at_ms == 0 || now < task.kill_at_ms) continue;
        if (task.transfer) *task.transfer = true;
        signal_task(task, SIGKILL);
        task.kill_at_ms = now + options_.grace_ms;
    }
}

/// Does what is due, and says when the next thing will be.
std::int64_t ProcessBackend::look_after_tasks(std::int64_t now) {
    constexpr std::int64_t kProbeEvery = 50;
    std::int64_t next = std::numeric_limits<std::int64_t>::max();
    std::vector<NodeId> due;
    for (auto& [node, task] : tasks_) {
        if (task.kill_at_ms != 0) next = std::min(next, task.kill_at_ms);
        if (!task.started && !task.stopping && !task.transfer && task.follows == kNoId) {
            report_ready(task);
            if (!task.started) next = std::min(next, now + kProbeEvery);
        }
        for (const Process& process : task.processes) {
            if (process.stage != Process::Stage::kWaiting || process.start_at_ms == 0) continue;
            if (process.start_at_ms <= now) due.push_back(node);
            next = std::min(next, std::max(process.start_at_ms, now + 1));
        }
    }
    for (const NodeId node : due) {
        const auto found = tasks_.find(node);
        if (found != tasks_.end()) start_ready_processes(found->second);
    }
    return next;
}

std::vector<BackendReport> ProcessBackend::wait(std::int64_t until_ms, int wake_fd) {
    start_queued();
    while (reports_.empty()) {
        std::int64_t now = now_ms();
        kill_overdue(now);
        const std::int64_t next = std::min(until_ms, look_after_tasks(now));
        if (!reports_.empty()) break;
        keeper_->flush();
        pollfd files[] = {
            {keeper_->file(), POLLIN, 0}, {wake_fd, POLLIN, 0}, {transfers_.file(), POLLIN, 0}};
        const std::int64_t left = std::clamp<std::int64_t>(next - now, 0, 60'000);
        const int ready = ::poll(files, std::size(files), static_cast<int>(left));
        if (ready > 0 && files[0].revents != 0) take_ends();
        if (ready > 0 && files[2].revents != 0) transfers_.deliver();
        if (wake_fd >= 0 && (files[1].revents & POLLIN) != 0) break;
        now = now_ms();
        if (now >= until_ms) break;
    }
    start_queued();
    if (options_.follow_output) {
        for (auto& [node, task] : tasks_) {
            // What follows another task may have begun; nobody has been told so yet.
            if (task.follows == kNoId) show_new_output(task);
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

} // namespace tiphys::run
