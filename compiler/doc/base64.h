#pragma once
// Base64, for `!!binary`.

#include <optional>
#include <string>
#include <string_view>

namespace tiphys::doc {

/// The text that `encoded` stands for; line breaks in it are skipped. Nothing if it is not base64.
/// Bytes that are no UTF-8 become U+FFFD, as in the JSON that Kubernetes makes of them.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view encoded);

} // namespace tiphys::doc
