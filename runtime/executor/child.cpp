// The user's command as a child of the emissary.

#include "runtime/executor/child.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/executor/events.h"
#include "runtime/executor/log.h"
#include "runtime/executor/paths.h"
#include "runtime/io/files.h"
#include "runtime/plan/json_text.h"

namespace tiphys::executor {
namespace {

/// How long output is passed on after the command has ended. Argo: WaitDelay.
constexpr std::int64_t kLateOutputMs = 100;

std::string lower_first(std::string text) {
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') {
        text[0] = static_cast<char>(text[0] - 'A' + 'a');
    }
    return text;
}

/// Zero where it can be run.
int why_not_executable(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return errno;
    if (S_ISDIR(status.st_mode)) return EISDIR;
    return ::access(path.c_str(), X_OK) == 0 ? 0 : EACCES;
}

/// In the child, which shares nothing with the parent but `failure`, where errno goes.
[[noreturn]] void become(const char* program, char* const* words, bool has_group,
                         const std::array<int, 2>& write_ends, int failure) {
    if (has_group) ::setpgid(0, 0);
    Events::release_signals();
    ::signal(SIGPIPE, SIG_DFL);
    if (write_ends[0] >= 0) ::dup2(write_ends[0], STDOUT_FILENO);
    if (write_ends[1] >= 0) ::dup2(write_ends[1], STDERR_FILENO);
    ::execv(program, words);
    const int error = errno;
    static_cast<void>(!::write(failure, &error, sizeof error));
    ::_exit(127);
}

} // namespace

Result<std::string> find_program(const std::string& name) {
    const Error unknown{"exec: " + run::go_quote(name) + ": executable file not found in $PATH"};
    if (name.find('/') != name.npos) {
        const int error = why_not_executable(name);
        if (error == 0) return name;
        const std::string stat = error == ENOENT || error == ENOTDIR ? "stat " + name + ": " : "";
        return Error{"exec: " + run::go_quote(name) + ": " + stat +
                     lower_first(std::strerror(error))};
    }
    if (name.empty()) return unknown;
    const std::string folders = variable("PATH");
    std::size_t at = 0;
    while (at <= folders.size()) {
        const std::size_t end = std::min(folders.find(':', at), folders.size());
        const std::string folder = folders.substr(at, end - at);
        at = end + 1;
        std::string path = (folder.empty() ? "." : folder) + "/" + name;
        if (why_not_executable(path) == 0) return path;
    }
    return unknown;
}

Result<Done> Child::open_capture(const CaptureFiles& files, std::array<int, 2>& write_ends) {
    constexpr int kAppend = O_CREAT | O_WRONLY | O_APPEND;
    auto stdout_file = std::make_unique<run::Descriptor>(files.stdout_path, kAppend, 0666);
    if (stdout_file->number() < 0) {
        return Error{"failed to open stdout: " + open_error(files.stdout_path).message};
    }
    combined_ = std::make_unique<run::Descriptor>(files.combined_path, kAppend, 0666);
    if (combined_->number() < 0) {
        return Error{"failed to open combined: " + open_error(files.combined_path).message};
    }
    for (std::size_t i = 0; i < streams_.size(); ++i) {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            return Error{std::string("cannot make a pipe: ") + std::strerror(errno)};
        }
        ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
        streams_[i].from = std::make_unique<run::Descriptor>(ends[0]);
        write_ends[i] = ends[1];
    }
    streams_[0].to = STDOUT_FILENO;
    streams_[0].copy = std::move(stdout_file);
    streams_[1].to = STDERR_FILENO;
    return Done{};
}

Result<Done> Child::launch(const std::string& program, const std::vector<std::string>& words,
                           const std::array<int, 2>& write_ends) {
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (const std::string& word : words) {
        pointers.push_back(const_cast<char*>(word.c_str()));
    }
    pointers.push_back(nullptr);
    std::array<int, 2> failure{};
    if (::pipe2(failure.data(), O_CLOEXEC) != 0) {
        return Error{std::string("cannot make a pipe: ") + std::strerror(errno)};
    }
    const run::Descriptor reader(failure[0]);
    // A command at a terminal must stay in the group that the terminal belongs to.
    has_group_ = ::isatty(STDIN_FILENO) == 0;
    pid_ = ::fork();
    if (pid_ == 0) {
        become(program.c_str(), pointers.data(), has_group_, write_ends, failure[1]);
    }
    const int fork_error = errno;
    ::close(failure[1]);
    if (pid_ < 0) return Error{"fork/exec " + program + ": " + std::strerror(fork_error)};
    // Whoever comes first: signals may be sent from now on.
    if (has_group_) ::setpgid(pid_, pid_);
    int error = 0;
    if (::read(reader.number(), &error, sizeof error) != sizeof error) return Done{};
    ::waitpid(pid_, nullptr, 0);
    return Error{"fork/exec " + program + ": " + lower_first(std::strerror(error))};
}

Result<std::unique_ptr<Child>> Child::start(const std::string& program,
                                            const std::vector<std::string>& words,
                                            const std::optional<CaptureFiles>& capture) {
    auto child = std::make_unique<Child>();
    std::array<int, 2> write_ends = {-1, -1};
    Result<Done> done = capture ? child->open_capture(*capture, write_ends) : Result(Done{});
    if (done) done = child->launch(program, words, write_ends);
    for (const int end : write_ends) {
        if (end >= 0) ::close(end);
    }
    if (!done) return done.error();
    return child;
}

void Child::signal(int number) const {
    ::kill(has_group_ ? -pid_ : pid_, number);
}

void Child::reap() {
    int status = 0;
    for (pid_t ended = ::waitpid(-1, &status, WNOHANG); ended > 0;
         ended = ::waitpid(-1, &status, WNOHANG)) {
        if (ended != pid_) continue;
        exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
}

std::vector<pollfd> Child::pipes() const {
    std::vector<pollfd> open;
    for (const Stream& stream : streams_) {
        if (stream.from) open.push_back({stream.from->number(), POLLIN, 0});
    }
    return open;
}

void Child::pass(Stream& stream) {
    static std::array<char, std::size_t{64} * 1024> block;
    while (stream.from) {
        const ssize_t n = ::read(stream.from->number(), block.data(), block.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) {
            stream.from.reset();
            return;
        }
        const std::string_view text(block.data(), static_cast<std::size_t>(n));
        bool is_written = run::write_all(stream.to, text, "standard output").has_value();
        if (stream.copy) {
            is_written = run::write_all(stream.copy->number(), text, "stdout") && is_written;
        }
        is_written = run::write_all(combined_->number(), text, "combined") && is_written;
        if (!is_written && !has_lost_output_) {
            has_lost_output_ = true;
            log(LogLevel::kWarn, "cannot keep all of the output",
                {{"error", std::strerror(errno)}});
        }
    }
}

void Child::pass_output() {
    for (Stream& stream : streams_) {
        pass(stream);
    }
}

void Child::finish_output() {
    const std::int64_t end_ms = steady_ms() + kLateOutputMs;
    pass_output();
    while (streams_[0].from || streams_[1].from) {
        const std::int64_t left_ms = end_ms - steady_ms();
        if (left_ms <= 0) return;
        std::vector<pollfd> open = pipes();
        ::poll(open.data(), open.size(), static_cast<int>(left_ms));
        pass_output();
    }
}

} // namespace tiphys::executor
