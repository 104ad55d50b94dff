// Bytes, characters and indentation of a source.
#include "compiler/syntax/source_text.h"

#include <algorithm>

namespace tiphys::syntax {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<std::uint8_t>(text[at]) : std::uint8_t{0};
}

bool is_continuation(std::uint8_t byte) {
    return (byte & 0xC0U) == 0x80U;
}

/// Bytes of the character at `at`, or 0 where they are not UTF-8.
std::size_t character_size(std::string_view text, std::size_t at) {
    const std::uint8_t first = byte_at(text, at);
    const std::uint8_t second = byte_at(text, at + 1);
    if (first < 0x80U) return 1;
    if (first < 0xC2U || first > 0xF4U || !is_continuation(second)) return 0;
    if (first < 0xE0U) return 2;
    const bool has_third = is_continuation(byte_at(text, at + 2));
    if (first < 0xF0U) {
        const bool is_overlong = first == 0xE0U && second < 0xA0U;
        const bool is_surrogate = first == 0xEDU && second >= 0xA0U;
        return has_third && !is_overlong && !is_surrogate ? 3 : 0;
    }
    const bool is_overlong = first == 0xF0U && second < 0x90U;
    const bool is_beyond = first == 0xF4U && second >= 0x90U;
    const bool has_fourth = is_continuation(byte_at(text, at + 3));
    return has_third && has_fourth && !is_overlong && !is_beyond ? 4 : 0;
}

bool is_blank_line(std::string_view line) {
    return line.find_first_not_of(" \t\r\n") == line.npos;
}

std::size_t line_begin(std::string_view text, std::size_t at) {
    const std::size_t found = at == 0 ? text.npos : text.rfind('\n', at - 1);
    return found == text.npos ? 0 : found + 1;
}

std::size_t blanks_of(std::string_view line) {
    return std::min(line.find_first_not_of(" \t"), line.size());
}

/// The line that begins at `at`, with its line break.
std::string_view line_from(std::string_view text, std::size_t at) {
    const std::size_t end = text.find('\n', at);
    return text.substr(at, end == text.npos ? text.npos : end + 1 - at);
}

} // namespace

CharacterMap::CharacterMap(std::string_view text) : size_(static_cast<std::uint32_t>(text.size())) {
    const bool is_ascii = std::none_of(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80U; });
    if (is_ascii) return;
    for (std::uint32_t i = 0; i < size_; ++i) {
        if (!is_continuation(byte_at(text, i))) bytes_.push_back(i);
    }
    bytes_.push_back(size_);
}

std::uint32_t CharacterMap::byte_of(std::size_t index) const {
    if (bytes_.empty()) return static_cast<std::uint32_t>(std::min<std::size_t>(index, size_));
    return bytes_[std::min(index, bytes_.size() - 1)];
}

std::size_t find_broken_byte(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = character_size(text, at);
        if (size == 0) return at;
        at += size;
    }
    return text.npos;
}

std::size_t indentation_at(std::string_view text, std::size_t at) {
    return blanks_of(line_from(text, line_begin(text, at)));
}

std::size_t end_of_unclosed(std::string_view text, std::size_t begin) {
    const std::size_t own = indentation_at(text, begin);
    std::size_t at = begin;
    while ((at = text.find('\n', at)) != text.npos) {
        ++at;
        const std::string_view line = line_from(text, at);
        if (!is_blank_line(line) && blanks_of(line) < own) return at;
    }
    return text.size();
}

std::string dedent(std::string_view text) {
    std::size_t shared = text.npos;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view line = line_from(text, at);
        if (!is_blank_line(line)) shared = std::min(shared, blanks_of(line));
        at += line.size();
    }
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view line = line_from(text, at);
        at += line.size();
        if (is_blank_line(line)) {
            if (line.ends_with('\n')) out += '\n';
        } else {
            out += line.substr(shared);
        }
    }
    std::erase(out, '\r');
    return out;
}

} // namespace tiphys::syntax
