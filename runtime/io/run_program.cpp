// A program of this machine, run to its end.

#include "runtime/io/run_program.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/io/worker_pool.h"

namespace tiphys::run {
namespace {

/// Both ends of a pipe; closes what is open.
class Pipe {
public:
    Pipe() {
        if (::pipe2(ends_.data(), O_CLOEXEC) != 0) ends_ = {-1, -1};
    }
    ~Pipe() {
        close_end(0);
        close_end(1);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    void close_end(std::size_t index) {
        if (ends_[index] >= 0) ::close(ends_[index]);
        ends_[index] = -1;
    }
    [[nodiscard]] int reader() const { return ends_[0]; }
    [[nodiscard]] int writer() const { return ends_[1]; }

private:
    std::array<int, 2> ends_{-1, -1};
};

std::vector<std::string> full_environment(const Program& program) {
    std::vector<std::string> variables;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view known(*variable);
        bool is_given = false;
        for (const auto& [name, value] : program.environment) {
            is_given = is_given || known.starts_with(name + "=");
        }
        if (!is_given) variables.emplace_back(known);
    }
    for (const auto& [name, value] : program.environment) {
        variables.push_back(name + "=" + value);
    }
    return variables;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (std::string& text : texts) {
        pointers.push_back(text.data());
    }
    pointers.push_back(nullptr);
    return pointers;
}

/// Reads both until the other side has closed them; a program that nobody waits for is ended.
void drain(pid_t pid, const Pipe& out, const Pipe& err, EndedProgram& ended) {
    constexpr int kPauseMs = 500;
    std::array<pollfd, 2> files = {{{out.reader(), POLLIN, 0}, {err.reader(), POLLIN, 0}}};
    std::array<char, 4096> block{};
    while (files[0].fd >= 0 || files[1].fd >= 0) {
        if (::poll(files.data(), files.size(), kPauseMs) < 0 && errno != EINTR) return;
        if (is_dropped()) ::kill(pid, SIGKILL);
        for (std::size_t i = 0; i < files.size(); ++i) {
            if (files[i].fd < 0 || files[i].revents == 0) continue;
            const ssize_t n = ::read(files[i].fd, block.data(), block.size());
            if (n <= 0) {
                files[i].fd = -1;
                continue;
            }
            std::string& text = i == 0 ? ended.stdout_text : ended.stderr_text;
            text.append(block.data(), static_cast<std::size_t>(n));
        }
    }
}

Result<pid_t> start(const Program& program, const Pipe& out, const Pipe& err) {
    std::vector<std::string> words = program.words;
    std::vector<std::string> variables = full_environment(program);
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files, out.writer(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&files, err.writer(), STDERR_FILENO);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t none;
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    pid_t pid = 0;
    const int error = ::posix_spawnp(&pid, words[0].c_str(), &files, &attributes,
                                     pointers_to(words).data(), pointers_to(variables).data());
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&files);
    if (error == ENOENT) return Error{"the program `" + words[0] + "` is not installed"};
    if (error != 0) return Error{"cannot start `" + words[0] + "`: " + std::strerror(error)};
    return pid;
}

} // namespace

Result<EndedProgram> run_program(const Program& program) {
    Pipe out;
    Pipe err;
    TIPHYS_TRY(pid, start(program, out, err));
    out.close_end(1);
    err.close_end(1);
    EndedProgram ended;
    drain(pid, out, err, ended);
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    ended.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return ended;
}

} // namespace tiphys::run
