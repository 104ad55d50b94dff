// From pieces of values back to the source.
#include "compiler/syntax/text_places.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace tiphys::syntax {
namespace {

struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// Line `number` of the text, counted from 0, without its break.
std::optional<Range> line_of(std::string_view text, std::size_t number) {
    std::size_t begin = 0;
    for (; number > 0; --number) {
        begin = text.find('\n', begin);
        if (begin == text.npos) return std::nullopt;
        ++begin;
    }
    return Range{begin, std::min(text.find('\n', begin), text.size())};
}

/// Where the offset of the value stands in the written text, whose lines from `first` on are those
/// of the value behind some indentation.
std::optional<std::size_t> offset_in_lines(std::string_view written, std::size_t first,
                                           std::string_view value, std::size_t offset) {
    const std::string_view before = value.substr(0, offset);
    const auto number = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    const auto line = line_of(value, number);
    const auto source = line_of(written, first + number);
    if (!line || !source) return std::nullopt;
    std::string_view text = written.substr(source->begin, source->end - source->begin);
    if (text.ends_with('\r')) text.remove_suffix(1);
    const std::string_view wanted = value.substr(line->begin, line->end - line->begin);
    if (!text.ends_with(wanted)) return std::nullopt;
    return source->begin + text.size() - wanted.size() + (offset - line->begin);
}

/// A text of several lines.
std::optional<Range> in_lines(std::string_view written, std::string_view value, Range piece) {
    if (written.find('\n') == written.npos || piece.begin == piece.end) return std::nullopt;
    const auto begin = offset_in_lines(written, 1, value, piece.begin);
    const auto last = offset_in_lines(written, 1, value, piece.end - 1);
    if (!begin || !last) return std::nullopt;
    return Range{*begin, *last + 1};
}

std::vector<Range> occurrences(std::string_view text, std::string_view piece) {
    std::vector<Range> found;
    for (std::size_t at = text.find(piece); at != text.npos; at = text.find(piece, at + 1))
        found.push_back({at, at + piece.size()});
    return found;
}

/// The same bytes, where they stand as often in both.
std::optional<Range> same_bytes(std::string_view written, std::string_view value, Range piece) {
    if (piece.begin == piece.end) return std::nullopt;
    const std::string_view bytes = value.substr(piece.begin, piece.end - piece.begin);
    const std::vector<Range> there = occurrences(written, bytes);
    const std::vector<Range> here = occurrences(value, bytes);
    if (there.size() != here.size()) return std::nullopt;
    for (std::size_t i = 0; i < here.size(); ++i) {
        if (here[i].begin == piece.begin) return there[i];
    }
    return std::nullopt;
}

/// Tags as they are written in the value, and `${…}` as well in the source.
std::vector<Range> tags_of(std::string_view text, bool is_source) {
    std::vector<Range> found;
    for (std::size_t at = 0; at + 1 < text.size(); ++at) {
        const bool is_code = is_source && text[at] == '$' && text[at + 1] == '{' &&
                             (at == 0 || text[at - 1] != '\\');
        const bool is_tag = text[at] == '{' && text[at + 1] == '{';
        if (!is_code && !is_tag) continue;
        std::size_t depth = 0;
        std::size_t end = at + (is_code ? 1 : 0);
        for (; end < text.size(); ++end) {
            if (text[end] == '{') ++depth;
            if (text[end] == '}' && --depth == 0) break;
        }
        end = std::min(end + 1, text.size());
        found.push_back({at, end});
        at = end - 1;
    }
    return found;
}

/// The n-th tag of the value is the n-th code or tag of the source.
std::optional<Range> same_tag(std::string_view written, std::string_view value, Range piece) {
    const std::vector<Range> there = tags_of(written, true);
    const std::vector<Range> here = tags_of(value, false);
    if (there.size() != here.size()) return std::nullopt;
    for (std::size_t i = 0; i < here.size(); ++i) {
        if (here[i].begin <= piece.begin && piece.end <= here[i].end) return there[i];
    }
    return std::nullopt;
}

} // namespace

Span place_in_text(std::string_view file_text, Span span, std::string_view value, std::size_t from,
                   std::size_t to) {
    const std::string_view written = file_text.substr(span.begin, span.size());
    const Range piece{std::min(from, value.size()), std::min(std::max(from, to), value.size())};
    const bool is_block = written.starts_with("```") || written.starts_with("\"\"\"");
    std::optional<Range> place;
    if (is_block) place = in_lines(written, value, piece);
    if (!place) place = same_bytes(written, value, piece);
    if (!place) place = same_tag(written, value, piece);
    if (!place) return span;
    return {span.file, span.begin + static_cast<std::uint32_t>(place->begin),
            span.begin + static_cast<std::uint32_t>(place->end)};
}

} // namespace tiphys::syntax
