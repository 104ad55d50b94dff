#pragma once
// From the paths of a command line to the files to read.

#include <string>
#include <vector>

#include "compiler/base/result.h"

namespace tiphys::cli {

struct FoundFile {
    /// As shown to users: the path as given, or the folder as given, a slash, the relative path.
    std::string path;
    /// Named on the command line itself, so read whatever it is.
    bool is_explicit = false;
};

/// Files as they are given; folders are walked for *.yaml, *.yml and *.json, in order of name,
/// leaving out what .gitignore files (of the folder, those above it in the same repository, and
/// those below) leave out, and `.git`. Links to folders are not followed. A path that does not
/// exist or cannot be read is an error. A file found twice is taken once.
[[nodiscard]] Result<std::vector<FoundFile>> find_files(const std::vector<std::string>& paths);

} // namespace tiphys::cli
