#pragma once
// Files of web servers. Argo: workflow/artifacts/http.

#include <string>

#include "compiler/base/result.h"
#include "runtime/artifacts/access_fields.h"

namespace tiphys::run {

/// `fields`: an HTTPArtifact or ArtifactoryArtifact. False: the server has no such file.
[[nodiscard]] Result<bool> get_web_file(const std::string& url, const AccessFields& fields,
                                        const std::string& path);
/// By PUT.
[[nodiscard]] Result<Done> put_web_file(const std::string& path, const std::string& url,
                                        const AccessFields& fields);

} // namespace tiphys::run
