#pragma once
// Names of images, as people write them and in full.

#include <string>
#include <string_view>

namespace tiphys::run {

/// `busybox` is `docker.io/library/busybox:latest`. What stands behind `@` wins over a tag.
[[nodiscard]] std::string full_image_name(std::string_view name);

/// `sha256:…` behind `@`; empty: none.
[[nodiscard]] std::string digest_of_name(std::string_view name);

} // namespace tiphys::run
