// Regular expressions as Go's package regexp has them: RE2, which Go's package was made after.
#include "compiler/expr/regex.h"

#include <re2/re2.h>
#include <utility>

#include "compiler/expr/unicode.h"

namespace tiphys::expr {
namespace {

/// Memory of one compiled pattern; Go's own limit on the size of patterns is near it.
constexpr std::int64_t kPatternBytes = std::int64_t{8} << 20;

re2::RE2::Options options() {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kPatternBytes);
    return options;
}

/// Go also knows `(?<name>…)`.
std::string to_re2(std::string_view pattern) {
    std::string text;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        text += pattern[at];
        if (pattern[at] == '\\' && at + 1 < pattern.size()) {
            text += pattern[++at];
            continue;
        }
        const std::string_view rest = pattern.substr(at);
        const bool opens_name =
            rest.substr(0, 3) == "(?<" && rest.size() > 3 && rest[3] != '=' && rest[3] != '!';
        if (opens_name) {
            text += "?P<";
            at += 2;
        }
    }
    return text;
}

bool is_name_part(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Takes `$1`, `$name`, `${name}` off the front; an empty name where it is none of them.
std::string_view take_group_name(std::string_view& text) {
    const bool in_braces = text.size() > 1 && text[1] == '{';
    std::size_t at = in_braces ? 2 : 1;
    const std::size_t begin = at;
    while (at < text.size() && is_name_part(text[at]))
        ++at;
    const std::string_view name = text.substr(begin, at - begin);
    if (name.empty() || (in_braces && (at >= text.size() || text[at] != '}'))) return {};
    text.remove_prefix(at + (in_braces ? 1 : 0));
    return name;
}

} // namespace

struct Regex::Compiled {
    explicit Compiled(const std::string& pattern) : re(pattern, options()) {}
    re2::RE2 re;
};

Regex::Regex(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

std::optional<Regex> Regex::compile(std::string_view pattern, std::string* reason) {
    auto compiled = std::make_unique<Compiled>(to_re2(pattern));
    if (!compiled->re.ok()) {
        if (reason != nullptr) *reason = compiled->re.error();
        return std::nullopt;
    }
    return Regex(std::move(compiled));
}

bool Regex::matches(std::string_view text) const {
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), compiled_->re);
}

std::vector<Range> Regex::find(std::string_view text, std::size_t from) const {
    const re2::StringPiece piece(text.data(), text.size());
    const int n_groups = compiled_->re.NumberOfCapturingGroups() + 1;
    std::vector<re2::StringPiece> groups(static_cast<std::size_t>(n_groups));
    if (!compiled_->re.Match(piece, from, text.size(), re2::RE2::UNANCHORED, groups.data(),
                             n_groups)) {
        return {};
    }
    std::vector<Range> ranges;
    for (const re2::StringPiece& group : groups) {
        if (group.data() == nullptr) {
            ranges.push_back({1, 0});
            continue;
        }
        const auto begin = static_cast<std::uint32_t>(group.data() - text.data());
        ranges.push_back({begin, begin + static_cast<std::uint32_t>(group.size())});
    }
    return ranges;
}

std::vector<std::vector<Range>> Regex::find_all(std::string_view text, std::size_t limit) const {
    // Go: an empty match right after another match does not count.
    std::vector<std::vector<Range>> matches;
    std::size_t from = 0;
    std::size_t last_end = text.size() + 1;
    while (from <= text.size() && matches.size() < limit) {
        std::vector<Range> groups = find(text, from);
        if (groups.empty()) break;
        const Range whole = groups.front();
        const bool is_empty = whole.begin == whole.end;
        const bool counts = !is_empty || whole.begin != last_end;
        last_end = whole.end;
        if (is_empty) {
            const std::size_t size = decode_rune(text, whole.end).size;
            from = whole.end + (size == 0 ? 1 : size);
        } else {
            from = whole.end;
        }
        if (counts) matches.push_back(std::move(groups));
    }
    return matches;
}

std::string Regex::replace_all(std::string_view text, std::string_view replacement,
                               bool literal) const {
    std::string result;
    std::size_t copied = 0;
    for (const std::vector<Range>& groups : find_all(text, text.size() + 1)) {
        result += text.substr(copied, groups.front().begin - copied);
        copied = groups.front().end;
        std::string_view rest = replacement;
        while (!rest.empty()) {
            const std::size_t dollar = literal ? rest.npos : rest.find('$');
            result += rest.substr(0, dollar);
            if (dollar == rest.npos) break;
            rest.remove_prefix(dollar);
            if (rest.substr(0, 2) == "$$") {
                result += '$';
                rest.remove_prefix(2);
                continue;
            }
            const std::string_view name = take_group_name(rest);
            if (name.empty()) { // Go drops the rest of what cannot be read
                result += '$';
                rest.remove_prefix(1);
                continue;
            }
            std::size_t group = groups.size();
            if (name.find_first_not_of("0123456789") == name.npos && name.size() < 9) {
                group = static_cast<std::size_t>(std::stoul(std::string(name)));
            } else {
                const auto& names = compiled_->re.NamedCapturingGroups();
                const auto found = names.find(std::string(name));
                if (found != names.end()) group = static_cast<std::size_t>(found->second);
            }
            if (group < groups.size() && groups[group].begin <= groups[group].end) {
                const Range range = groups[group];
                result += text.substr(range.begin, range.end - range.begin);
            }
        }
    }
    return result + std::string(text.substr(copied));
}

} // namespace tiphys::expr
