#pragma once
// One process for each folder.

#include <string>

#include "compiler/base/result.h"

namespace tiphys::run {

/// Holds the lock of a folder until it is destroyed, or its process ends in whatever way.
class FolderLock {
public:
    FolderLock() = default;
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    ~FolderLock();

    /// False where another process has it. The folder must be there.
    [[nodiscard]] Result<bool> take(const std::string& folder);
    void release();

private:
    int file_ = -1;
};

/// Whether a process holds the lock now.
[[nodiscard]] bool is_locked(const std::string& folder);

} // namespace tiphys::run
