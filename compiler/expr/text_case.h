#pragma once
// Other ways of writing a text: snake, kebab and camel case, line breaks, abbreviations; as the
// libraries behind sprig do it.

#include <cstdint>
#include <string>
#include <string_view>

namespace tiphys::expr {

/// `HTTPServer2xx` becomes `http_server_2xx`, with `connector` for the underscore.
/// huandu/xstrings: ToSnakeCase, ToKebabCase.
[[nodiscard]] std::string join_words(std::string_view text, char connector);

/// `http_server` becomes `HttpServer`. huandu/xstrings: ToPascalCase.
[[nodiscard]] std::string to_pascal_case(std::string_view text);

/// The first letter of each word in title case. Go: strings.Title.
[[nodiscard]] std::string title_words(std::string_view text);

// Masterminds/goutils.
[[nodiscard]] std::string swap_case(std::string_view text);
[[nodiscard]] std::string lower_initials(std::string_view text);
[[nodiscard]] std::string initials(std::string_view text);
[[nodiscard]] std::string without_space(std::string_view text);

/// Breaks lines of more than `width` bytes at blanks; words that are longer are cut where
/// `cut_words`.
[[nodiscard]] std::string wrap_lines(std::string_view text, std::int64_t width,
                                     std::string_view line_end, bool cut_words);

/// At most `width` bytes around byte `offset`, with `...` for what is left out.
[[nodiscard]] std::string abbreviate(std::string_view text, std::int64_t offset,
                                     std::int64_t width);

} // namespace tiphys::expr
