#pragma once
// The stores that artifacts come from and go to. Argo: workflow/artifacts.

#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/executor/paths.h"

namespace tiphys::executor {

/// The functions below take an artifact's JSON with its whole location (location.h). Secrets are
/// those that are mounted in the pod.

/// Fetches it as it is stored to `path`, which must not exist. False: the store does not have it.
[[nodiscard]] Result<bool> load_artifact(const std::string& artifact, const std::string& path,
                                         const PodPaths& paths);
/// Stores a file or folder.
[[nodiscard]] Result<Done> save_artifact(const std::string& artifact, const std::string& path,
                                         const PodPaths& paths);
/// What is not there needs no removal.
[[nodiscard]] Result<Done> remove_artifact(const std::string& artifact, const PodPaths& paths);
/// The keys that begin with its key, sorted.
[[nodiscard]] Result<std::vector<std::string>> list_artifact(const std::string& artifact,
                                                             const PodPaths& paths);

/// What Argo says of an artifact that its store does not have.
[[nodiscard]] std::string not_found_message(const std::string& artifact);

} // namespace tiphys::executor
