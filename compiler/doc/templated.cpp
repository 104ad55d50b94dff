// Recognises the source of a templating tool (Helm).
#include "compiler/doc/templated.h"

#include <algorithm>
#include <array>

#include "compiler/doc/character.h"

namespace tiphys::doc {
namespace {

constexpr std::array<std::string_view, 24> kWords = {
    "if",     "else",   "end", "range", "with",     "define",   "include", "template",
    "block",  "toYaml", "tpl", "fail",  "required", "default",  "quote",   "printf",
    "lookup", "$",      "/*",  "not",   "ternary",  "coalesce", "toJson",  "fromYaml"};

// What Helm gives to every template.
constexpr std::array<std::string_view, 7> kObjects = {
    ".Values", ".Release", ".Chart", ".Capabilities", ".Files", ".Template", "$.Values"};

std::uint32_t inside(std::string_view text, std::uint32_t at) {
    return skip_blanks(text, at + (text.substr(at, 3) == "{{-" ? 3 : 2));
}

bool begins_with_object(std::string_view text, std::uint32_t at) {
    const std::string_view left = text.substr(inside(text, at), 16);
    return std::any_of(kObjects.begin(), kObjects.end(),
                       [&](std::string_view object) { return left.starts_with(object); });
}

} // namespace

Braces braces_at(std::string_view text, std::uint32_t at) {
    const std::uint32_t line = line_end(text, at);
    const std::size_t close = text.find("}}", at + 2);
    if (close < line) return {at, static_cast<std::uint32_t>(close) + 2};
    return {at, trim_blanks(text, at, line)};
}

bool is_helm(std::string_view text, std::uint32_t at) {
    if (text.substr(at, 3) == "{{-") return true;
    const std::uint32_t begin = inside(text, at);
    const std::string_view left = text.substr(begin, 16);
    if (left.starts_with('.')) return !left.starts_with(".Input");
    return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
        if (!left.starts_with(word)) return false;
        if (!is_letter(word[0])) return true;
        const std::size_t end = begin + word.size();
        return is_space_or_end(text, end) || text.substr(end, 2) == "}}";
    });
}

std::optional<Braces> helm_on_line(std::string_view text, std::uint32_t at) {
    const std::uint32_t line = line_begin(text, at);
    const std::uint32_t end = line_end(text, line);
    char quote = '\0';
    for (std::uint32_t place = line; place < end; ++place) {
        const char c = text[place];
        if (quote != '\0') {
            if (c == quote) quote = '\0';
            continue;
        }
        const bool follows_space = place == line || is_blank(text[place - 1]);
        if (c == '#' && follows_space) break;
        if ((c == '"' || c == '\'') && follows_space) quote = c;
        if (text.substr(place, 2) == "{{" && is_helm(text, place)) return braces_at(text, place);
    }
    return std::nullopt;
}

namespace {

std::optional<std::uint32_t> find_object(std::string_view text, std::uint32_t from) {
    for (std::size_t at = text.find("{{", from); at != text.npos; at = text.find("{{", at + 2)) {
        const auto place = static_cast<std::uint32_t>(at);
        if (begins_with_object(text, place)) return place;
    }
    return std::nullopt;
}

} // namespace

std::optional<Braces> helm_in_plain(std::string_view text, const Tree& tree) {
    if (!find_object(text.substr(0, tree.span.end), tree.span.begin).has_value())
        return std::nullopt;
    for (const Node& node : tree.nodes) {
        if (node.kind != NodeKind::kScalar || node.style != ScalarStyle::kPlain) continue;
        const auto found = find_object(text.substr(0, node.end), node.begin);
        if (found.has_value()) return braces_at(text, *found);
    }
    return std::nullopt;
}

} // namespace tiphys::doc
