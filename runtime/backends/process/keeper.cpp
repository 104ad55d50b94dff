// The runner's side of the keeper.

#include "runtime/backends/process/keeper.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "runtime/backends/process/keeper_messages.h"
#include "runtime/io/crash_point.h"
#include "runtime/io/files.h"

namespace tiphys::run {
namespace {

Error system_error(const std::string& what) {
    return Error{what + ": " + std::strerror(errno)};
}

/// A file that is closed in the end.
class OpenFile {
public:
    explicit OpenFile(int file) : file_(file) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() {
        if (file_ >= 0) ::close(file_);
    }
    [[nodiscard]] int get() const { return file_; }
    [[nodiscard]] int release() { return std::exchange(file_, -1); }

private:
    int file_;
};

/// The address of the socket. Paths in addresses are short, so the folder goes by its number.
sockaddr_un address_in(int folder) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = "/proc/self/fd/" + std::to_string(folder) + "/" + kKeeperSocket;
    path.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
    return address;
}

const sockaddr* generic(const sockaddr_un& address) {
    return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

int open_folder(const std::string& folder) {
    return ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int connect_to(const std::string& run_folder) {
    const OpenFile folder(open_folder(run_folder));
    if (folder.get() < 0) return -1;
    OpenFile file(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_un address = address_in(folder.get());
    if (::connect(file.get(), generic(address), sizeof address) != 0) return -1;
    return file.release();
}

Result<int> listen_in(const std::string& run_folder) {
    const OpenFile folder(open_folder(run_folder));
    OpenFile file(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    ::unlink((run_folder + "/" + kKeeperSocket).c_str());
    const sockaddr_un address = address_in(folder.get());
    const bool listens =
        ::bind(file.get(), generic(address), sizeof address) == 0 && ::listen(file.get(), 4) == 0;
    if (!listens) return system_error("cannot listen in `" + run_folder + "`");
    return file.release();
}

/// Moves what the new process needs to the first numbers and closes everything else: it must not
/// keep our locks, pipes and terminals open.
void keep_only(int& connection, int& listener, int& records) {
    constexpr int kFirstFree = 200;
    const int copies[] = {::fcntl(connection, F_DUPFD, kFirstFree),
                          ::fcntl(listener, F_DUPFD, kFirstFree),
                          ::fcntl(records, F_DUPFD, kFirstFree)};
    const int null = ::open("/dev/null", O_RDWR);
    for (int number = 0; number < 3; ++number) {
        ::dup2(null, number);
    }
    int* const names[] = {&connection, &listener, &records};
    for (int i = 0; i < 3; ++i) {
        *names[i] = ::dup3(copies[i], 3 + i, O_CLOEXEC);
    }
    ::syscall(SYS_close_range, 6U, ~0U, 0U);
}

[[noreturn]] void become_keeper(int connection, int listener, int records,
                                const std::string& run_folder) {
    disable_crash_points();
    ::setsid();
    ::prctl(PR_SET_NAME, "tiphys-keeper");
    // Whoever started us may ignore signals, which is handed on to what is executed.
    for (int signal = 1; signal < NSIG; ++signal) {
        ::signal(signal, SIG_DFL);
    }
    sigset_t ending;
    ::sigemptyset(&ending);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
        ::sigaddset(&ending, signal);
    }
    ::sigprocmask(SIG_BLOCK, &ending, nullptr);
    keep_only(connection, listener, records);
    keep(connection, listener, records, run_folder);
    ::_exit(0);
}

} // namespace

Result<std::unique_ptr<Keeper>> Keeper::open(const std::string& run_folder,
                                             const std::function<Result<Done>()>& prepare) {
    auto keeper = std::make_unique<Keeper>();
    keeper->known_ = read_records(run_folder);
    keeper->file_ = connect_to(run_folder);
    // One that has nothing to keep may be going just now.
    keeper->is_old_ = keeper->file_ >= 0 && keeper->becomes_ready();
    if (!keeper->is_old_) {
        keeper->known_ = read_records(run_folder);
        TIPHYS_TRY(prepared, prepare());
        static_cast<void>(prepared);
        TIPHYS_TRY(started, keeper->start(run_folder));
        static_cast<void>(started);
        if (!keeper->becomes_ready()) return Error{"the keeper of the run has ended"};
    }
    keeper->ends_.clear();
    return keeper;
}

bool Keeper::becomes_ready() {
    while (!is_ready_ && receive(true)) {
    }
    return is_ready_;
}

Result<Done> Keeper::start(const std::string& run_folder) {
    const std::string path = run_folder + "/" + kKeeperRecords;
    OpenFile records(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (records.get() < 0) return system_error("cannot write `" + path + "`");
    // What ran under a keeper that is gone has gone with it.
    for (auto& [key, end] : known_) {
        if (end.kind != ProcessEnd::Kind::kRunning) continue;
        end.kind = ProcessEnd::Kind::kLost;
        const std::string line = record_line(key, end);
        if (::write(records.get(), line.data(), line.size()) < 0) {
            return system_error("cannot write `" + path + "`");
        }
    }
    TIPHYS_TRY(listening, listen_in(run_folder));
    OpenFile listener(listening);
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return system_error("cannot make a pair of sockets");
    }
    file_ = ends[0];
    const pid_t pid = ::fork();
    if (pid == 0) {
        // Nobody's child, so that nobody waits for its end, which may take many milliseconds: the
        // kernel ends its watch of the logs then.
        if (::fork() == 0) become_keeper(ends[1], listener.get(), records.get(), run_folder);
        ::_exit(0);
    }
    ::close(ends[1]);
    if (pid < 0) return system_error("cannot start a process");
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    return Done{};
}

Keeper::~Keeper() {
    if (file_ < 0) return;
    flush();
    ::close(file_);
}

void Keeper::send(const std::string& message) {
    to_send_ += message;
    flush();
}

void Keeper::flush() {
    const std::string bytes = std::exchange(to_send_, {});
    std::size_t at = 0;
    while (at < bytes.size()) {
        const ssize_t n = ::send(file_, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            lose_all();
            return;
        }
        at += static_cast<std::size_t>(n);
    }
}

void Keeper::lose_all() {
    for (auto& [key, end] : known_) {
        if (end.kind != ProcessEnd::Kind::kRunning) continue;
        end.kind = ProcessEnd::Kind::kLost;
        ends_.emplace_back(key, end);
    }
}

/// False where the keeper is gone.
bool Keeper::receive(bool wait) {
    char buffer[65536];
    const ssize_t n = ::recv(file_, buffer, sizeof buffer, wait ? 0 : MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (n <= 0) {
        if (file_ >= 0) ::close(file_);
        file_ = -1;
        lose_all();
        return false;
    }
    received_.append(buffer, static_cast<std::size_t>(n));
    while (auto message = take_message_from(received_)) {
        if (message->kind == KeeperMessage::Kind::kReady) {
            is_ready_ = true;
            pid_ = message->pid;
        }
        if (message->kind != KeeperMessage::Kind::kState) continue;
        known_[message->key] = message->end;
        if (message->end.kind != ProcessEnd::Kind::kRunning) {
            ends_.emplace_back(message->key, message->end);
        }
    }
    return true;
}

void Keeper::launch(const ProcessKey& key, const Launch& what, const ProcessKey& after) {
    known_[key] = {};
    send(message_as_bytes(
        {.kind = KeeperMessage::Kind::kLaunch, .key = key, .after = after, .launch = what}));
}

void Keeper::begin(const ProcessKey& key) {
    send(message_as_bytes({.kind = KeeperMessage::Kind::kBegin, .key = key}));
}

void Keeper::request(const ProcessKey& key, const HttpRequest& what,
                     const std::string& answer_path) {
    known_[key] = {};
    send(message_as_bytes({.kind = KeeperMessage::Kind::kRequest,
                           .key = key,
                           .request = what,
                           .answer_path = answer_path}));
}

void Keeper::signal(const ProcessKey& key, int signal) {
    send(message_as_bytes({.kind = KeeperMessage::Kind::kSignal, .key = key, .signal = signal}));
}

void Keeper::forget(NodeId node) {
    std::erase_if(known_, [&](const auto& entry) { return entry.first.node == node; });
    to_send_ += message_as_bytes({.kind = KeeperMessage::Kind::kForget, .key = {node, 0, 0}});
}

std::vector<std::pair<ProcessKey, ProcessEnd>> Keeper::take_ends() {
    receive(false);
    return std::exchange(ends_, {});
}

std::map<ProcessKey, ProcessEnd> Keeper::known(NodeId node) const {
    return {known_.lower_bound({node, 0, 0}), known_.lower_bound({node + 1, 0, 0})};
}

void end_keeper(const std::string& run_folder) {
    const OpenFile file(connect_to(run_folder));
    if (file.get() < 0) return;
    const std::string message = message_as_bytes({.kind = KeeperMessage::Kind::kQuit});
    static_cast<void>(::send(file.get(), message.data(), message.size(), MSG_NOSIGNAL) > 0);
    // It closes the connection when it has ended its processes.
    char buffer[4096];
    while (::recv(file.get(), buffer, sizeof buffer, 0) > 0) {
    }
}

} // namespace tiphys::run
