// Splitting text at its tags.

#include "runtime/plan/text.h"

namespace tiphys::run {
namespace {

constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";

bool is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

} // namespace

std::vector<Segment> split_tags(std::string_view source) {
    std::vector<Segment> segments;
    std::size_t at = 0;
    while (true) {
        const std::size_t open = source.find(kOpen, at);
        const std::size_t close =
            open == source.npos ? source.npos : source.find(kClose, open + kOpen.size());
        if (close == source.npos) break;
        if (open > at) {
            segments.push_back({Segment::Kind::kLiteral, std::string(source.substr(at, open - at))});
        }
        std::string_view tag = source.substr(open + 2, close - open - 2);
        if (!tag.empty() && tag.front() == '=') {
            segments.push_back({Segment::Kind::kExpression, std::string(tag.substr(1))});
        } else {
            segments.push_back({Segment::Kind::kTag, std::string(tag)});
        }
        at = close + kClose.size();
    }
    if (!segments.empty() && at < source.size()) {
        segments.push_back({Segment::Kind::kLiteral, std::string(source.substr(at))});
    }
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
