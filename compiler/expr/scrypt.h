#pragma once
// Keys from passwords, slowly: scrypt, for sprig's derivePassword.

#include <cstdint>
#include <string>
#include <string_view>

namespace tiphys::expr {

/// RFC 7914 with block size 8. `cost` is a power of two; 1 kB of memory for each.
[[nodiscard]] std::string scrypt(std::string_view password, std::string_view salt,
                                 std::uint32_t cost, std::uint32_t n_lanes, std::size_t n_bytes);

} // namespace tiphys::expr
