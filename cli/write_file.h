#pragma once
// Writing the files that a command makes or changes.

#include <filesystem>
#include <string_view>

#include "compiler/base/result.h"

namespace tiphys::cli {

/// Replaces the bytes of a file. The error names the path and the reason.
[[nodiscard]] Result<Done> write_text(const std::filesystem::path& path, std::string_view text);

/// Leaves a file alone that holds the text already, since its time of change means something to
/// others, and then returns false.
[[nodiscard]] Result<bool> write_if_changed(const std::filesystem::path& path,
                                            std::string_view text);

} // namespace tiphys::cli
