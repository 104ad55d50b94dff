#pragma once
// Objects of files, as a cluster takes them.

#include <string>
#include <vector>

#include "cli/command.h"
#include "compiler/base/result.h"

namespace tiphys::cli {

struct ManifestRequest {
    std::vector<std::string> files;
    /// The overlay of .tiphys files.
    std::string environment;
    /// Only objects of this kind; others are left out, with a word on standard error.
    std::string kind;
    /// The linter's errors count; references to what the cluster may have do not.
    bool is_checked = true;
};

/// JSON objects in the order of the files; none where the linter found errors, which are written
/// then. Errors: a file cannot be read, or there is no such object.
[[nodiscard]] Result<std::vector<std::string>> read_manifests(const ManifestRequest& request,
                                                              Streams& streams);

} // namespace tiphys::cli
