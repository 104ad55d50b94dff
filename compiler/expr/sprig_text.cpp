// sprig's functions on strings. sprig: strings.go, functions.go.
#include <array>
#include <utility>

#include "compiler/expr/base64.h"
#include "compiler/expr/builtins.h"
#include "compiler/expr/go_strings.h"
#include "compiler/expr/sprig_parts.h"
#include "compiler/expr/text_case.h"
#include "compiler/expr/unicode.h"

namespace tiphys::expr {
namespace {

constexpr std::string_view kOfText = "func(string) string";
constexpr std::string_view kOfTwoTexts = "func(string, string) string";
constexpr std::string_view kOfIntAndText = "func(int, string) string";
constexpr std::string_view kTestOfTexts = "func(string, string) bool";
constexpr std::string_view kOfValues = "func(...interface {}) string";

Value text_value(std::string_view text) {
    return Value::string(std::string(text));
}

/// A function that only changes a text.
template <class Change>
Value change_text(Call& call, Change change) {
    return Value::string(std::string(change(call.text(0))));
}

std::string blanks(std::int64_t count) {
    return std::string(static_cast<std::size_t>(count), ' ');
}

Value indent(Call& call) {
    const std::int64_t width = call.integer(0);
    const std::string& text = call.text(1);
    if (width < 0) return call.fail("the number of blanks is negative");
    const std::uint64_t n_lines = count_text(text, "\n") + 1;
    const auto n_blanks = static_cast<std::uint64_t>(width);
    if (n_blanks > (std::uint64_t{1} << 32)) return call.fail("the text is too long");
    if (!call.allows_text(text.size() + n_lines * n_blanks)) return {};
    const std::string padding = blanks(width);
    return Value::string(padding + replace_text(text, "\n", "\n" + padding));
}

Value indent_new_line(Call& call) {
    const Value indented = indent(call);
    return call.failed() ? Value() : Value::string("\n" + indented.as_string());
}

Value repeat(Call& call) {
    const std::int64_t count = call.integer(0);
    const std::string& text = call.text(1);
    if (count < 0) return call.fail("the number of repetitions is negative");
    std::string repeated;
    if (text.empty()) return Value::string(repeated);
    const auto times = static_cast<std::uint64_t>(count);
    if (times > (std::uint64_t{1} << 32)) return call.fail("the text is too long");
    if (!call.allows_text(times * text.size())) return {};
    repeated.reserve(times * text.size());
    for (std::uint64_t i = 0; i < times; ++i)
        repeated += text;
    return Value::string(std::move(repeated));
}

Value truncate(Call& call) {
    const std::int64_t count = call.integer(0);
    const std::string_view text = call.text(1);
    const auto size = static_cast<std::int64_t>(text.size());
    if (count < 0 && size + count > 0)
        return text_value(text.substr(static_cast<std::size_t>(size + count)));
    if (count >= 0 && size > count)
        return text_value(text.substr(0, static_cast<std::size_t>(count)));
    return text_value(text);
}

Value substring(Call& call) {
    const std::string_view text = call.text(2);
    const auto size = static_cast<std::int64_t>(text.size());
    std::int64_t from = call.integer(0);
    std::int64_t to = call.integer(1);
    if (from < 0) {
        from = 0;
    } else if (to < 0 || to > size) {
        to = size;
    }
    if (to < from || to > size) return call.fail("the bounds are outside the string");
    return text_value(
        text.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from)));
}

Value abbreviate_one_side(Call& call) {
    const std::int64_t width = call.integer(0);
    const std::string& text = call.text(1);
    return Value::string(width < 4 ? text : abbreviate(text, 0, width));
}

Value abbreviate_both_sides(Call& call) {
    const std::int64_t offset = call.integer(0);
    const std::int64_t width = call.integer(1);
    const std::string& text = call.text(2);
    if (width < 4 || (offset > 0 && width < 7)) return Value::string(text);
    return Value::string(abbreviate(text, offset, width));
}

