// The keeper's own side: it holds the children, and tells whoever is connected how they ended.

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/backends/process/find_command.h"
#include "runtime/backends/process/http_request.h"
#include "runtime/backends/process/keeper_messages.h"
#include "runtime/backends/process/log_times.h"

namespace tiphys::run {
namespace {

std::int64_t milliseconds(const timeval& time) {
    return static_cast<std::int64_t>(time.tv_sec) * 1000 + time.tv_usec / 1000;
}

ProcessEnd not_started(std::string reason) {
    ProcessEnd end;
    end.kind = ProcessEnd::Kind::kNotStarted;
    end.reason = std::move(reason);
    return end;
}

ProcessEnd signalled(int signal) {
    ProcessEnd end;
    end.kind = ProcessEnd::Kind::kSignalled;
    end.code = signal;
    return end;
}

class KeeperProcess {
public:
    KeeperProcess(int connection, int listener, int records, const std::string& run_folder)
        : connection_(connection), listener_(listener), records_(records), logs_(run_folder) {
        sigset_t child;
        ::sigemptyset(&child);
        ::sigaddset(&child, SIGCHLD);
        ::sigprocmask(SIG_BLOCK, &child, nullptr);
        children_ = ::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
        // Places are filled at once even where tasks use all cores. Who may not have that goes
        // without.
        ::setpriority(PRIO_PROCESS, 0, kOwnNice);
    }

    void run() {
        greet();
        flush();
        while (!quits_ && (connection_ >= 0 || !known_.empty())) {
            pollfd files[] = {{children_, POLLIN, 0},
                              {listener_, POLLIN, 0},
                              {connection_, POLLIN, 0},
                              {logs_.file(), POLLIN, 0}};
            if (!to_send_.empty()) files[2].events |= POLLOUT;
            if (::poll(files, 4, -1) < 0 && errno != EINTR) return;
            if ((files[3].revents & POLLIN) != 0) logs_.note();
            if ((files[0].revents & POLLIN) != 0) reap();
            if ((files[1].revents & POLLIN) != 0) accept_runner();
            if (files[2].revents != 0) serve(files[2].revents);
            // At last: the runner would take the core from what has just begun.
            flush();
        }
    }

private:
    void accept_runner() {
        const int file = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (file < 0) return;
        // A run has one runner: the lock of its folder sees to that.
        drop_connection();
        connection_ = file;
        greet();
    }

    void greet() {
        for (const auto& [key, end] : known_) {
            tell(key, end);
        }
        send({.kind = KeeperMessage::Kind::kReady, .pid = ::getpid()});
    }

    void drop_connection() {
        if (connection_ >= 0) ::close(connection_);
        connection_ = -1;
        received_.clear();
        to_send_.clear();
        // Nothing of them is written down: the next runner begins them.
        followers_.clear();
    }

    void serve(short events) {
        if ((events & (POLLIN | POLLHUP | POLLERR)) == 0 || connection_ < 0) return;
        char buffer[65536];
        const ssize_t n = ::recv(connection_, buffer, sizeof buffer, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
            drop_connection();
            return;
        }
        if (n < 0) return;
        received_.append(buffer, static_cast<std::size_t>(n));
        while (auto message = take_message_from(received_)) {
            handle(*message);
        }
    }

    void handle(const KeeperMessage& message) {
        switch (message.kind) {
        case KeeperMessage::Kind::kLaunch:
        case KeeperMessage::Kind::kRequest:
            if (has_ended(message.after)) {
                begin(message);
            } else {
                followers_[message.after] = message;
            }
            return;
        case KeeperMessage::Kind::kBegin:
            if (const auto follower = take_follower(message.key)) begin(*follower);
            return;
        case KeeperMessage::Kind::kSignal:
            if (const auto follower = take_follower(message.key)) leave_out(*follower, message);
            for (const auto& [pid, key] : running_) {
                if (key == message.key) ::kill(-pid, message.signal);
            }
            return;
        case KeeperMessage::Kind::kForget:
            std::erase_if(known_, [&](const auto& entry) {
                return entry.first.node == message.key.node &&
                       entry.second.kind != ProcessEnd::Kind::kRunning;
            });
            return;
        case KeeperMessage::Kind::kQuit:
            for (const auto& [pid, key] : running_) {
                ::kill(-pid, SIGKILL);
            }
            followers_.clear();
            quits_ = true;
            return;
        case KeeperMessage::Kind::kState:
        case KeeperMessage::Kind::kReady:
            return;
        }
    }

