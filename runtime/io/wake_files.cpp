// signalfd and epoll.

#include "runtime/io/wake_files.h"

#include <initializer_list>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace tiphys::run {

bool SignalFile::open() {
    ::sigemptyset(&signals_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        ::sigaddset(&signals_, signal);
    }
    ::sigprocmask(SIG_BLOCK, &signals_, &before_);
    file_ = ::signalfd(-1, &signals_, SFD_CLOEXEC | SFD_NONBLOCK);
    return file_ >= 0;
}

SignalFile::~SignalFile() {
    if (file_ < 0) return;
    ::close(file_);
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

int SignalFile::take() const {
    int n = 0;
    signalfd_siginfo info{};
    while (file_ >= 0 && ::read(file_, &info, sizeof info) > 0) {
        ++n;
    }
    return n;
}

FileSet::FileSet() : file_(::epoll_create1(EPOLL_CLOEXEC)) {}

FileSet::~FileSet() {
    if (file_ >= 0) ::close(file_);
}

void FileSet::add(int file) const {
    if (file < 0) return;
    epoll_event event{};
    event.events = EPOLLIN;
    ::epoll_ctl(file_, EPOLL_CTL_ADD, file, &event);
}

} // namespace tiphys::run
