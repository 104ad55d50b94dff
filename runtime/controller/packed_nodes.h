#pragma once
// The nodes of a status that is too long for an object: gzip in base64.
// Argo: workflow/packer, util/file/fileutil.go.

#include <optional>
#include <string>
#include <string_view>

namespace tiphys::control {

[[nodiscard]] std::string pack_nodes(std::string_view json);
/// Nothing where it is not what pack_nodes() makes, or longer than 256 MiB.
[[nodiscard]] std::optional<std::string> unpack_nodes(std::string_view packed);

} // namespace tiphys::control
