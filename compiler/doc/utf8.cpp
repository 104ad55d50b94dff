// UTF-8: checking the bytes of a file, and characters from escapes.
#include "compiler/doc/utf8.h"

#include <cstring>

#include "compiler/base/utf8.h"

namespace tiphys::doc {
namespace {

// Eight bytes at once: true if all of them are ASCII from space to tilde. Most text is.
bool are_printable(const char* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    constexpr std::uint64_t kOnes = 0x0101010101010101U;
    constexpr std::uint64_t kTops = 0x8080808080808080U;
    const std::uint64_t below_space = word - kOnes * 0x20;
    const std::uint64_t above_tilde = word + kOnes;
    return ((word | below_space | above_tilde) & kTops) == 0;
}

// Argo reads YAML with Kubernetes' reader, whose readerc.go has this list.
bool is_allowed(std::uint32_t code) {
    return code == '\t' || code == '\n' || code == '\r' || (code >= 0x20 && code <= 0x7e) ||
           code == 0x85 || (code >= 0xa0 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) ||
           (code >= 0x10000 && code <= 0x10ffff);
}

} // namespace

std::uint32_t utf8_length(std::string_view text) {
    if (text.empty()) return 0;
    const Utf8Character character = utf8_at(text, 0);
    return character.is_broken ? 0 : character.size;
}

ByteCheck check_bytes(std::string_view text) {
    ByteCheck check;
    std::size_t at = 0;
    while (at < text.size()) {
        if (at + 8 <= text.size() && are_printable(text.data() + at)) {
            at += 8;
            continue;
        }
        const Utf8Character character = utf8_at(text, at);
        const char32_t code = character.value;
        if (character.is_broken || !is_allowed(code)) {
            check.fault = character.is_broken ? ByteFault::kNotUtf8 : ByteFault::kControlCharacter;
            check.begin = static_cast<std::uint32_t>(at);
            check.end = check.begin + (character.is_broken ? 1 : character.size);
            return check;
        }
        at += character.size;
    }
    return check;
}

std::string utf8_of(std::uint32_t code) {
    std::string text;
    append_utf8(text, code);
    return text;
}

std::uint32_t read_hex(std::string_view digits) {
    std::uint32_t value = 0;
    for (const char c : digits) {
        const std::uint32_t digit =
            c >= '0' && c <= '9'   ? static_cast<std::uint32_t>(c - '0')
            : c >= 'a' && c <= 'f' ? static_cast<std::uint32_t>(c - 'a' + 10)
            : c >= 'A' && c <= 'F' ? static_cast<std::uint32_t>(c - 'A' + 10)
                                   : 0;
        value = (value << 4) | digit;
    }
    return value;
}

} // namespace tiphys::doc
