// Classes of characters that YAML's scanners ask for.
#include "compiler/doc/character.h"

namespace tiphys::doc {

std::uint32_t line_end(std::string_view text, std::uint32_t at) {
    while (at < text.size() && !is_break(text[at]))
        ++at;
    return at;
}

std::uint32_t after_break(std::string_view text, std::uint32_t at) {
    if (at < text.size() && text[at] == '\r') ++at;
    if (at < text.size() && text[at] == '\n') ++at;
    return at;
}

std::uint32_t line_begin(std::string_view text, std::uint32_t at) {
    while (at > 0 && !is_break(text[at - 1]))
        --at;
    return at;
}

std::uint32_t skip_blanks(std::string_view text, std::uint32_t at) {
    while (at < text.size() && is_blank(text[at]))
        ++at;
    return at;
}

std::uint32_t skip_spaces_and_comments(std::string_view text, std::uint32_t at) {
    while (at < text.size() && (is_space(text[at]) || text[at] == '#')) {
        if (text[at] == '#')
            at = line_end(text, at);
        else
            ++at;
    }
    return at;
}

std::uint32_t trim_blanks(std::string_view text, std::uint32_t from, std::uint32_t to) {
    while (to > from && is_blank(text[to - 1]))
        --to;
    return to;
}

} // namespace tiphys::doc
