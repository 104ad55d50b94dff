#pragma once
// Writing the files that a command makes.

#include <filesystem>
#include <string>

#include "compiler/base/result.h"

namespace tiphys::cli {

/// Replaces the bytes of a file. Leaves a file alone that holds them already, since its time of
/// change means something to others, and then returns false.
[[nodiscard]] Result<bool> write_file(const std::filesystem::path& path, const std::string& text);

} // namespace tiphys::cli
