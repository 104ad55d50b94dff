// sprig's digests, passwords and ciphers, and semantic versions. sprig: crypto.go, semver.go.
#include <array>
#include <crypt.h>
#include <memory>
#include <utility>

#include "compiler/expr/aes.h"
#include "compiler/expr/base64.h"
#include "compiler/expr/chance.h"
#include "compiler/expr/digest.h"
#include "compiler/expr/scrypt.h"
#include "compiler/expr/semver.h"
#include "compiler/expr/sprig_parts.h"

namespace tiphys::expr {
namespace {

constexpr std::string_view kOfText = "func(string) string";
constexpr std::string_view kOfTwoTexts = "func(string, string) string";
constexpr std::string_view kMustOfTwoTexts = "func(string, string) (string, error)";

template <std::string (*Digest)(std::string_view)>
Value hex_digest(Call& call) {
    return Value::string(to_hex(Digest(call.text(0))));
}

Value adler32_sum(Call& call) {
    return Value::string(std::to_string(adler32(call.text(0))));
}

/// The hash of a password with a random salt, or a failure. sprig: bcrypt with cost 10.
std::optional<std::string> hash_password(Call& call, const std::string& password) {
    constexpr std::size_t kLongestPassword = 72;
    if (password.size() > kLongestPassword)
        return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes";
    if (password.find('\0') != std::string::npos) {
        call.fail("the password has a zero byte");
        return std::nullopt;
    }
    const std::optional<std::string> chance = draw_bytes(call, 16);
    if (!chance) return std::nullopt;
    std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> salt{};
    auto data = std::make_unique<crypt_data>();
    const char* made =
        crypt_gensalt_rn("$2a$", 10, chance->data(), static_cast<int>(chance->size()), salt.data(),
                         static_cast<int>(salt.size()));
    const char* hash = made == nullptr ? nullptr
                                       : crypt_rn(password.c_str(), made, data.get(),
                                                  static_cast<int>(sizeof(crypt_data)));
    if (hash == nullptr) {
        call.fail("this system cannot hash passwords with bcrypt");
        return std::nullopt;
    }
    return std::string(hash);
}

Value bcrypt(Call& call) {
    std::optional<std::string> hash = hash_password(call, call.text(0));
    return hash ? Value::string(std::move(*hash)) : Value();
}

Value htpasswd(Call& call) {
    if (call.text(0).find(':') != std::string::npos)
        return Value::string("invalid username: " + call.text(0));
    const std::optional<std::string> hash = hash_password(call, call.text(1));
    return hash ? Value::string(call.text(0) + ":" + *hash) : Value();
}

std::string aes_key(const std::string& password) {
    std::string key = password;
    key.resize(32, '\0');
    return key;
}

/// AES runs byte by byte here, so that long texts take long.
bool allows_cipher(Call& call) {
    return call.grow(call.text(1).size() / 4);
}

Value encrypt_aes(Call& call) {
    std::string text = call.text(1);
    if (text.empty()) return Value::string("");
    if (!allows_cipher(call)) return {};
    const std::size_t n_padding = kAesBlock - text.size() % kAesBlock;
    text.append(n_padding, static_cast<char>(n_padding));
    const std::optional<std::string> start = draw_bytes(call, kAesBlock);
    if (!start) return {};
    return Value::string(
        to_base64(*start + encrypt_cbc(aes_key(call.text(0)), *start, text), kStandardBase64));
}

Value decrypt_aes(Call& call) {
    if (call.text(1).empty()) return Value::string("");
    if (!allows_cipher(call)) return {};
    std::size_t bad_at = 0;
    const std::optional<std::string> bytes = from_base64(call.text(1), bad_at);
    if (!bytes) return call.fail("the text is not base64 from byte " + std::to_string(bad_at));
    if (bytes->size() < 2 * kAesBlock || bytes->size() % kAesBlock != 0)
        return call.fail("the text is not a whole number of blocks");
    std::string text =
        decrypt_cbc(aes_key(call.text(0)), bytes->substr(0, kAesBlock), bytes->substr(kAesBlock));
    const auto n_padding = static_cast<unsigned char>(text.back());
    if (n_padding > text.size()) return call.fail("the text was encrypted with another password");
    text.resize(text.size() - n_padding);
    return Value::string(std::move(text));
}

/// What passwords of a type look like: each letter stands for a set of characters.
struct PasswordType {
    std::string_view name;
    std::span<const std::string_view> templates;
};

constexpr auto kMaximum =
    std::to_array<std::string_view>({"anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"});
constexpr auto kLong = std::to_array<std::string_view>(
    {"CvcvnoCvcvCvcv", "CvcvCvcvnoCvcv", "CvcvCvcvCvcvno", "CvccnoCvcvCvcv", "CvccCvcvnoCvcv",
     "CvccCvcvCvcvno", "CvcvnoCvccCvcv", "CvcvCvccnoCvcv", "CvcvCvccCvcvno", "CvcvnoCvcvCvcc",
     "CvcvCvcvnoCvcc", "CvcvCvcvCvccno", "CvccnoCvccCvcv", "CvccCvccnoCvcv", "CvccCvccCvcvno",
     "CvcvnoCvccCvcc", "CvcvCvccnoCvcc", "CvcvCvccCvccno", "CvccnoCvcvCvcc", "CvccCvcvnoCvcc",
     "CvccCvcvCvccno"});
constexpr auto kMedium = std::to_array<std::string_view>({"CvcnoCvc", "CvcCvcno"});
constexpr auto kShort = std::to_array<std::string_view>({"Cvcn"});
constexpr auto kBasic = std::to_array<std::string_view>({"aaanaaan", "aannaaan", "aaannaaa"});
constexpr auto kPin = std::to_array<std::string_view>({"nnnn"});
constexpr auto kPasswordTypes = std::to_array<PasswordType>({{"maximum", kMaximum},
                                                             {"long", kLong},
                                                             {"medium", kMedium},
                                                             {"short", kShort},
                                                             {"basic", kBasic},
                                                             {"pin", kPin}});

struct CharacterSet {
    char letter;
    std::string_view characters;
};

constexpr auto kCharacterSets = std::to_array<CharacterSet>({
    {'C', "BCDFGHJKLMNPQRSTVWXYZ"},
    {'v', "aeiou"},
    {'c', "bcdfghjklmnpqrstvwxyz"},
    {'a', "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz"},
    {'n', "0123456789"},
    {'o', "@&%?,=[]_:-+*$#!'^~;()/."},
    {'x', "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()"},
});

std::string big_endian(std::uint64_t number) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes += static_cast<char>(static_cast<unsigned char>(number >> shift));
    return bytes;
}

/// The algorithm of Master Password.
Value derive_password(Call& call) {
    constexpr std::string_view kScope = "com.lyndir.masterpassword";
    const PasswordType* type = nullptr;
    for (const PasswordType& known : kPasswordTypes) {
        if (known.name == call.text(1)) type = &known;
    }
    if (type == nullptr) return Value::string("cannot find password template " + call.text(1));
    const auto with_length = [](const std::string& text) { return big_endian(text.size()) + text; };
    const std::string salt = std::string(kScope) + with_length(call.text(3));
    // The key takes a tenth of a second.
    if (!call.grow(10'000)) return {};
    const std::string key = scrypt(call.text(2), salt, 32'768, 2, 64);
    const std::string seed =
        hmac_sha256(key, std::string(kScope) + with_length(call.text(4)) +
                             big_endian(static_cast<std::uint64_t>(call.integer(0))));
    const auto seed_at = [&](std::size_t i) { return static_cast<unsigned char>(seed[i]); };
    std::string password;
    for (const char letter : type->templates[seed_at(0) % type->templates.size()]) {
        for (const CharacterSet& set : kCharacterSets) {
            if (set.letter != letter) continue;
            password += set.characters[seed_at(password.size() + 1) % set.characters.size()];
            break;
        }
    }
    return Value::string(std::move(password));
}

Value make_private_key(Call& call) {
    const std::string& type = call.text(0);
    const bool is_known =
        type.empty() || type == "rsa" || type == "dsa" || type == "ecdsa" || type == "ed25519";
    if (!is_known) return Value::string("Unknown type " + type);
    return call.fail("keys cannot be made here");
}

Value refuse_certificate(Call& call) {
    return call.fail("certificates cannot be made here");
}

Value refuse_host(Call& call) {
    return call.fail("`" + call.text(0) + "` is not looked up: expressions do not use the network");
}

Value semver(Call& call) {
    const std::optional<Version> version = parse_version(call.text(0));
    if (!version) return call.fail("`" + call.text(0) + "` is not a version such as `1.2.3`");
    return version_value(*version);
}

Value semver_compare(Call& call) {
    const std::optional<Version> version = parse_version(call.text(1));
    const std::optional<bool> fits = satisfies(version.value_or(Version()), call.text(0));
    if (!fits) return call.fail("`" + call.text(0) + "` is not a constraint such as `>=1.2 <2`");
    if (!version) return call.fail("`" + call.text(1) + "` is not a version such as `1.2.3`");
    return Value::boolean(*fits);
}

constexpr auto kCryptoFunctions = std::to_array<SprigFunction>({
    {"adler32sum", kOfText, adler32_sum},
    {"bcrypt", kOfText, bcrypt},
    {"buildCustomCert", "func(string, string) (sprig.certificate, error)", refuse_certificate},
    {"decryptAES", kMustOfTwoTexts, decrypt_aes},
    {"derivePassword", "func(uint32, string, string, string, string) string", derive_password},
    {"encryptAES", kMustOfTwoTexts, encrypt_aes},
    {"genCA", "func(string, int) (sprig.certificate, error)", refuse_certificate},
    {"genCAWithKey", "func(string, int, string) (sprig.certificate, error)", refuse_certificate},
    {"genPrivateKey", kOfText, make_private_key},
    {"genSelfSignedCert",
     "func(string, []interface {}, []interface {}, int) (sprig.certificate, error)",
     refuse_certificate},
    {"genSelfSignedCertWithKey",
     "func(string, []interface {}, []interface {}, int, string) (sprig.certificate, error)",
     refuse_certificate},
    {"genSignedCert",
     "func(string, []interface {}, []interface {}, int, sprig.certificate) (sprig.certificate, "
     "error)",
     refuse_certificate},
    {"genSignedCertWithKey",
     "func(string, []interface {}, []interface {}, int, sprig.certificate, string) "
     "(sprig.certificate, error)",
     refuse_certificate},
    {"getHostByName", kOfText, refuse_host},
    {"htpasswd", kOfTwoTexts, htpasswd},
    {"semver", "func(string) (*semver.Version, error)", semver},
    {"semverCompare", "func(string, string) (bool, error)", semver_compare},
    {"sha1sum", kOfText, hex_digest<sha1>},
    {"sha256sum", kOfText, hex_digest<sha256>},
    {"sha512sum", kOfText, hex_digest<sha512>},
});

} // namespace

std::span<const SprigFunction> sprig_crypto_functions() {
    return kCryptoFunctions;
}

} // namespace tiphys::expr
