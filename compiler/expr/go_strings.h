#pragma once
// Functions of Go's package strings.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tiphys::expr {

/// strings.SplitN; -1 for all parts. An empty separator splits after each character.
[[nodiscard]] std::vector<std::string> split_text(std::string_view text, std::string_view separator,
                                                  std::int64_t most = -1);

/// strings.SplitAfterN: the parts keep their separators.
[[nodiscard]] std::vector<std::string>
split_text_after(std::string_view text, std::string_view separator, std::int64_t most = -1);

/// strings.Fields: the parts between white space.
[[nodiscard]] std::vector<std::string> split_words(std::string_view text);

[[nodiscard]] std::string join_texts(const std::vector<std::string>& parts,
                                     std::string_view separator);

/// strings.Replace; -1 for all. An empty `old` stands before each character and at the end.
[[nodiscard]] std::string replace_text(std::string_view text, std::string_view old,
                                       std::string_view by, std::int64_t most = -1);

/// strings.Trim, TrimLeft, TrimRight: drops characters of `set`.
[[nodiscard]] std::string_view trim_left(std::string_view text, std::string_view set);
[[nodiscard]] std::string_view trim_right(std::string_view text, std::string_view set);
[[nodiscard]] std::string_view trim_both(std::string_view text, std::string_view set);

/// strings.Count.
[[nodiscard]] std::size_t count_text(std::string_view text, std::string_view part);

} // namespace tiphys::expr
