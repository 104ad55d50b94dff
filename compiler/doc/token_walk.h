#pragma once
// A rough walk over the tokens of broken YAML, to find what an error belongs to: the quote that is
// open, the brackets around it, the value on its line.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tiphys::doc {

/// Where a walk stands.
struct TokenWalk {
    std::vector<std::uint32_t> brackets; ///< open ones, from the outermost
    std::uint32_t token_begin = 0;       ///< of the last scalar, anchor, tag or alias
    std::uint32_t token_end = 0;
    std::optional<std::uint32_t> unclosed_quote;

    [[nodiscard]] bool is_in_flow() const { return !brackets.empty(); }
};

/// Continues the walk `from`, which stands at its token's end, up to `to`.
[[nodiscard]] TokenWalk walk_tokens(std::string_view text, TokenWalk from, std::uint32_t to);

/// The end of a value that should have been text from `begin` on: a comment, the end of the line,
/// `: `, or in flow collections an indicator. `{{…}}` are passed as a whole.
[[nodiscard]] std::uint32_t end_of_text(std::string_view text, std::uint32_t begin, bool in_flow,
                                        bool ends_at_colon);

/// Where the value begins on the line of `at`, behind `- `, `key: `, anchors and tags, if it
/// begins before `at`.
[[nodiscard]] std::optional<std::uint32_t> value_on_line(std::string_view text, std::uint32_t at);

/// True if only blanks stand before `at` on its line.
[[nodiscard]] bool is_first_on_line(std::string_view text, std::uint32_t at);

/// The number of spaces and tabs at the beginning of the line of `at`.
[[nodiscard]] std::uint32_t indentation_at(std::string_view text, std::uint32_t at);

} // namespace tiphys::doc
