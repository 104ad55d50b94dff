// Comments that silence findings.
#include "analyzer/suppress.h"

#include <algorithm>
#include <array>

#include "compiler/base/nearest.h"

namespace tiphys::analyze {
namespace {

constexpr std::string_view kMark = "tiphys:";
constexpr std::array<std::string_view, 2> kWords{"ignore", "ignore-file"};
constexpr std::string_view kBlanks = " \t";

bool is_blank(std::string_view text) {
    return text.find_first_not_of(kBlanks) == text.npos;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == text.npos) return text.substr(text.size());
    return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

/// Where the comment that holds `kMark` at `at` begins in its line, or npos where it is none.
std::size_t comment_begin(std::string_view line, std::size_t at) {
    const std::size_t end = line.find_last_not_of(kBlanks, at == 0 ? 0 : at - 1);
    if (at == 0 || end == line.npos) return line.npos;
    if (line[end] == '#') {
        const std::size_t before = line.find_last_not_of('#', end);
        const std::size_t begin = before == line.npos ? 0 : before + 1;
        const bool is_apart = begin == 0 || kBlanks.find(line[begin - 1]) != kBlanks.npos;
        return is_apart ? begin : line.npos;
    }
    const std::string_view head = trimmed(line.substr(0, end + 1));
    return head == "//" || head == "--" ? end - 1 : line.npos;
}

bool is_comment_line(std::string_view line) {
    const std::string_view text = trimmed(line);
    return text.starts_with("#") || text.starts_with("//") || text.starts_with("-- ");
}

/// Whether a line, without its comment, ends with the header of a block scalar.
bool opens_block_scalar(std::string_view line) {
    line = trimmed(line);
    const std::size_t last = line.find_last_not_of("+-0123456789");
    if (last == line.npos || (line[last] != '|' && line[last] != '>')) return false;
    return last == 0 || line[last - 1] == ' ';
}

std::size_t indent_of(std::string_view line) {
    return std::min(line.find_first_not_of(' '), line.size());
}

/// The column of the key whose block scalar a line opens, or of the dash before the scalar: its
/// lines stand deeper.
std::size_t indent_of_owner(std::string_view line) {
    const std::size_t at = std::min(line.find_first_not_of(" -"), line.size());
    const bool is_element = at > 1 && at < line.size() && (line[at] == '|' || line[at] == '>');
    return is_element ? at - 2 : at;
}

std::uint32_t last_line_of_block(const SourceMap& sources, FileId file, std::uint32_t first) {
    const std::size_t indent = indent_of_owner(sources.line(file, first));
    const std::uint32_t n_lines = sources.line_count(file);
    std::uint32_t last = first;
    for (std::uint32_t at = first + 1; at <= n_lines; ++at) {
        const std::string_view line = sources.line(file, at);
        if (is_blank(line)) continue;
        if (indent_of(line) <= indent) break;
        last = at;
    }
    return last;
}

/// Reads what stands after `kMark`. `text` begins there and ends with the line.
void read_words(std::string_view file_text, std::string_view text, Suppression& suppression) {
    const auto span_of = [&](std::string_view part) {
        const auto begin = static_cast<std::uint32_t>(part.data() - file_text.data());
        return Span{suppression.comment.file, begin,
                    begin + static_cast<std::uint32_t>(part.size())};
    };
    text = trimmed(text);
    suppression.word = text.substr(0, text.find_first_of(" \t["));
    suppression.word_span = span_of(suppression.word);
    text = trimmed(text.substr(suppression.word.size()));
    const std::size_t close = text.find(']');
    if (!text.starts_with("[") || close == text.npos) return;
    suppression.has_reason = !is_blank(text.substr(close + 1));
    std::string_view names = text.substr(1, close - 1);
    while (!is_blank(names)) {
        const std::size_t comma = std::min(names.find(','), names.size());
        const std::string_view name = trimmed(names.substr(0, comma));
        names.remove_prefix(std::min(comma + 1, names.size()));
        if (name.empty()) continue;
        suppression.rules.push_back({name, span_of(name), find_rule(name)});
    }
}

void find_lines(const SourceMap& sources, std::string_view code, Suppression& suppression) {
    const FileId file = suppression.comment.file;
    std::uint32_t line = sources.position(file, suppression.comment.begin).line;
    if (suppression.on_own_line) {
        const std::uint32_t n_lines = sources.line_count(file);
        const auto is_passed = [&](std::string_view text) {
            return is_blank(text) || is_comment_line(text);
        };
        do {
            ++line;
        } while (line <= n_lines && is_passed(sources.line(file, line)));
        code = sources.line(file, line);
    }
    suppression.first_line = line;
    suppression.last_line =
        opens_block_scalar(code) ? last_line_of_block(sources, file, line) : line;
}

} // namespace

std::vector<Suppression> find_suppressions(const SourceMap& sources, FileId file) {
    std::vector<Suppression> found;
    const std::string_view text = sources.file(file).text;
    for (std::size_t at = text.find(kMark); at != text.npos; at = text.find(kMark, at + 1)) {
        const std::size_t break_before = at == 0 ? text.npos : text.rfind('\n', at - 1);
        const std::size_t begin = break_before == text.npos ? 0 : break_before + 1;
        const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
        const std::string_view line = text.substr(begin, end - begin);
        const std::size_t marker = comment_begin(line, at - begin);
        if (marker == line.npos) continue;
        Suppression suppression;
        suppression.comment = {file, static_cast<std::uint32_t>(begin + marker),
                               static_cast<std::uint32_t>(end)};
        suppression.on_own_line = is_blank(line.substr(0, marker));
        read_words(text, text.substr(at + kMark.size(), end - at - kMark.size()), suppression);
        // Other tools' and people's words after our name are no business of ours.
        if (!suppression.is_understood() && nearest_name(suppression.word, kWords).empty()) {
            continue;
        }
        find_lines(sources, line.substr(0, marker), suppression);
        found.push_back(std::move(suppression));
    }
    return found;
}

bool is_suppressed(std::span<Suppression> suppressions, std::string_view rule, std::uint32_t line) {
    bool is_silent = false;
    for (Suppression& suppression : suppressions) {
        const bool covers = suppression.is_for_file() ||
                            (suppression.first_line <= line && line <= suppression.last_line);
        if (!covers || !suppression.is_understood()) continue;
        for (SuppressedRule& named : suppression.rules) {
            if (named.name != rule) continue;
            named.is_used = true;
            is_silent = true;
        }
    }
    return is_silent;
}

bool is_foreign_rule(std::string_view name) {
    constexpr std::string_view kShellCheck = "shellcheck-SC";
    if (!name.starts_with(kShellCheck) || name.size() == kShellCheck.size()) return false;
    return name.find_first_not_of("0123456789", kShellCheck.size()) == name.npos;
}

TextEdit remove_from(const Suppression& suppression, const SuppressedRule& rule,
                     const SourceMap& sources) {
    const std::string_view text = sources.file(suppression.comment.file).text;
    Span span = rule.span;
    if (suppression.rules.size() > 1) {
        const auto is_it = [&](const SuppressedRule& other) { return other.span == rule.span; };
        const auto at = std::find_if(suppression.rules.begin(), suppression.rules.end(), is_it);
        const bool is_last = at + 1 == suppression.rules.end();
        if (is_last) span.begin = (at - 1)->span.end;
        if (!is_last) span.end = (at + 1)->span.begin;
        return {span, ""};
    }
    span = suppression.comment;
    const std::size_t kept = text.substr(0, span.begin).find_last_not_of(kBlanks);
    span.begin = kept == text.npos ? 0 : static_cast<std::uint32_t>(kept + 1);
    if (suppression.on_own_line && span.end < text.size()) {
        span.end = static_cast<std::uint32_t>(std::min(text.find('\n', span.end), text.size() - 1));
        ++span.end;
    }
    return {span, ""};
}

} // namespace tiphys::analyze
