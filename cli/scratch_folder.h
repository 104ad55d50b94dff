#pragma once
// A folder for a command's own use.

#include <filesystem>

namespace tiphys::cli {

/// A new folder for temporary files that goes away with its owner. `path` is empty where none could
/// be made.
class ScratchFolder {
public:
    ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ~ScratchFolder();
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

} // namespace tiphys::cli
