#pragma once
// Base64 and base32 as Go's packages encoding/base64 and encoding/base32 have them.

#include <optional>
#include <string>
#include <string_view>

namespace tiphys::expr {

inline constexpr std::string_view kStandardBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
inline constexpr std::string_view kStandardBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

[[nodiscard]] std::string to_base64(std::string_view bytes, std::string_view alphabet);

/// Line breaks are passed over. Nothing where Go refuses; `bad_at` is the byte that it names.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text, std::size_t& bad_at);

[[nodiscard]] std::string to_base32(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_base32(std::string_view text, std::size_t& bad_at);

} // namespace tiphys::expr