    /// Nobody needs to wait for it: it has ended, or was never heard of.
    bool has_ended(const ProcessKey& key) const {
        const auto known = known_.find(key);
        if (known != known_.end()) return known->second.kind != ProcessEnd::Kind::kRunning;
        return std::none_of(followers_.begin(), followers_.end(),
                            [&](const auto& entry) { return entry.second.key == key; });
    }

    /// The follower never begins. Who waits for it waits for the one before it from now on.
    void leave_out(const KeeperMessage& follower, const KeeperMessage& signal) {
        if (auto next = followers_.extract(follower.key); !next.empty()) {
            next.key() = next.mapped().after = follower.after;
            followers_.insert(std::move(next));
        }
        end(follower.key, signalled(signal.signal));
    }

    /// The message about a process that has not begun yet.
    std::optional<KeeperMessage> take_follower(const ProcessKey& key) {
        for (auto at = followers_.begin(); at != followers_.end(); ++at) {
            if (at->second.key != key) continue;
            return followers_.extract(at).mapped();
        }
        return std::nullopt;
    }

    /// That it begins is written down before it does.
    void begin(const KeeperMessage& message) {
        if (known_.contains(message.key)) return;
        set(message.key, {});
        if (message.kind == KeeperMessage::Kind::kRequest) {
            const auto pid = start_request(message.request, message.answer_path);
            if (pid) {
                running_[*pid] = message.key;
            } else {
                end(message.key, not_started(pid.error().message));
            }
            return;
        }
        const auto launched = launch(message.launch, nice_);
        if (!launched) {
            end(message.key, not_started(launched.error().message));
        } else if (launched->exec_error != 0) {
            end(message.key,
                not_started(exec_error_text(message.launch.executable, launched->exec_error)));
        } else {
            running_[launched->pid] = message.key;
        }
    }

    void reap() {
        signalfd_siginfo info{};
        while (::read(children_, &info, sizeof info) > 0) {
        }
        while (true) {
            siginfo_t ended{};
            if (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0) return;
            const pid_t pid = ended.si_pid;
            if (pid == 0) return;
            const auto known = running_.find(pid);
            // Its group may have left others behind; the number stays ours until it is reaped.
            if (known != running_.end()) ::kill(-pid, SIGKILL);
            int status = 0;
            rusage use{};
            ::wait4(pid, &status, 0, &use);
            if (known == running_.end()) continue;
            const ProcessKey key = known->second;
            running_.erase(known);
            ProcessEnd how;
            how.kind = WIFEXITED(status) ? ProcessEnd::Kind::kExited : ProcessEnd::Kind::kSignalled;
            how.code = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
            how.cpu_ms = milliseconds(use.ru_utime) + milliseconds(use.ru_stime);
            how.memory_kib = use.ru_maxrss;
            end(key, how);
        }
    }

    void set(const ProcessKey& key, const ProcessEnd& state) {
        known_[key] = state;
        const std::string line = record_line(key, state);
        // What cannot be written down is still told to the runner that is there.
        [[maybe_unused]] const ssize_t n = ::write(records_, line.data(), line.size());
    }

    void end(const ProcessKey& key, const ProcessEnd& how) {
        set(key, how);
        tell(key, how);
        if (const auto follower = followers_.extract(key); !follower.empty()) {
            begin(follower.mapped());
        }
    }

    void tell(const ProcessKey& key, const ProcessEnd& state) {
        send({.kind = KeeperMessage::Kind::kState, .key = key, .end = state});
    }

    void send(const KeeperMessage& message) {
        if (connection_ < 0) return;
        to_send_ += message_as_bytes(message);
    }

    void flush() {
        while (!to_send_.empty()) {
            const ssize_t n =
                ::send(connection_, to_send_.data(), to_send_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
            if (n <= 0) return;
            to_send_.erase(0, static_cast<std::size_t>(n));
        }
    }

    static constexpr int kOwnNice = -10;

    /// The priority of tasks, which is that of the runner.
    int nice_ = ::getpriority(PRIO_PROCESS, 0);
    int connection_;
    int listener_;
    int records_;
    int children_ = -1;
    bool quits_ = false;
    std::string received_;
    std::string to_send_;
    std::map<ProcessKey, ProcessEnd> known_;
    std::map<pid_t, ProcessKey> running_;
    /// What begins when the process has ended.
    std::map<ProcessKey, KeeperMessage> followers_;
    LogWatch logs_;
};

} // namespace

void keep(int connection, int listener, int records, const std::string& run_folder) {
    KeeperProcess(connection, listener, records, run_folder).run();
}

} // namespace tiphys::run
