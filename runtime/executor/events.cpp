// What a process of the executor waits for.

#include "runtime/executor/events.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <sys/inotify.h>
#include <sys/signalfd.h>

namespace tiphys::executor {
namespace {

constexpr std::int64_t kBlindPeriodMs = 1000;
/// In case that a file system tells nothing of some change.
constexpr std::int64_t kPeriodMs = 30'000;

int open_signals() {
    sigset_t all;
    sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    return ::signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
}

} // namespace

std::int64_t steady_ms() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

Events::Events() : signals_(open_signals()), files_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    can_watch_ = files_.number() >= 0;
}

void Events::watch(const std::string& folder) {
    constexpr std::uint32_t kWritten = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_MODIFY;
    const bool added =
        files_.number() >= 0 && ::inotify_add_watch(files_.number(), folder.c_str(), kWritten) >= 0;
    can_watch_ = can_watch_ && added;
}

std::vector<int> Events::wait(std::int64_t timeout_ms, std::vector<pollfd>* more) {
    const std::int64_t period = can_watch_ ? kPeriodMs : kBlindPeriodMs;
    const std::int64_t limit = timeout_ms < 0 ? period : std::min(timeout_ms, period);
    std::vector<pollfd> all;
    if (more != nullptr) all = *more;
    all.push_back({signals_.number(), POLLIN, 0});
    all.push_back({files_.number(), POLLIN, 0});
    ::poll(all.data(), all.size(), static_cast<int>(limit));
    for (std::size_t i = 0; more != nullptr && i < more->size(); ++i) {
        (*more)[i].revents = all[i].revents;
    }
    std::array<char, 4096> news{};
    while (files_.number() >= 0 && ::read(files_.number(), news.data(), news.size()) > 0) {
    }
    std::vector<int> caught;
    signalfd_siginfo info{};
    while (::read(signals_.number(), &info, sizeof info) == sizeof info) {
        caught.push_back(static_cast<int>(info.ssi_signo));
    }
    return caught;
}

void Events::release_signals() {
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

} // namespace tiphys::executor
