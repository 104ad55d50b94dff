// AES-256 in CBC mode, by OpenSSL.
#include "compiler/expr/aes.h"

#include <memory>
#include <openssl/evp.h>

#include "compiler/base/assert.h"

namespace tiphys::expr {
namespace {

constexpr std::size_t kKeyBytes = 32;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

struct FreeCipher {
    void operator()(EVP_CIPHER_CTX* cipher) const { EVP_CIPHER_CTX_free(cipher); }
};

std::string run_cbc(std::string_view key, std::string_view start, std::string_view text,
                    bool encrypts) {
    TIPHYS_ASSERT(key.size() == kKeyBytes && start.size() == kAesBlock, "sizes are checked before");
    const std::unique_ptr<EVP_CIPHER_CTX, FreeCipher> cipher(EVP_CIPHER_CTX_new());
    TIPHYS_ASSERT(EVP_CipherInit_ex(cipher.get(), EVP_aes_256_cbc(), nullptr, bytes_of(key),
                                    bytes_of(start), encrypts ? 1 : 0) == 1,
                  "OpenSSL has AES");
    EVP_CIPHER_CTX_set_padding(cipher.get(), 0);
    std::string result(text.size() + kAesBlock, '\0');
    int size = 0;
    const int done = EVP_CipherUpdate(cipher.get(), reinterpret_cast<unsigned char*>(result.data()),
                                      &size, bytes_of(text), static_cast<int>(text.size()));
    TIPHYS_ASSERT(done == 1, "whole blocks can be encrypted");
    result.resize(static_cast<std::size_t>(size));
    return result;
}

} // namespace

std::string encrypt_cbc(std::string_view key, std::string_view start, std::string_view text) {
    return run_cbc(key, start, text, true);
}

std::string decrypt_cbc(std::string_view key, std::string_view start, std::string_view text) {
    return run_cbc(key, start, text, false);
}

} // namespace tiphys::expr
