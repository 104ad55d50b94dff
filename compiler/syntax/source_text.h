#pragma once
// The text that the lexer sees: bytes and characters counted, texts that are never closed blanked
// out so that what follows them is still read.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/span.h"

namespace tiphys::syntax {

/// Maps the lexer's characters to bytes of the file.
class CharacterMap {
public:
    explicit CharacterMap(std::string_view text);

    /// The byte at which character number `index` begins; the size of the text behind the last.
    [[nodiscard]] std::uint32_t byte_of(std::size_t index) const;

private:
    std::uint32_t size_ = 0;
    // Empty for a text of ASCII: characters are bytes.
    std::vector<std::uint32_t> bytes_;
};

/// The first byte that is not UTF-8, or npos.
[[nodiscard]] std::size_t find_broken_byte(std::string_view text);

/// Where a text that was opened at `begin` and is not closed ends for us: at the first later line
/// that is indented less than the line of `begin`, or at the end.
[[nodiscard]] std::size_t end_of_unclosed(std::string_view text, std::size_t begin);

/// Blanks of the line that `at` stands in, before its first other character.
[[nodiscard]] std::size_t indentation_at(std::string_view text, std::size_t at);

/// `text` without the indentation that its lines share; blank lines do not count and become empty.
[[nodiscard]] std::string dedent(std::string_view text);

} // namespace tiphys::syntax
