#pragma once
// When lines of logs were written. Processes write into their logs themselves; somebody who watches
// the folder notes how long each log was when.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tiphys::run {

/// Writes the times of all logs of a run, as long as it is there.
class LogWatch {
public:
    /// `run_folder` has a folder `logs`; where it cannot be watched, there are no times.
    explicit LogWatch(std::string run_folder);
    LogWatch(const LogWatch&) = delete;
    LogWatch& operator=(const LogWatch&) = delete;
    ~LogWatch();

    /// Can be read when a log has grown.
    [[nodiscard]] int file() const { return file_; }
    /// Notes what has grown since the last call.
    void note();

private:
    void note_size(const std::string& log) const;

    std::string run_folder_;
    int file_ = -1;
};

/// The times of one log.
class LogTimes {
public:
    /// `log`: its name within the folder `logs`.
    LogTimes(const std::string& run_folder, std::string_view log);

    /// When the byte at `offset` was there at the latest (Unix time); 0: nobody knows.
    [[nodiscard]] std::int64_t of(std::size_t offset) const;

private:
    /// Sizes and when they were reached.
    std::vector<std::pair<std::size_t, std::int64_t>> sizes_;
};

} // namespace tiphys::run
