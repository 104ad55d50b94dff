// Waiting for changes of files.
#include "cli/file_watch.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>
#include <utility>

namespace tiphys::cli {
namespace {

/// Saving a file makes several events at once.
constexpr int kPauseMs = 3;

} // namespace

FileWatch::FileWatch(FileWatch&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), folders_(std::move(other.folders_)) {}

FileWatch::~FileWatch() {
    if (descriptor_ >= 0) close(descriptor_);
}

Result<FileWatch> FileWatch::open(const std::set<std::string>& folders) {
    FileWatch watch(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (watch.descriptor_ < 0) {
        return Error{std::string("cannot watch files: ") + std::strerror(errno)};
    }
    for (const std::string& folder : folders) {
        constexpr std::uint32_t kEvents =
            IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR;
        const int id = inotify_add_watch(watch.descriptor_, folder.c_str(), kEvents);
        if (id < 0) {
            return Error{"cannot watch the folder `" + folder + "`: " + std::strerror(errno)};
        }
        watch.folders_[id] = folder;
    }
    return watch;
}

Result<bool> FileWatch::read_events(std::set<std::string>& changed) const {
    alignas(inotify_event) std::array<char, 16 * 1024> buffer{};
    const ssize_t size = read(descriptor_, buffer.data(), buffer.size());
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (size < 0) return Error{std::string("cannot watch files: ") + std::strerror(errno)};
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
        inotify_event event{};
        std::memcpy(&event, buffer.data() + at, sizeof(event));
        const auto folder = folders_.find(event.wd);
        if (folder != folders_.end() && event.len > 0) {
            changed.insert(folder->second + "/" + (buffer.data() + at + sizeof(event)));
        }
        at += sizeof(event) + event.len;
    }
    return true;
}

Result<std::set<std::string>> FileWatch::wait(int timeout_ms) const {
    std::set<std::string> changed;
    while (true) {
        pollfd waiting{descriptor_, POLLIN, 0};
        const int ready = poll(&waiting, 1, changed.empty() ? timeout_ms : kPauseMs);
        if (ready < 0 && errno == EINTR) continue;
        if (ready < 0) return Error{std::string("cannot watch files: ") + std::strerror(errno)};
        if (ready == 0) return changed;
        TIPHYS_TRY(some, read_events(changed));
        static_cast<void>(some);
    }
}

} // namespace tiphys::cli