Value wrap(Call& call) {
    return Value::string(wrap_lines(call.text(1), call.integer(0), "\n", false));
}

Value wrap_with(Call& call) {
    const std::string& line_end = call.text(1);
    const std::string& text = call.text(2);
    if (!call.allows_text((line_end.size() + 1) * text.size())) return {};
    return Value::string(
        wrap_lines(text, call.integer(0), line_end.empty() ? "\n" : line_end, true));
}

Value trim_prefix(Call& call) {
    std::string_view text = call.text(1);
    if (text.substr(0, call.text(0).size()) == call.text(0))
        text.remove_prefix(call.text(0).size());
    return text_value(text);
}

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

Value trim_suffix(Call& call) {
    std::string_view text = call.text(1);
    if (ends_with(text, call.text(0))) text.remove_suffix(call.text(0).size());
    return text_value(text);
}

Value trim_all(Call& call) {
    return text_value(trim_both(call.text(1), call.text(0)));
}

Value replace(Call& call) {
    const std::string& old = call.text(0);
    const std::string& by = call.text(1);
    const std::string& text = call.text(2);
    const std::uint64_t n_places = old.empty() ? text.size() + 1 : count_text(text, old);
    if (!call.allows_text(text.size() + n_places * by.size())) return {};
    return Value::string(replace_text(text, old, by));
}

Value has_part(Call& call) {
    return Value::boolean(call.text(1).find(call.text(0)) != std::string::npos);
}

Value has_prefix(Call& call) {
    return Value::boolean(call.text(1).compare(0, call.text(0).size(), call.text(0)) == 0);
}

Value has_suffix(Call& call) {
    return Value::boolean(ends_with(call.text(1), call.text(0)));
}

Value quote(Call& call) {
    std::vector<std::string> quoted;
    for (const Value& value : call.arguments()) {
        if (!value.is_nil()) quoted.push_back(go_quote(sprig_text(value)));
    }
    return Value::string(join_texts(quoted, " "));
}

Value quote_singly(Call& call) {
    std::vector<std::string> quoted;
    for (const Value& value : call.arguments()) {
        if (!value.is_nil()) quoted.push_back("'" + go_text(value) + "'");
    }
    return Value::string(join_texts(quoted, " "));
}

Value concatenate(Call& call) {
    std::vector<std::string> texts;
    for (const Value& value : call.arguments()) {
        if (!value.is_nil()) texts.push_back(go_text(value));
    }
    return Value::string(join_texts(texts, " "));
}

Value plural(Call& call) {
    return Value::string(call.text(call.integer(2) == 1 ? 0 : 1));
}

Value join(Call& call) {
    const std::vector<std::string> texts = sprig_texts(call[1]);
    std::uint64_t size = texts.size() * call.text(0).size();
    for (const std::string& text : texts)
        size += text.size();
    if (!call.allows_text(size)) return {};
    return Value::string(join_texts(texts, call.text(0)));
}

Value split_to_map(Call& call, std::size_t text_at, std::int64_t most) {
    std::vector<std::pair<Value, Value>> entries;
    for (std::string& part : split_text(call.text(text_at), call.text(0), most)) {
        if (!call.grow(1)) return {};
        entries.emplace_back(Value::string("_" + std::to_string(entries.size())),
                             Value::string(std::move(part)));
    }
    return Value::map(std::move(entries), MapType::kStringString);
}

Value split(Call& call) {
    return split_to_map(call, 1, -1);
}

Value split_most(Call& call) {
    return split_to_map(call, 2, call.integer(1));
}

Value split_to_list(Call& call) {
    std::vector<std::string> parts = split_text(call.text(1), call.text(0));
    if (!call.grow(parts.size())) return {};
    return list_of_texts(std::move(parts));
}

Value to_text(Call& call) {
    return Value::string(sprig_text(call[0]));
}

Value to_texts(Call& call) {
    return list_of_texts(sprig_texts(call[0]));
}

