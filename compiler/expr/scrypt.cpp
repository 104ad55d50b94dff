// Keys from passwords, by OpenSSL.
#include "compiler/expr/scrypt.h"

#include <openssl/evp.h>

#include "compiler/base/assert.h"

namespace tiphys::expr {

std::string scrypt(std::string_view password, std::string_view salt, std::uint32_t cost,
                   std::uint32_t n_lanes, std::size_t n_bytes) {
    constexpr std::uint64_t kBlockSize = 8;
    constexpr std::uint64_t kMostMemory = std::uint64_t{1} << 30;
    std::string key(n_bytes, '\0');
    const int done = EVP_PBE_scrypt(password.data(), password.size(),
                                    reinterpret_cast<const unsigned char*>(salt.data()),
                                    salt.size(), cost, kBlockSize, n_lanes, kMostMemory,
                                    reinterpret_cast<unsigned char*>(key.data()), key.size());
    TIPHYS_ASSERT(done == 1, "the parameters are those of sprig");
    return key;
}

} // namespace tiphys::expr
