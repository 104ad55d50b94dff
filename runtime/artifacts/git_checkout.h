#pragma once
// Work trees of git repositories, by the `git` program. Argo: workflow/artifacts/git.

#include <string>

#include "compiler/base/result.h"
#include "runtime/artifacts/access_fields.h"

namespace tiphys::run {

/// Clones into the new folder `path`. `fields`: a GitArtifact.
[[nodiscard]] Result<Done> check_out(const std::string& repository, const AccessFields& fields,
                                     const std::string& path);

} // namespace tiphys::run
