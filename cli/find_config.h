#pragma once
// Which tiphys.toml counts for what is linted.

#include <optional>
#include <string>
#include <vector>

#include "compiler/base/result.h"

namespace tiphys::cli {

/// The tiphys.toml in the folder of the paths or in the nearest one above it, up to the root of the
/// repository; `paths` are files and folders and need not exist. As shown to users: relative to the
/// current folder where it is below. An error where paths have different ones: they cannot be
/// judged in one run.
[[nodiscard]] Result<std::optional<std::string>> find_config(const std::vector<std::string>& paths);

/// The folder whose files belong together with a file: that of its tiphys.toml, else the root of
/// its repository, else the file's own.
[[nodiscard]] std::string project_folder(const std::string& file);

/// A path as shown to users: relative to the current folder where it is below, else absolute.
[[nodiscard]] std::string shown_path(const std::string& path);

} // namespace tiphys::cli
