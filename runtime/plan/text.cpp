// Splitting text at its tags.

#include "runtime/plan/text.h"

#include "compiler/expr/tags.h"

namespace tiphys::run {
namespace {

bool is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

} // namespace

std::vector<Segment> split_tags(std::string_view source) {
    std::vector<Segment> segments;
    std::size_t at = 0;
    const auto add_literal = [&](std::size_t end) {
        if (end <= at) return;
        segments.push_back({Segment::Kind::kLiteral, std::string(source.substr(at, end - at))});
    };
    for (const expr::Tag& tag : expr::scan_tags(source).tags) {
        add_literal(tag.range.begin);
        const expr::Range inner = tag.content;
        segments.push_back({tag.is_expression ? Segment::Kind::kExpression : Segment::Kind::kTag,
                            std::string(source.substr(inner.begin, inner.end - inner.begin))});
        at = tag.range.end;
    }
    if (!segments.empty()) add_literal(source.size());
    return segments;
}

Text::Text(std::string source) : source_(std::move(source)), segments_(split_tags(source_)) {}

bool Text::mentions(std::string_view name) const {
    for (const Segment& segment : segments_) {
        if (segment.kind != Segment::Kind::kLiteral && contains_word(segment.text, name)) {
            return true;
        }
    }
    return false;
}

std::string tag_as_written(const Segment& segment) {
    return (segment.kind == Segment::Kind::kExpression ? "{{=" : "{{") + segment.text + "}}";
}

bool contains_word(std::string_view text, std::string_view word) {
    for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        const bool begins = at == 0 || !is_word_character(text[at - 1]);
        const bool ends = end == text.size() || !is_word_character(text[end]);
        if (begins && ends) return true;
    }
    return false;
}

} // namespace tiphys::run
