#pragma once
// AES-256 in CBC mode, for sprig's encryptAES and decryptAES.

#include <string>
#include <string_view>

namespace tiphys::expr {

inline constexpr std::size_t kAesBlock = 16;

/// `key` has 32 bytes, `start` one block, `text` whole blocks. FIPS 197.
[[nodiscard]] std::string encrypt_cbc(std::string_view key, std::string_view start,
                                      std::string_view text);
[[nodiscard]] std::string decrypt_cbc(std::string_view key, std::string_view start,
                                      std::string_view text);

} // namespace tiphys::expr
