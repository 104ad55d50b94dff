// Starts the runs of CronWorkflows when they are due.

#include "cli/cron_scheduler.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <ostream>
#include <poll.h>
#include <signal.h>
#include <sstream>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/run_command.h"
#include "runtime/io/files.h"

namespace tiphys::cli {
namespace {

/// Clocks may be set while nobody looks.
constexpr std::int64_t kLongestSleepMs = 10'000;

std::int64_t now_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

std::string clock_text(std::int64_t now_s) {
    const auto seconds = static_cast<std::time_t>(now_s);
    std::tm parts{};
    ::localtime_r(&seconds, &parts);
    char text[16];
    return {text, std::strftime(text, sizeof text, "%H:%M:%S", &parts)};
}

} // namespace

std::string cron_folder(const std::string& state_folder, const run::CronSpec& spec) {
    return state_folder + "/cron/" + spec.namespace_name + "/" + spec.name;
}

std::string CronScheduler::folder_of(std::size_t cron) const {
    return cron_folder(options_.state_folder, crons_[cron].job.spec());
}

Result<Done> CronScheduler::catch_signals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) {
        ::sigaddset(&signals, signal);
    }
    ::sigprocmask(SIG_BLOCK, &signals, &signals_before_);
    signal_file_ = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signal_file_ >= 0) return Done{};
    return Error{std::string("cannot watch signals: ") + std::strerror(errno)};
}

void CronScheduler::tell(const std::string& text) {
    if (options_.is_quiet) return;
    streams_.out << clock_text(now_ms() / 1000) << " " << text << "\n" << std::flush;
}

bool CronScheduler::is_over() const {
    if (!children_.empty()) return false;
    if (n_signals_ > 0) return true;
    return std::all_of(crons_.begin(), crons_.end(),
                       [](const ScheduledCron& cron) { return cron.job.status().is_stopped; });
}

void CronScheduler::plan_next(std::size_t cron, std::int64_t after_s) {
    next_s_[cron] = crons_[cron].job.next_time(after_s).value_or(0);
}

/// Argo: runOutstandingWorkflows in workflow/cron/operator.go.
void CronScheduler::start_missed(std::int64_t now_s) {
    for (std::size_t i = 0; i < crons_.size(); ++i) {
        const auto missed = crons_[i].job.missed_time(now_s);
        if (missed) fire(i, *missed, now_s);
        plan_next(i, now_s);
    }
}

void CronScheduler::fire(std::size_t cron, std::int64_t at_s, std::int64_t now_s) {
    run::CronJob& job = crons_[cron].job;
    const run::CronStart start = job.fire(at_s, now_s);
    for (const std::string& replaced : start.replaced) {
        for (const auto& [pid, child] : children_) {
            if (child.run != replaced) continue;
            // The second signal ends it at once: Argo terminates what is replaced.
            ::kill(pid, SIGTERM);
            ::kill(pid, SIGINT);
            tell(replaced + " is replaced");
        }
    }
    if (start.run.empty()) {
        tell(job.spec().name + " does not run: " + start.reason);
    } else {
        const auto started = this->start(cron, start.run, at_s, now_s);
        if (!started) {
            streams_.err << "tiphys: " << started.error().message << "\n";
            static_cast<void>(job.end(start.run, false, now_s));
        }
    }
    keep_status(cron);
}

Result<Done> CronScheduler::start(std::size_t cron, const std::string& run, std::int64_t at_s,
                                  std::int64_t now_s) {
    const std::string manifest = folder_of(cron) + "/workflow.json";
    TIPHYS_TRY(made, run::make_folders(folder_of(cron)));
    static_cast<void>(made);
    TIPHYS_TRY(written, run::replace_file(
                            manifest, run::workflow_of_cron(*crons_[cron].document, run, at_s)));
    streams_.out.flush();
    streams_.err.flush();
    const pid_t pid = ::fork();
    if (pid < 0) return Error{std::string("cannot start a run: ") + std::strerror(errno)};
    if (pid == 0) become_run(manifest, run);
    ::setpgid(pid, pid);
    children_[pid] = {cron, run, now_s, false};
    tell(run + " starts");
    return written;
}

