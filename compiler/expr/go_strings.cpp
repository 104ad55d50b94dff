// Functions of Go's package strings.
#include "compiler/expr/go_strings.h"

#include "compiler/expr/unicode.h"

namespace tiphys::expr {
namespace {

/// The characters, the last of `most` with all that follows.
std::vector<std::string> split_characters(std::string_view text, std::int64_t most) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        if (most > 0 && static_cast<std::int64_t>(parts.size()) == most - 1) {
            parts.emplace_back(text);
            break;
        }
        const Rune rune = decode_rune(text, 0);
        std::string part;
        append_rune(part, rune.value);
        parts.push_back(std::move(part));
        text.remove_prefix(rune.size);
    }
    return parts;
}

std::vector<std::string> split(std::string_view text, std::string_view separator, std::int64_t most,
                               std::size_t n_kept) {
    std::vector<std::string> parts;
    if (most == 0) return parts;
    if (separator.empty()) return split_characters(text, most);
    for (;;) {
        const bool is_last = most > 0 && static_cast<std::int64_t>(parts.size()) == most - 1;
        const std::size_t at = is_last ? text.npos : text.find(separator);
        if (at == text.npos) break;
        parts.emplace_back(text.substr(0, at + n_kept));
        text.remove_prefix(at + separator.size());
    }
    parts.emplace_back(text);
    return parts;
}

bool contains_rune(std::string_view set, char32_t rune) {
    for (std::size_t at = 0; at < set.size();) {
        const Rune member = decode_rune(set, at);
        if (member.value == rune) return true;
        at += member.size;
    }
    return false;
}

} // namespace

std::vector<std::string> split_text(std::string_view text, std::string_view separator,
                                    std::int64_t most) {
    return split(text, separator, most, 0);
}

std::vector<std::string> split_text_after(std::string_view text, std::string_view separator,
                                          std::int64_t most) {
    return split(text, separator, most, separator.size());
}

std::vector<std::string> split_words(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    for (std::size_t at = 0; at < text.size();) {
        const Rune rune = decode_rune(text, at);
        if (!is_space(rune.value)) {
            word += text.substr(at, rune.size);
        } else if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
        at += rune.size;
    }
    if (!word.empty()) words.push_back(std::move(word));
    return words;
}

std::string join_texts(const std::vector<std::string>& parts, std::string_view separator) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) text += separator;
        text += parts[i];
    }
    return text;
}

std::string replace_text(std::string_view text, std::string_view old, std::string_view by,
                         std::int64_t most) {
    std::string result;
    if (old == by || most == 0) return std::string(text);
    for (std::int64_t n = 0; most < 0 || n < most; ++n) {
        if (old.empty()) {
            result += by;
            if (text.empty()) return result;
            const Rune rune = decode_rune(text, 0);
            result += text.substr(0, rune.size);
            text.remove_prefix(rune.size);
            continue;
        }
        const std::size_t at = text.find(old);
        if (at == text.npos) break;
        result += text.substr(0, at);
        result += by;
        text.remove_prefix(at + old.size());
    }
    return result.append(text);
}

std::string_view trim_left(std::string_view text, std::string_view set) {
    while (!text.empty()) {
        const Rune rune = decode_rune(text, 0);
        if (!contains_rune(set, rune.value)) break;
        text.remove_prefix(rune.size);
    }
    return text;
}

std::string_view trim_right(std::string_view text, std::string_view set) {
    while (!text.empty()) {
        const Rune rune = decode_last_rune(text, text.size());
        if (!contains_rune(set, rune.value)) break;
        text.remove_suffix(rune.size);
    }
    return text;
}

std::string_view trim_both(std::string_view text, std::string_view set) {
    return trim_right(trim_left(text, set), set);
}

std::size_t count_text(std::string_view text, std::string_view part) {
    if (part.empty()) return rune_count(text) + 1;
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + part.size()))
        ++count;
    return count;
}

} // namespace tiphys::expr
