// Times of logs: for each a file of lines `SIZE MILLISECONDS` in the folder `times`.

#include "runtime/backends/process/log_times.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <set>
#include <sstream>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/io/files.h"

namespace tiphys::run {

LogWatch::LogWatch(std::string run_folder) : run_folder_(std::move(run_folder)) {
    file_ = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (file_ < 0) return;
    if (::inotify_add_watch(file_, (run_folder_ + "/logs").c_str(), IN_MODIFY) >= 0) return;
    ::close(file_);
    file_ = -1;
}

LogWatch::~LogWatch() {
    if (file_ >= 0) ::close(file_);
}

void LogWatch::note() {
    if (file_ < 0) return;
    std::set<std::string> grown;
    std::array<char, 16384> bytes{};
    while (true) {
        const ssize_t n = ::read(file_, bytes.data(), bytes.size());
        if (n <= 0) break;
        for (std::size_t at = 0; at < static_cast<std::size_t>(n);) {
            inotify_event event{};
            std::memcpy(&event, bytes.data() + at, sizeof event);
            if (event.len > 0) grown.insert(bytes.data() + at + sizeof event);
            at += sizeof event + event.len;
        }
    }
    for (const std::string& log : grown) {
        note_size(log);
    }
}

void LogWatch::note_size(const std::string& log) const {
    struct stat info {};
    if (::stat((run_folder_ + "/logs/" + log).c_str(), &info) != 0) return;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    const std::string line = std::to_string(info.st_size) + " " + std::to_string(now_ms) + "\n";
    ::mkdir((run_folder_ + "/times").c_str(), 0755);
    const int file = ::open((run_folder_ + "/times/" + log).c_str(),
                            O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file < 0) return;
    [[maybe_unused]] const ssize_t n = ::write(file, line.data(), line.size());
    ::close(file);
}

LogTimes::LogTimes(const std::string& run_folder, std::string_view log) {
    const auto text = read_file(run_folder + "/times/" + std::string(log));
    if (!text) return;
    std::istringstream lines(*text);
    std::size_t size = 0;
    std::int64_t at = 0;
    while (lines >> size >> at) {
        sizes_.emplace_back(size, at);
    }
}

std::int64_t LogTimes::of(std::size_t offset) const {
    // Logs only grow.
    const auto found = std::partition_point(sizes_.begin(), sizes_.end(),
                                            [&](const auto& size) { return size.first <= offset; });
    return found == sizes_.end() ? 0 : found->second;
}

} // namespace tiphys::run
