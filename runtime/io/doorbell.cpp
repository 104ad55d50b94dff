// A named pipe; ringing writes to it. A watched file would do, but for the many milliseconds that
// Linux takes to end a watch.

#include "runtime/io/doorbell.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tiphys::run {
namespace {

std::string path_in(const std::string& folder) {
    return folder + "/doorbell";
}

bool is_pipe(int file) {
    struct stat info {};
    return file >= 0 && ::fstat(file, &info) == 0 && S_ISFIFO(info.st_mode);
}

} // namespace

Doorbell::~Doorbell() {
    if (file_ >= 0) ::close(file_);
}

Result<Done> Doorbell::open(const std::string& folder) {
    const std::string path = path_in(folder);
    const auto failed = [&] {
        return Error{"cannot listen to `" + path + "`: " + std::strerror(errno)};
    };
    if (::mkfifo(path.c_str(), 0644) != 0 && errno != EEXIST) return failed();
    // Open for both, it never comes to its end when the last who rings has gone.
    file_ = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (file_ < 0) return failed();
    if (!is_pipe(file_)) return Error{"cannot listen to `" + path + "`: it is not a named pipe"};
    return Done{};
}

bool Doorbell::take() const {
    bool any = false;
    char buffer[4096];
    while (file_ >= 0 && ::read(file_, buffer, sizeof buffer) > 0) {
        any = true;
    }
    return any;
}

void ring(const std::string& folder) {
    const int bell = ::open(path_in(folder).c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (bell < 0) return;
    [[maybe_unused]] const ssize_t n = is_pipe(bell) ? ::write(bell, "!", 1) : 0;
    ::close(bell);
}

} // namespace tiphys::run
