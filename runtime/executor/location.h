#pragma once
// Where an artifact is kept, said in its JSON: `s3`, `http`, `git`, `raw` and the rest. Argo:
// ArtifactLocation in pkg/apis/workflow/v1alpha1/workflow_types.go.

#include <string>

#include "compiler/base/result.h"

namespace tiphys::executor {

/// `s3`, `http`, `git`, …: the first that the artifact (or location) has; empty where there is
/// none.
[[nodiscard]] std::string location_type(const std::string& json);

[[nodiscard]] bool has_location_or_key(const std::string& artifact);

/// The artifact with a location that a store can be asked for: its own or, where it has a key only,
/// the archive location with that key.
[[nodiscard]] Result<std::string> relocated(const std::string& artifact,
                                            const std::string& archive_location);

/// The artifact with the key that it gets when it is saved as `file_name`: its own, or one below
/// the key of the archive location.
[[nodiscard]] Result<std::string> placed(const std::string& artifact,
                                         const std::string& archive_location,
                                         const std::string& file_name);

/// A member of the location as text, as in `key`; the location of that type as JSON where `name` is
/// empty.
[[nodiscard]] std::string location_field(const std::string& json, const std::string& name);

} // namespace tiphys::executor
