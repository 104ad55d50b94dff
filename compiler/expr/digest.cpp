// Checksums of bytes. FIPS 180-4, RFC 1950, RFC 2104.
#include "compiler/expr/digest.h"

#include <algorithm>
#include <array>
#include <bit>

namespace tiphys::expr {
namespace {

// The fractions of the square roots of the first 8 primes, and of the cube roots of the first 80.
// SHA-256 takes the upper halves of the first 64.
// clang-format off
constexpr std::array<std::uint64_t, 8> kRoots{
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

constexpr std::array<std::uint64_t, 80> kCubeRoots{
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
    0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
    0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
    0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
    0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
    0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
    0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
    0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
    0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
    0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
    0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
    0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
    0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
    0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
    0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};
// clang-format on

template <class Word>
Word read_word(std::string_view bytes, std::size_t at) {
    Word word = 0;
    for (std::size_t i = 0; i < sizeof(Word); ++i)
        word = static_cast<Word>(word << 8) | static_cast<unsigned char>(bytes[at + i]);
    return word;
}

template <class Word>
void append_word(std::string& bytes, Word word) {
    for (std::size_t i = sizeof(Word); i-- > 0;)
        bytes += static_cast<char>(static_cast<unsigned char>(word >> (8 * i)));
}

template <class State>
std::string join(const State& state) {
    std::string bytes;
    for (const auto word : state)
        append_word(bytes, word);
    return bytes;
}

/// The bytes, a one bit, zeros, and the number of bits, in whole blocks of 16 words.
template <class Word>
std::string pad(std::string_view bytes) {
    constexpr std::size_t kBlock = 16 * sizeof(Word);
    std::string padded(bytes);
    padded += static_cast<char>(0x80);
    // SHA-512 writes the number in two words, of which the first is zero.
    const std::size_t length_at = kBlock - 2 * sizeof(Word);
    while (padded.size() % kBlock != length_at)
        padded += '\0';
    padded.append(2 * sizeof(Word) - 8, '\0');
    append_word(padded, static_cast<std::uint64_t>(bytes.size()) * 8);
    return padded;
}

/// How far SHA-2 rotates and shifts words: for the schedule, then for the rounds.
struct Rotations {
    std::array<int, 3> early;
    std::array<int, 3> late;
    std::array<int, 3> a;
    std::array<int, 3> e;
};

template <class Word>
Word mix(Word word, const std::array<int, 3>& by, bool shifts_last) {
    return std::rotr(word, by[0]) ^ std::rotr(word, by[1]) ^
           (shifts_last ? static_cast<Word>(word >> by[2]) : std::rotr(word, by[2]));
}

template <class Word, std::size_t kRounds>
void add_block(std::array<Word, 8>& state, std::string_view block, const Rotations& by) {
    constexpr int kUnused = 64 - 8 * sizeof(Word);
    std::array<Word, kRounds> schedule{};
    for (std::size_t i = 0; i < kRounds; ++i) {
        schedule[i] = i < 16 ? read_word<Word>(block, i * sizeof(Word))
                             : schedule[i - 16] + mix(schedule[i - 15], by.early, true) +
                                   schedule[i - 7] + mix(schedule[i - 2], by.late, true);
    }
    std::array<Word, 8> s = state;
    for (std::size_t i = 0; i < kRounds; ++i) {
        const Word choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
        const Word majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
        const Word first = s[7] + mix(s[4], by.e, false) + choice +
                           static_cast<Word>(kCubeRoots[i] >> kUnused) + schedule[i];
        const Word second = mix(s[0], by.a, false) + majority;
        s = {first + second, s[0], s[1], s[2], s[3] + first, s[4], s[5], s[6]};
    }
    for (std::size_t i = 0; i < 8; ++i)
        state[i] += s[i];
}

template <class Word, std::size_t kRounds>
std::string sha2(std::string_view bytes, const Rotations& by) {
    constexpr std::size_t kBlock = 16 * sizeof(Word);
    std::array<Word, 8> state{};
    for (std::size_t i = 0; i < 8; ++i)
        state[i] = static_cast<Word>(kRoots[i] >> (64 - 8 * sizeof(Word)));
    const std::string padded = pad<Word>(bytes);
    for (std::size_t at = 0; at < padded.size(); at += kBlock)
        add_block<Word, kRounds>(state, std::string_view(padded).substr(at, kBlock), by);
    return join(state);
}

void add_sha1_block(std::array<std::uint32_t, 5>& state, std::string_view block) {
    std::array<std::uint32_t, 80> schedule{};
    for (std::size_t i = 0; i < 80; ++i) {
        schedule[i] =
            i < 16
                ? read_word<std::uint32_t>(block, i * 4)
                : std::rotl(schedule[i - 3] ^ schedule[i - 8] ^ schedule[i - 14] ^ schedule[i - 16],
                            1);
    }
    std::array<std::uint32_t, 5> s = state;
    for (std::size_t i = 0; i < 80; ++i) {
        const std::uint32_t choice = (s[1] & s[2]) | (~s[1] & s[3]);
        const std::uint32_t parity = s[1] ^ s[2] ^ s[3];
        const std::uint32_t majority = (s[1] & s[2]) | (s[1] & s[3]) | (s[2] & s[3]);
        constexpr std::array<std::uint32_t, 4> kConstants{0x5a827999, 0x6ed9eba1, 0x8f1bbcdc,
                                                          0xca62c1d6};
        const std::array<std::uint32_t, 4> mixed{choice, parity, majority, parity};
        const std::uint32_t next =
            std::rotl(s[0], 5) + mixed[i / 20] + s[4] + kConstants[i / 20] + schedule[i];
        s = {next, s[0], std::rotl(s[1], 30), s[2], s[3]};
    }
    for (std::size_t i = 0; i < 5; ++i)
        state[i] += s[i];
}

} // namespace

std::string sha1(std::string_view bytes) {
    std::array<std::uint32_t, 5> state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    const std::string padded = pad<std::uint32_t>(bytes);
    for (std::size_t at = 0; at < padded.size(); at += 64)
        add_sha1_block(state, std::string_view(padded).substr(at, 64));
    return join(state);
}

std::string sha256(std::string_view bytes) {
    return sha2<std::uint32_t, 64>(bytes, {{7, 18, 3}, {17, 19, 10}, {2, 13, 22}, {6, 11, 25}});
}

std::string sha512(std::string_view bytes) {
    return sha2<std::uint64_t, 80>(bytes, {{1, 8, 7}, {19, 61, 6}, {28, 34, 39}, {14, 18, 41}});
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
    constexpr std::size_t kBlock = 64;
    std::string block = key.size() > kBlock ? sha256(key) : std::string(key);
    block.resize(kBlock, '\0');
    std::string inner = block;
    std::string outer = block;
    for (std::size_t i = 0; i < kBlock; ++i) {
        inner[i] = static_cast<char>(inner[i] ^ 0x36);
        outer[i] = static_cast<char>(outer[i] ^ 0x5c);
    }
    return sha256(outer + sha256(inner.append(message)));
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
