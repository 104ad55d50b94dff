#pragma once
// Checksums of bytes: SHA-1, SHA-2, HMAC, Adler-32.

#include <cstdint>
#include <string>
#include <string_view>

namespace tiphys::expr {

/// The digests as bytes.
[[nodiscard]] std::string sha1(std::string_view bytes);
[[nodiscard]] std::string sha256(std::string_view bytes);
[[nodiscard]] std::string sha512(std::string_view bytes);

[[nodiscard]] std::uint32_t adler32(std::string_view bytes);

[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view message);

/// `00ff`.
[[nodiscard]] std::string to_hex(std::string_view bytes);

} // namespace tiphys::expr
