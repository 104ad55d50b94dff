// Base64 and base32 as Go's packages encoding/base64 and encoding/base32 have them.
#include "compiler/expr/base64.h"

#include <cstdint>
#include <vector>

namespace tiphys::expr {
namespace {

/// Writes groups of `kGroup` bytes as characters of `bits` bits, padded with `=`.
std::string encode(std::string_view bytes, std::string_view alphabet, unsigned bits,
                   std::size_t group) {
    std::string text;
    const std::size_t per_group = group * 8 / bits;
    for (std::size_t at = 0; at < bytes.size(); at += group) {
        std::uint64_t value = 0;
        const std::size_t n = std::min(group, bytes.size() - at);
        for (std::size_t i = 0; i < group; ++i) {
            value <<= 8;
            if (i < n) value |= static_cast<unsigned char>(bytes[at + i]);
        }
        const std::size_t n_used = (n * 8 + bits - 1) / bits;
        for (std::size_t i = 0; i < per_group; ++i) {
            const auto shift = bits * static_cast<unsigned>(per_group - 1 - i);
            text += i < n_used ? alphabet[(value >> shift) & ((1U << bits) - 1)] : '=';
        }
    }
    return text;
}

struct Decoder {
    std::string_view text;
    std::string_view alphabet;
    unsigned bits;
    std::size_t group;
    std::size_t at = 0;
    std::string bytes;

    void skip_line_ends() {
        while (at < text.size() && (text[at] == '\n' || text[at] == '\r'))
            ++at;
    }

    void flush(std::uint64_t value, std::size_t n_characters) {
        const std::size_t per_group = group * 8 / bits;
        value <<= bits * static_cast<unsigned>(per_group - n_characters);
        const std::size_t n_bytes = n_characters * bits / 8;
        for (std::size_t i = 0; i < n_bytes; ++i) {
            const auto shift = 8 * static_cast<unsigned>(group - 1 - i);
            bytes += static_cast<char>((value >> shift) & 0xff);
        }
    }

    /// Reads padding after `n` characters of a group, and the end.
    bool take_padding(std::size_t n) {
        const std::size_t per_group = group * 8 / bits;
        const bool may_end = bits == 6 ? n >= 2 : n == 2 || n == 4 || n == 5 || n == 7;
        if (!may_end) return false;
        for (std::size_t i = n; i < per_group; ++i) {
            skip_line_ends();
            if (at >= text.size() || text[at] != '=') return false;
            ++at;
        }
        skip_line_ends();
        return at == text.size();
    }

    bool run() {
        const std::size_t per_group = group * 8 / bits;
        for (;;) {
            std::uint64_t value = 0;
            for (std::size_t n = 0; n < per_group; ++n) {
                skip_line_ends();
                if (at >= text.size()) {
                    if (n == 0) return true;
                    at -= n; // Go names the start of the broken group
                    return false;
                }
                if (text[at] == '=') {
                    const std::size_t here = at;
                    if (!take_padding(n)) {
                        if (at == here) at = here;
                        return false;
                    }
                    flush(value, n);
                    return true;
                }
                const std::size_t digit = alphabet.find(text[at]);
                if (digit == alphabet.npos) return false;
                value = (value << bits) | digit;
                ++at;
            }
            flush(value, per_group);
        }
    }
};

std::optional<std::string> decode(std::string_view text, std::string_view alphabet, unsigned bits,
                                  std::size_t group, std::size_t& bad_at) {
    Decoder decoder{text, alphabet, bits, group, 0, {}};
    if (decoder.run()) return std::move(decoder.bytes);
    bad_at = decoder.at;
    return std::nullopt;
}

} // namespace

std::string to_base64(std::string_view bytes, std::string_view alphabet) {
    return encode(bytes, alphabet, 6, 3);
}

std::optional<std::string> from_base64(std::string_view text, std::size_t& bad_at) {
    return decode(text, kStandardBase64, 6, 3, bad_at);
}

std::string to_base32(std::string_view bytes) {
    return encode(bytes, kStandardBase32, 5, 5);
}

std::optional<std::string> from_base32(std::string_view text, std::size_t& bad_at) {
    return decode(text, kStandardBase32, 5, 5, bad_at);
}

} // namespace tiphys::expr
