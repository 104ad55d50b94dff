// sprig's functions on regular expressions. sprig: regex.go.
#include <algorithm>
#include <array>
#include <utility>

#include "compiler/expr/builtins.h"
#include "compiler/expr/limits.h"
#include "compiler/expr/regex.h"
#include "compiler/expr/sprig_parts.h"

namespace tiphys::expr {
namespace {

constexpr std::string_view kReplace = "func(string, string, string) string";
constexpr std::string_view kMustReplace = "func(string, string, string) (string, error)";
constexpr std::string_view kTexts = "func(string, string, int) []string";
constexpr std::string_view kMustTexts = "func(string, string, int) ([]string, error)";

/// The first argument, or a failure.
std::optional<Regex> pattern(Call& call) {
    std::string reason;
    std::optional<Regex> regex = Regex::compile(call.text(0), &reason);
    if (!regex) call.fail("`" + call.text(0) + "` is not a regular expression: " + reason);
    return regex;
}

Value match(Call& call) {
    const std::optional<Regex> regex = Regex::compile(call.text(0));
    return Value::boolean(regex && regex->matches(call.text(1)));
}

Value must_match(Call& call) {
    const std::optional<Regex> regex = pattern(call);
    return regex ? Value::boolean(regex->matches(call.text(1))) : Value();
}

std::string text_at(const std::string& text, Range range) {
    return text.substr(range.begin, range.end - range.begin);
}

/// No more matches than an evaluation may make elements.
std::size_t limit_of(std::int64_t most) {
    return most < 0 ? limits::kMemoryBudget
                    : std::min<std::size_t>(static_cast<std::size_t>(most), limits::kMemoryBudget);
}

Value find(Call& call) {
    const std::optional<Regex> regex = pattern(call);
    if (!regex) return {};
    const std::vector<Range> groups = regex->find(call.text(1), 0);
    return Value::string(groups.empty() ? "" : text_at(call.text(1), groups.front()));
}

Value find_all(Call& call) {
    const std::optional<Regex> regex = pattern(call);
    if (!regex) return {};
    std::vector<Value> found;
    for (const std::vector<Range>& groups :
         regex->find_all(call.text(1), limit_of(call.integer(2)))) {
        if (!call.grow(1)) return {};
        found.push_back(Value::string(text_at(call.text(1), groups.front())));
    }
    return Value::list_or_nil(std::move(found), ListType::kString);
}

/// Go's Regexp.Split.
Value split(Call& call) {
    const std::optional<Regex> regex = pattern(call);
    if (!regex) return {};
    const std::int64_t most = call.integer(2);
    const std::string& text = call.text(1);
    if (most == 0) return Value::list_or_nil({}, ListType::kString);
    if (!call.text(0).empty() && text.empty()) return list_of_texts({""});
    std::vector<std::string> parts;
    std::size_t begin = 0;
    std::size_t end = 0;
    for (const std::vector<Range>& groups : regex->find_all(text, limit_of(most))) {
        if (!call.grow(1)) return {};
        if (most > 0 && static_cast<std::int64_t>(parts.size()) == most - 1) break;
        end = groups.front().begin;
        if (groups.front().end != 0) parts.push_back(text.substr(begin, end - begin));
        begin = groups.front().end;
    }
    if (end != text.size()) parts.push_back(text.substr(begin));
    return list_of_texts(std::move(parts));
}

Value replace(Call& call, bool literal) {
    const std::optional<Regex> regex = pattern(call);
    if (!regex) return {};
    const std::string& text = call.text(1);
    const std::string& by = call.text(2);
    // A group may be as long as the text, and be named once in three bytes.
    const std::uint64_t n_matches = regex->find_all(text, limit_of(-1)).size();
    const std::uint64_t longest = by.size() + (literal ? 0 : by.size() / 2 * text.size());
    if (!call.grow(n_matches) || !call.allows_text(longest)) return {};
    if (!call.allows_text(text.size() + n_matches * by.size())) return {};
    return Value::string(regex->replace_all(text, by, literal));
}

Value replace_all(Call& call) {
    return replace(call, false);
}

Value replace_all_literal(Call& call) {
    return replace(call, true);
}

Value quote_meta(Call& call) {
    std::string quoted;
    for (const char c : call.text(0)) {
        if (std::string_view("\\.+*?()|[]{}^$").find(c) != std::string_view::npos) quoted += '\\';
        quoted += c;
    }
    return Value::string(std::move(quoted));
}

constexpr auto kRegexFunctions = std::to_array<SprigFunction>({
    {"mustRegexFind", "func(string, string) (string, error)", find},
    {"mustRegexFindAll", kMustTexts, find_all},
    {"mustRegexMatch", "func(string, string) (bool, error)", must_match},
    {"mustRegexReplaceAll", kMustReplace, replace_all},
    {"mustRegexReplaceAllLiteral", kMustReplace, replace_all_literal},
    {"mustRegexSplit", kMustTexts, split},
    {"regexFind", "func(string, string) string", find},
    {"regexFindAll", kTexts, find_all},
    {"regexMatch", "func(string, string) bool", match},
    {"regexQuoteMeta", "func(string) string", quote_meta},
    {"regexReplaceAll", kReplace, replace_all},
    {"regexReplaceAllLiteral", kReplace, replace_all_literal},
    {"regexSplit", kTexts, split},
});

} // namespace

std::span<const SprigFunction> sprig_regex_functions() {
    return kRegexFunctions;
}

} // namespace tiphys::expr
