// Reads JSON into the same trees as YAML. Recursion-free: depth is the builder's stack.
#include "compiler/doc/read_json.h"

#include <algorithm>

#include "compiler/doc/character.h"
#include "compiler/doc/resolve.h"
#include "compiler/doc/scan_scalar.h"
#include "compiler/doc/tree_builder.h"

namespace tiphys::doc {
namespace {

std::uint32_t skip_json_spaces(std::string_view text, std::uint32_t at) {
    while (at < text.size() && is_space(text[at]))
        ++at;
    return at;
}

class JsonReader {
public:
    JsonReader(std::string_view text, std::uint32_t begin, Tree& tree, Arena& arena)
        : text_(text), at_(begin), arena_(arena), builder_(tree, arena), value_(text) {}

    JsonStop read() {
        skip_spaces();
        bool goes_on = read_value();
        while (goes_on && builder_.is_inside()) {
            skip_spaces();
            goes_on = read_next();
        }
        builder_.close_all();
        if (!goes_on) return stop_;
        skip_spaces();
        if (at_ < text_.size()) fail(at_, "text after the end of the JSON value; remove it");
        return stop_;
    }

private:
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    void skip_spaces() { at_ = skip_json_spaces(text_, at_); }

    bool fail(std::uint32_t at, std::string_view detail) {
        stop_ = {at, detail, false};
        return false;
    }

    bool at_end() {
        const Node& collection = builder_.collection();
        return fail(collection.begin, collection.kind == NodeKind::kMapping
                                          ? "the `{` opened here is never closed"
                                          : "the `[` opened here is never closed");
    }

    // One member or item of the open collection, a comma, or its end.
    bool read_next() {
        if (at_ >= text_.size()) return at_end();
        const bool is_object = builder_.collection().kind == NodeKind::kMapping;
        const char c = peek();
        if (c == (is_object ? '}' : ']') && !is_after_comma_) {
            ++at_;
            builder_.close(at_);
            needs_comma_ = true;
            return true;
        }
        if (needs_comma_) {
            if (c != ',')
                return fail(at_, is_object ? "a `,` or `}` is expected here"
                                           : "a `,` or `]` is expected here");
            ++at_;
            needs_comma_ = false;
            is_after_comma_ = true;
            return true;
        }
        is_after_comma_ = false;
        return is_object ? read_member() : read_value();
    }

    bool read_member() {
        if (peek() != '"') return fail(at_, "a key in double quotes is expected here");
        if (!read_string()) return false;
        skip_spaces();
        if (peek() != ':') return fail(at_, "a `:` is expected after the key");
        ++at_;
        skip_spaces();
        return read_value();
    }

    bool read_value() {
        const char c = peek();
        if (c == '{' || c == '[') return open(c == '{' ? NodeKind::kMapping : NodeKind::kSequence);
        needs_comma_ = true;
        if (c == '"') return read_string();
        return read_word();
    }

    bool open(NodeKind kind) {
        Node node;
        node.kind = kind;
        node.is_flow = true;
        node.begin = at_;
        node.end = at_ + 1;
        if (!builder_.open(node)) {
            stop_ = {at_, "too deep", true};
            return false;
        }
        ++at_;
        needs_comma_ = false;
        is_after_comma_ = false;
        return true;
    }

    bool read_string() {
        Node node;
        node.style = ScalarStyle::kDoubleQuoted;
        node.begin = at_;
        if (!check_string(at_ + 1)) return false;
        value_.clear();
        node.end = scan_double_quoted(text_, at_, value_).end;
        node.text = value_.is_view() ? value_.text() : arena_.copy(value_.text());
        at_ = node.end;
        builder_.add(node);
        return true;
    }

    // JSON's strings take fewer escapes than YAML's, and no line breaks.
    bool check_string(std::uint32_t at) {
        while (at < text_.size() && text_[at] != '"') {
            const char c = text_[at];
            if (c == '\n' || c == '\r') break;
            if (c == '\t') return fail(at, "a tab in a string is written `\\t`");
            if (c != '\\') {
                ++at;
                continue;
            }
            const std::uint32_t length = escape_length(text_, at);
            const std::string_view escape = text_.substr(at, length);
            constexpr std::string_view kEscapes = "\"\\/bfnrtu";
            const bool is_known = escape.size() > 1 && kEscapes.find(escape[1]) != kEscapes.npos;
            if (!is_known || (escape[1] == 'u' && length != 6))
                return fail(at, "this is no escape of JSON; write a backslash as `\\\\`");
            at += length;
        }
        const bool is_closed = at < text_.size() && text_[at] == '"';
        return is_closed || fail(at_, "the quote opened here is never closed");
    }

    bool read_word() {
        const std::uint32_t begin = at_;
        while (at_ < text_.size() && !is_space(text_[at_]) && !is_flow_indicator(text_[at_]) &&
               text_[at_] != ':' && text_[at_] != '"')
            ++at_;
        const std::string_view word = text_.substr(begin, at_ - begin);
        if (word.empty()) return fail(begin, "a value is missing here");
        if (word != "true" && word != "false" && word != "null" && !is_number(word))
            return fail(begin, "this is no JSON value; put it into double quotes");
        Node node;
        node.begin = begin;
        node.end = at_;
        node.text = word;
        node.type = resolve_plain(word);
        builder_.add(node);
        return true;
    }

    static bool is_number(std::string_view word) {
        const std::string_view digits = word.substr(word[0] == '-' ? 1 : 0);
        if (digits.empty() || !is_digit(digits[0]) || word.find('_') != word.npos) return false;
        const bool has_leading_zero = digits.size() > 1 && digits[0] == '0' && is_digit(digits[1]);
        const bool has_base = digits.size() > 1 && digits[0] == '0' && is_letter(digits[1]) &&
                              (digits[1] | 0x20) != 'e';
        const std::size_t dot = digits.find('.');
        const bool has_fraction =
            dot == digits.npos || (dot + 1 < digits.size() && is_digit(digits[dot + 1]));
        const ScalarType type = resolve_plain(word);
        return !has_leading_zero && !has_base && has_fraction &&
               (type == ScalarType::kInt || type == ScalarType::kFloat);
    }

    std::string_view text_;
    std::uint32_t at_;
    Arena& arena_;
    TreeBuilder builder_;
    ScalarValue value_;
    JsonStop stop_;
    bool needs_comma_ = false;
    bool is_after_comma_ = false;
};

} // namespace

bool looks_like_json(std::string_view text) {
    std::uint32_t at = skip_json_spaces(text, 0);
    if (at >= text.size() || (text[at] != '{' && text[at] != '[')) return false;
    if (text[at] == '[') return true;
    at = skip_json_spaces(text, at + 1);
    return at < text.size() && (text[at] == '"' || text[at] == '}');
}

JsonStop read_json(std::string_view text, std::uint32_t begin, Tree& tree, Arena& arena) {
    return JsonReader(text, begin, tree, arena).read();
}

} // namespace tiphys::doc
