#pragma once
// How artifacts are packed: as a gzipped tarball, as a zip file, or not at all.
// Argo: util/archive, workflow/executor/executor.go.

#include <optional>
#include <string>

#include "compiler/base/result.h"
#include "runtime/plan/plan.h"

namespace tiphys::run {

/// Packs a file or folder into the new file `packed`; kDefault is a tarball. `level`: 0 to 9, of
/// gzip. Tarballs keep modes and symbolic links; zip files keep neither, as Argo's do not: a link
/// becomes an empty file. The last part of `name` is that of the packed file or folder.
[[nodiscard]] Result<Done> pack(const std::string& path, const std::string& name, Archive archive,
                                std::optional<int> level, const std::string& packed);

/// Turns what came from a store into what a task finds at `path`, which must not exist; `packed` is
/// gone then. Of kDefault, tarballs are recognized. An archive of one file or folder becomes that
/// one. Names and links that lead out of the archive are errors.
[[nodiscard]] Result<Done> unpack(const std::string& packed, Archive archive,
                                  const std::string& path);

} // namespace tiphys::run
