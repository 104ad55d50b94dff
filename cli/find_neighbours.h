#pragma once
// The files beside a file: where a project keeps what the file refers to.

#include <string>
#include <vector>

namespace tiphys::cli {

/// Manifests in the folders of those `paths` that are files; sorted, without `paths` themselves.
[[nodiscard]] std::vector<std::string> find_neighbours(const std::vector<std::string>& paths);

} // namespace tiphys::cli