void CronScheduler::become_run(const std::string& manifest, const std::string& run) {
    // Ctrl-C of the terminal reaches it through the scheduler alone.
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    ::close(signal_file_);
    ::sigprocmask(SIG_SETMASK, &signals_before_, nullptr);
    // The first Workflow of the files runs; the others are its world.
    std::vector<std::string> words = {"run", manifest};
    words.insert(words.end(), options_.files.begin(), options_.files.end());
    words.insert(words.end(), options_.run_options.begin(), options_.run_options.end());
    words.insert(words.end(), {"--name", run, "--state", options_.state_folder});
    const int exit_code = run_command(words, streams_);
    streams_.out.flush();
    streams_.err.flush();
    ::_exit(exit_code);
}

void CronScheduler::end(pid_t pid, bool succeeded, std::int64_t now_s) {
    const auto found = children_.find(pid);
    if (found == children_.end()) return;
    const Child child = found->second;
    children_.erase(found);
    tell(child.run + (succeeded ? " succeeded (" : " failed (") +
         std::to_string(now_s - child.started_s) + "s)");
    delete_runs(crons_[child.cron].job.end(child.run, succeeded, now_s));
    keep_status(child.cron);
    if (!crons_[child.cron].job.status().is_stopped) return;
    tell(crons_[child.cron].job.spec().name + " has stopped: its stop condition has come true");
}

/// Argo: enforceHistoryLimit in workflow/cron/operator.go.
void CronScheduler::delete_runs(const std::vector<std::string>& runs) {
    if (runs.empty()) return;
    std::vector<std::string> words = {"delete", "--state", options_.state_folder};
    words.insert(words.end(), runs.begin(), runs.end());
    // Nobody asked for it, so nobody is told; what cannot be deleted stays.
    std::ostringstream silence;
    Streams streams{streams_.in, silence, silence, false};
    static_cast<void>(run_command(words, streams));
}

void CronScheduler::reap(std::int64_t now_s) {
    int status = 0;
    for (pid_t pid = ::waitpid(-1, &status, WNOHANG); pid > 0;
         pid = ::waitpid(-1, &status, WNOHANG)) {
        end(pid, WIFEXITED(status) && WEXITSTATUS(status) == kExitFine, now_s);
    }
}

void CronScheduler::signal_runs(int signal) const {
    for (const auto& [pid, child] : children_) {
        ::kill(pid, signal);
    }
}

void CronScheduler::take_signals() {
    signalfd_siginfo info{};
    while (::read(signal_file_, &info, sizeof info) > 0) {
        if (info.ssi_signo == SIGCHLD) continue;
        ++n_signals_;
        signal_runs(SIGTERM);
        if (n_signals_ == 1 && !children_.empty()) tell("waiting for the runs to stop");
    }
}

void CronScheduler::keep_status(std::size_t cron) {
    const std::string json = run::write_cron_status(crons_[cron].job.status());
    const auto made = run::make_folders(folder_of(cron));
    const auto kept = run::replace_file(folder_of(cron) + "/status.json", json);
    if (!kept) streams_.err << "tiphys: " << kept.error().message << "\n";
}

int CronScheduler::run() {
    const auto caught = catch_signals();
    if (!caught) return fail(streams_, caught.error().message);
    next_s_.assign(crons_.size(), 0);
    start_missed(now_ms() / 1000);
    while (!is_over()) {
        std::int64_t sleep_ms = kLongestSleepMs;
        for (std::size_t i = 0; i < crons_.size(); ++i) {
            const std::int64_t now = now_ms();
            const bool is_due = next_s_[i] != 0 && next_s_[i] * 1000 <= now;
            if (is_due && n_signals_ == 0) {
                const std::int64_t at_s = next_s_[i];
                fire(i, at_s, now / 1000);
                // What fell due while the machine slept is not made up for.
                plan_next(i, std::max(at_s, now / 1000));
            }
            if (next_s_[i] == 0) continue;
            sleep_ms = std::clamp<std::int64_t>(next_s_[i] * 1000 - now, 0, sleep_ms);
        }
        if (n_signals_ > 0) sleep_ms = kLongestSleepMs;
        pollfd file{signal_file_, POLLIN, 0};
        ::poll(&file, 1, static_cast<int>(sleep_ms));
        take_signals();
        reap(now_ms() / 1000);
    }
    ::close(signal_file_);
    ::sigprocmask(SIG_SETMASK, &signals_before_, nullptr);
    return n_signals_ > 0 ? kExitFindings : kExitFine;
}

} // namespace tiphys::cli
