#pragma once
// Unpacking the layers of images, each over those below.

#include <string>

#include "compiler/base/result.h"

namespace tiphys::run {

/// Unpacks a tarball, compressed or not, over what is in `folder`. Names never lead out of it, also
/// through links. With `is_layer` a name `.wh.x` removes `x` of the layers below. Owners are set
/// for root only.
[[nodiscard]] Result<Done> unpack_over(const std::string& tarball, const std::string& folder,
                                       bool is_layer);

} // namespace tiphys::run