Value decode_base64(Call& call) {
    std::size_t bad_at = 0;
    std::optional<std::string> decoded = from_base64(call.text(0), bad_at);
    // sprig gives the message of Go's error as the result.
    return Value::string(decoded ? std::move(*decoded)
                                 : "illegal base64 data at input byte " + std::to_string(bad_at));
}

Value decode_base32(Call& call) {
    std::size_t bad_at = 0;
    std::optional<std::string> decoded = from_base32(call.text(0), bad_at);
    return Value::string(decoded ? std::move(*decoded)
                                 : "illegal base32 data at input byte " + std::to_string(bad_at));
}

Value fail(Call& call) {
    return call.fail(call.text(0).empty() ? "`fail` was called" : call.text(0));
}

constexpr auto kTextFunctions = std::to_array<SprigFunction>({
    {"abbrev", kOfIntAndText, abbreviate_one_side},
    {"abbrevboth", "func(int, int, string) string", abbreviate_both_sides},
    {"b32dec", kOfText, decode_base32},
    {"b32enc", kOfText, [](Call& call) { return change_text(call, to_base32); }},
    {"b64dec", kOfText, decode_base64},
    {"b64enc", kOfText,
     [](Call& call) { return Value::string(to_base64(call.text(0), kStandardBase64)); }},
    {"camelcase", kOfText, [](Call& call) { return change_text(call, to_pascal_case); }},
    {"cat", kOfValues, concatenate},
    {"contains", kTestOfTexts, has_part},
    {"fail", "func(string) (string, error)", fail},
    {"hasPrefix", kTestOfTexts, has_prefix},
    {"hasSuffix", kTestOfTexts, has_suffix},
    {"hello", "func() string", [](Call&) { return Value::string("Hello!"); }},
    {"indent", kOfIntAndText, indent},
    {"initials", kOfText, [](Call& call) { return change_text(call, initials); }},
    {"join", "func(string, interface {}) string", join},
    {"kebabcase", kOfText, [](Call& call) { return Value::string(join_words(call.text(0), '-')); }},
    {"lower", kOfText,
     [](Call& call) { return Value::string(to_lower(std::string_view(call.text(0)))); }},
    {"nindent", kOfIntAndText, indent_new_line},
    {"nospace", kOfText, [](Call& call) { return change_text(call, without_space); }},
    {"plural", "func(string, string, int) string", plural},
    {"quote", kOfValues, quote},
    {"repeat", kOfIntAndText, repeat},
    {"replace", "func(string, string, string) string", replace},
    {"snakecase", kOfText, [](Call& call) { return Value::string(join_words(call.text(0), '_')); }},
    {"split", "func(string, string) map[string]string", split},
    {"splitList", "func(string, string) []string", split_to_list},
    {"splitn", "func(string, int, string) map[string]string", split_most},
    {"squote", kOfValues, quote_singly},
    {"substr", "func(int, int, string) string", substring},
    {"swapcase", kOfText, [](Call& call) { return change_text(call, swap_case); }},
    {"title", kOfText, [](Call& call) { return change_text(call, title_words); }},
    {"toString", "func(interface {}) string", to_text},
    {"toStrings", "func(interface {}) []string", to_texts},
    {"trim", kOfText, [](Call& call) { return change_text(call, trim_space); }},
    {"trimAll", kOfTwoTexts, trim_all},
    {"trimPrefix", kOfTwoTexts, trim_prefix},
    {"trimSuffix", kOfTwoTexts, trim_suffix},
    {"trimall", kOfTwoTexts, trim_all},
    {"trunc", kOfIntAndText, truncate},
    {"untitle", kOfText, [](Call& call) { return change_text(call, lower_initials); }},
    {"upper", kOfText,
     [](Call& call) { return Value::string(to_upper(std::string_view(call.text(0)))); }},
    {"wrap", kOfIntAndText, wrap},
    {"wrapWith", "func(int, string, string) string", wrap_with},
});

} // namespace

std::span<const SprigFunction> sprig_text_functions() {
    return kTextFunctions;
}

} // namespace tiphys::expr
