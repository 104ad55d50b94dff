// Takes times out of output that is to be the same on every run.
#include <array>
#include <cctype>

#include "tests/runner/run_case.h"

namespace tiphys::golden {
namespace {

constexpr std::array<std::string_view, 7> kUnits = {"ms", "us", "µs", "ns", "s", "m", "h"};

bool is_digit(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// `step-2m` and `v1.2s` are names.
bool follows_name(char before) {
    return is_word(before) || before == '.' || before == '-';
}

std::size_t number_length(std::string_view text) {
    std::size_t end = 0;
    while (end < text.size() && is_digit(text[end])) {
        ++end;
    }
    if (end == 0 || end + 1 >= text.size() || text[end] != '.' || !is_digit(text[end + 1])) {
        return end;
    }
    ++end;
    while (end < text.size() && is_digit(text[end])) {
        ++end;
    }
    return end;
}

std::size_t unit_length(std::string_view text) {
    for (const std::string_view unit : kUnits) {
        if (text.starts_with(unit)) return unit.size();
    }
    return 0;
}

/// Bytes of a duration like `1m30.5s` at the start of `text`, or 0.
std::size_t duration_length(std::string_view text) {
    std::size_t end = 0;
    while (end < text.size() && is_digit(text[end])) {
        const std::size_t number = number_length(text.substr(end));
        // `3 ms` as people read it, `1m30s` as Go writes it.
        const std::size_t blank = text.substr(end + number).starts_with(' ') ? 1 : 0;
        const std::size_t unit = unit_length(text.substr(end + number + blank));
        if (unit == 0) return 0;
        end += number + blank + unit;
    }
    return end < text.size() && is_word(text[end]) ? 0 : end;
}

/// Bytes at the start of `text` that look like `pattern`, where `0` stands for any digit; or 0.
std::size_t match(std::string_view text, std::string_view pattern) {
    if (text.size() < pattern.size()) return 0;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const bool fits = pattern[i] == '0' ? is_digit(text[i]) : text[i] == pattern[i];
        if (!fits) return 0;
    }
    return pattern.size();
}

/// Bytes of a time of day, with its date before it and its fraction and zone after it.
std::size_t clock_length(std::string_view text) {
    std::size_t end = match(text, "0000-00-00");
    if (end > 0 && end < text.size() && (text[end] == 'T' || text[end] == ' ')) {
        if (match(text.substr(end + 1), "00:00:00") == 0) return end;
        ++end;
    }
    const std::size_t clock = match(text.substr(end), "00:00:00");
    if (clock == 0) return end;
    end += clock;
    if (end < text.size() && text[end] == '.') end += 1 + number_length(text.substr(end + 1));
    if (end < text.size() && text[end] == 'Z') ++end;
    return end;
}

} // namespace

std::string mask_times(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const bool begins = at == 0 || !follows_name(text[at - 1]);
        std::size_t length = begins ? clock_length(text.substr(at)) : 0;
        if (length == 0 && begins) length = duration_length(text.substr(at));
        if (length == 0) {
            out += text[at++];
            continue;
        }
        while (out.ends_with("  ")) {
            out.pop_back();
        }
        out += "<time>";
        at += length;
    }
    return out;
}

} // namespace tiphys::golden
