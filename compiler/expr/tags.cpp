// Tags in texts.
#include "compiler/expr/tags.h"

#include "compiler/expr/unicode.h"

namespace tiphys::expr {
namespace {

Range range_of(std::size_t begin, std::size_t end) {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

Range trimmed(std::string_view text, Range range) {
    const std::string_view part = text.substr(range.begin, range.end - range.begin);
    const std::string_view trimmed = trim_space(part);
    const std::size_t begin = range.begin + static_cast<std::size_t>(trimmed.data() - part.data());
    return trimmed.empty() ? range_of(range.begin, range.begin)
                           : range_of(begin, begin + trimmed.size());
}

Tag make_tag(std::string_view text, std::size_t open, std::size_t close) {
    Tag tag;
    tag.range = range_of(open, close + 2);
    tag.is_expression = text[open + 2] == '=' && open + 2 < close;
    tag.content = range_of(open + (tag.is_expression ? 3 : 2), close);
    if (tag.is_expression) return tag;
    tag.name = trimmed(text, tag.content);
    const std::string_view content = text.substr(open + 2, close - open - 2);
    const std::size_t inner = content.rfind("{{");
    if (inner != content.npos && inner > 0) {
        tag.is_nested = true;
        tag.name = range_of(open + 2 + inner + 2, close);
    }
    return tag;
}

} // namespace

TagList scan_tags(std::string_view text) {
    TagList list;
    for (std::size_t at = text.find("{{"); at != text.npos; at = text.find("{{", at)) {
        const std::size_t close = text.find("}}", at + 2);
        if (close == text.npos) {
            list.unclosed = static_cast<std::uint32_t>(at);
            return list;
        }
        list.tags.push_back(make_tag(text, at, close));
        at = close + 2;
    }
    return list;
}

} // namespace tiphys::expr
