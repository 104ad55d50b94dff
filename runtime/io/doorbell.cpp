// A file that is watched; ringing writes to it.

#include "runtime/io/doorbell.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace tiphys::run {
namespace {

std::string path_in(const std::string& folder) {
    return folder + "/doorbell";
}

int open_bell(const std::string& folder, int flags) {
    return ::open(path_in(folder).c_str(), O_WRONLY | O_CLOEXEC | flags, 0644);
}

} // namespace

Doorbell::~Doorbell() {
    if (file_ >= 0) ::close(file_);
}

Result<Done> Doorbell::open(const std::string& folder) {
    const int bell = open_bell(folder, O_CREAT);
    if (bell >= 0) ::close(bell);
    file_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (bell < 0 || ::inotify_add_watch(file_, path_in(folder).c_str(), IN_MODIFY) < 0) {
        return Error{"cannot watch `" + path_in(folder) + "`: " + std::strerror(errno)};
    }
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
    const int bell = open_bell(folder, O_TRUNC);
    if (bell < 0) return;
    [[maybe_unused]] const ssize_t n = ::write(bell, "!", 1);
    ::close(bell);
}

} // namespace tiphys::run
