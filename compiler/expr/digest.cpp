// Checksums of bytes, by OpenSSL.
#include "compiler/expr/digest.h"

#include <array>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "compiler/base/assert.h"

namespace tiphys::expr {
namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

using Buffer = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string text_of(const Buffer& buffer, unsigned size) {
    return {reinterpret_cast<const char*>(buffer.data()), size};
}

std::string digest(std::string_view bytes, const EVP_MD* kind) {
    Buffer buffer{};
    unsigned size = 0;
    const int done = EVP_Digest(bytes.data(), bytes.size(), buffer.data(), &size, kind, nullptr);
    TIPHYS_ASSERT(done == 1, "OpenSSL has the common checksums");
    return text_of(buffer, size);
}

} // namespace

std::string sha1(std::string_view bytes) {
    return digest(bytes, EVP_sha1());
}

std::string sha256(std::string_view bytes) {
    return digest(bytes, EVP_sha256());
}

std::string sha512(std::string_view bytes) {
    return digest(bytes, EVP_sha512());
}

std::uint32_t adler32(std::string_view bytes) {
    constexpr std::uint32_t kModulus = 65'521;
    std::uint32_t low = 1;
    std::uint32_t high = 0;
    for (const char c : bytes) {
        low = (low + static_cast<unsigned char>(c)) % kModulus;
        high = (high + low) % kModulus;
    }
    return high << 16 | low;
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
    Buffer buffer{};
    unsigned size = 0;
    const unsigned char* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                     bytes_of(message), message.size(), buffer.data(), &size);
    TIPHYS_ASSERT(done != nullptr, "OpenSSL has HMAC");
    return text_of(buffer, size);
}

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += {kDigits[byte >> 4], kDigits[byte & 0xf]};
    }
    return text;
}

} // namespace tiphys::expr
