// The way from a character of a scalar's value back to the byte it was written as.
#include "compiler/doc/scalar_text.h"

#include <algorithm>

#include "compiler/doc/character.h"
#include "compiler/doc/scan_scalar.h"

namespace tiphys::doc {
namespace {

std::uint32_t skip_property(std::string_view text, std::uint32_t at) {
    while (!is_space_or_end(text, at))
        ++at;
    return at;
}

// The column of the innermost block collection that the line of `to` opens before `to`: behind each
// `- ` and `? `, and of the first key. -1 if there is nothing but anchors and tags.
int column_on_line(std::string_view text, std::uint32_t to) {
    const std::uint32_t line = line_begin(text, to);
    int column = -1;
    for (std::uint32_t at = skip_blanks(text, line); at < to; at = skip_blanks(text, at)) {
        const char c = text[at];
        const bool is_indicator =
            (c == '-' || c == '?' || c == ':') && is_space_or_end(text, at + 1);
        if ((c == '&' || c == '!') && skip_blanks(text, skip_property(text, at)) >= to) break;
        column = static_cast<int>(at - line);
        if (!is_indicator) break;
        ++at;
    }
    return column;
}

// The column of the block collection around a block scalar whose `|` stands at `begin`; if its line
// does not show it, the line above does.
int parent_indentation(std::string_view text, std::uint32_t begin) {
    const int column = column_on_line(text, begin);
    if (column >= 0) return column;
    std::uint32_t line = line_begin(text, begin);
    while (line > 0) {
        const std::uint32_t end = line - 1;
        line = line_begin(text, end);
        const std::uint32_t content = skip_blanks(text, line);
        if (content >= end || text[content] == '#') continue;
        const int above = column_on_line(text, end);
        if (above >= 0) return above;
    }
    return -1;
}

// The source bytes that the value byte at `at` was written with.
std::uint32_t width_at(std::string_view text, std::uint32_t at, ScalarStyle style) {
    switch (style) {
    case ScalarStyle::kDoubleQuoted:
        return text[at] == '\\' ? escape_length(text, at) : 1;
    case ScalarStyle::kSingleQuoted:
        return text[at] == '\'' ? 2 : 1;
    case ScalarStyle::kPlain:
    case ScalarStyle::kLiteral:
    case ScalarStyle::kFolded:
        break;
    }
    return 1;
}

} // namespace

ScalarText decode_scalar(std::string_view file_text, Span span, ScalarStyle style) {
    ScalarText decoded;
    ScalarValue value(file_text, &decoded.offsets);
    std::uint32_t end = span.end;
    switch (style) {
    case ScalarStyle::kPlain:
        scan_plain(file_text, span.begin, span.end, value);
        break;
    case ScalarStyle::kSingleQuoted:
        end = scan_single_quoted(file_text.substr(0, span.end), span.begin, value).end - 1;
        break;
    case ScalarStyle::kDoubleQuoted:
        end = scan_double_quoted(file_text.substr(0, span.end), span.begin, value).end - 1;
        break;
    case ScalarStyle::kLiteral:
    case ScalarStyle::kFolded:
        end = scan_block(file_text, span.begin, parent_indentation(file_text, span.begin), span.end,
                         value)
                  .end;
        break;
    }
    decoded.value = value.text();
    const std::uint32_t last = decoded.offsets.empty() ? 0 : decoded.offsets.back() + 1;
    decoded.offsets.push_back(std::max(end, last));
    return decoded;
}

Span span_in_scalar(std::string_view file_text, Span span, ScalarStyle style, std::size_t from,
                    std::size_t to) {
    const ScalarText decoded = decode_scalar(file_text, span, style);
    const std::size_t size = decoded.value.size();
    from = std::min(from, size);
    to = std::clamp(to, from, size);
    const std::uint32_t begin = decoded.offsets[from];
    if (from == to) return {span.file, begin, begin};
    // Not the offset of the byte after it: an indentation may lie between.
    const std::uint32_t last = decoded.offsets[to - 1];
    return {span.file, begin, last + width_at(file_text, last, style)};
}

} // namespace tiphys::doc
