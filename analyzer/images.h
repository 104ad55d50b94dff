#pragma once
// What the name of an image says of where it comes from.

#include <optional>
#include <string_view>

#include "compiler/expr/names.h"

namespace tiphys::analyze {

/// The parts of an image's name; nothing where a tag of Argo may change them, or it is no name.
[[nodiscard]] std::optional<expr::ImageReference> known_image(std::string_view text);

/// Whether anybody can pull from the registry (Docker Hub and its like). Other registries may be
/// public, but most of them ask for credentials.
[[nodiscard]] bool is_public_registry(std::string_view registry);

/// The repository without registry and `library/`.
[[nodiscard]] std::string_view short_repository(const expr::ImageReference& image);

} // namespace tiphys::analyze
