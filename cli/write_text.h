#pragma once
// The commands' way of changing files.

#include <string>

#include "compiler/base/result.h"

namespace tiphys::cli {

/// Replaces the text of a file. The error names the path.
[[nodiscard]] Result<Done> write_text(const std::string& path, const std::string& text);

} // namespace tiphys::cli
