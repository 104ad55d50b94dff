#pragma once
// Waiting for changes of files (inotify).

#include <map>
#include <memory>
#include <set>
#include <string>

#include "compiler/base/result.h"

namespace tiphys::cli {

/// Watches folders, not files: editors write a new file and rename it over the old one.
class FileWatch {
public:
    [[nodiscard]] static Result<FileWatch> open(const std::set<std::string>& folders);

    FileWatch(FileWatch&& other) noexcept;
    FileWatch& operator=(FileWatch&&) = delete;
    FileWatch(const FileWatch&) = delete;
    FileWatch& operator=(const FileWatch&) = delete;
    ~FileWatch();

    /// Waits for changes, at most `timeout_ms` (-1: without end), and until they pause for a
    /// moment. Paths are `folder/name` with the folder as it was given; empty after a timeout.
    [[nodiscard]] Result<std::set<std::string>> wait(int timeout_ms) const;

private:
    explicit FileWatch(int descriptor) : descriptor_(descriptor) {}
    [[nodiscard]] Result<bool> read_events(std::set<std::string>& changed) const;

    int descriptor_ = -1;
    std::map<int, std::string> folders_;
};

} // namespace tiphys::cli
