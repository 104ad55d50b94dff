// JSON as Go's encoding/json reads and writes it.
#include "compiler/expr/json.h"

#include <cmath>
#include <utility>

#include "compiler/expr/base64.h"
#include "compiler/expr/number_text.h"
#include "compiler/expr/unicode.h"

namespace tiphys::expr {
namespace {

/// Go refuses deeper texts; ours is smaller than Go's 10,000 because this reader recurses.
constexpr int kJsonDepth = 1'000;

class JsonReader {
public:
    JsonReader(std::string_view text, JsonNumbers numbers) : text_(text), numbers_(numbers) {}

    std::optional<Value> run(JsonFault& fault) {
        std::optional<Value> value = read_value(0);
        skip_space();
        if (value && at_ < text_.size()) value = fail("something follows the value");
        if (!value) fault = std::move(fault_);
        return value;
    }

private:
    std::nullopt_t fail(std::string reason) {
        if (fault_.reason.empty()) fault_ = {at_, std::move(reason)};
        return std::nullopt;
    }

    std::nullopt_t fail_at_token() {
        if (at_ >= text_.size()) return fail("the text ends too early");
        const Rune rune = decode_rune(text_, at_);
        return fail("unexpected `" + std::string(text_.substr(at_, rune.size)) + "`");
    }

    void skip_space() {
        while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != text_.npos)
            ++at_;
    }

    bool accept(char c) {
        skip_space();
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    std::optional<Value> read_value(int depth) {
        skip_space();
        if (depth > kJsonDepth) return fail("nested too deeply");
        if (at_ >= text_.size()) return fail_at_token();
        switch (text_[at_]) {
        case '{':
            return read_object(depth);
        case '[':
            return read_list(depth);
        case '"': {
            std::optional<std::string> content = read_string();
            if (!content) return std::nullopt;
            return Value::string(std::move(*content));
        }
        case 't':
            return read_word("true", Value::boolean(true));
        case 'f':
            return read_word("false", Value::boolean(false));
        case 'n':
            return read_word("null", Value());
        default:
            return read_number();
        }
    }

    std::optional<Value> read_word(std::string_view word, Value value) {
        for (const char c : word) {
            if (at_ >= text_.size() || text_[at_] != c) return fail_at_token();
            ++at_;
        }
        return value;
    }

    std::optional<Value> read_object(int depth) {
        std::vector<std::pair<Value, Value>> entries;
        accept('{');
        if (accept('}')) return Value::map({});
        for (;;) {
            skip_space();
            if (at_ >= text_.size() || text_[at_] != '"') return fail_at_token();
            std::optional<std::string> key = read_string();
            if (!key) return std::nullopt;
            if (!accept(':')) return fail_at_token();
            std::optional<Value> value = read_value(depth + 1);
            if (!value) return std::nullopt;
            entries.emplace_back(Value::string(std::move(*key)), std::move(*value));
            if (accept('}')) return Value::map(std::move(entries));
            if (!accept(',')) return fail_at_token();
        }
    }

    std::optional<Value> read_list(int depth) {
        std::vector<Value> values;
        accept('[');
        if (accept(']')) return Value::list({});
        for (;;) {
            std::optional<Value> value = read_value(depth + 1);
            if (!value) return std::nullopt;
            values.push_back(std::move(*value));
            if (accept(']')) return Value::list(std::move(values));
            if (!accept(',')) return fail_at_token();
        }
    }

    bool take_digits() {
        const std::size_t from = at_;
        while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9')
            ++at_;
        return at_ > from;
    }

    std::optional<Value> read_number() {
        const std::size_t from = at_;
        bool is_whole = true;
        if (text_[at_] == '-') ++at_;
        if (at_ < text_.size() && text_[at_] == '0') {
            ++at_;
        } else if (!take_digits()) {
            return fail_at_token();
        }
        if (at_ < text_.size() && text_[at_] == '.') {
            is_whole = false;
            ++at_;
            if (!take_digits()) return fail_at_token();
        }
        if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
            is_whole = false;
            ++at_;
            if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
            if (!take_digits()) return fail_at_token();
        }
        const std::string_view digits = text_.substr(from, at_ - from);
        if (is_whole && numbers_ == JsonNumbers::kIntsAndFloats) {
            if (const std::optional<std::int64_t> number = parse_int(digits, 10)) {
                return Value::integer(*number);
            }
        }
        const std::optional<double> number = parse_float(digits);
        if (!number) return fail("`" + std::string(digits) + "` is too great");
        return Value::number(*number);
    }

    std::optional<std::string> read_string() {
        std::string content;
        ++at_;
        for (;;) {
            if (at_ >= text_.size()) return fail_at_token();
            const char c = text_[at_];
            if (c == '"') {
                ++at_;
                return content;
            }
            if (static_cast<unsigned char>(c) < ' ') return fail("a control character in a string");
            if (c == '\\') {
                if (!read_escape(content)) return std::nullopt;
                continue;
            }
            const Rune rune = decode_rune(text_, at_);
            append_rune(content, rune.value);
            at_ += rune.size;
        }
    }

    std::optional<char32_t> read_hex() {
        char32_t value = 0;
        for (int i = 0; i < 4; ++i, ++at_) {
            if (at_ >= text_.size()) return std::nullopt;
            const char c = text_[at_];
            char32_t digit = 0;
            if (c >= '0' && c <= '9') {
                digit = static_cast<char32_t>(c - '0');
            } else if (c >= 'a' && c <= 'f') {
                digit = static_cast<char32_t>(c - 'a' + 10);
            } else if (c >= 'A' && c <= 'F') {
                digit = static_cast<char32_t>(c - 'A' + 10);
            } else {
                return std::nullopt;
            }
            value = value * 16 + digit;
        }
        return value;
    }

    bool read_escape(std::string& content) {
        ++at_;
        if (at_ >= text_.size()) {
            fail_at_token();
            return false;
        }
        constexpr std::string_view kNames = "\"\\/bfnrt";
        constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
        const std::size_t known = kNames.find(text_[at_]);
        if (known != kNames.npos) {
            content += kMeanings[known];
            ++at_;
            return true;
        }
        if (text_[at_] != 'u') {
            fail_at_token();
            return false;
        }
        ++at_;
        const std::optional<char32_t> first = read_hex();
        if (!first) {
            fail_at_token();
            return false;
        }
        append_rune(content, join_surrogates(*first));
        return true;
    }

    /// Two escapes may make one character; half of a pair is U+FFFD.
    char32_t join_surrogates(char32_t first) {
        if (first < 0xd800 || first > 0xdbff || text_.substr(at_, 2) != "\\u") return first;
        const std::size_t before = at_;
        at_ += 2;
        const std::optional<char32_t> second = read_hex();
        if (second && *second >= 0xdc00 && *second <= 0xdfff) {
            return 0x10000 + ((first - 0xd800) << 10) + (*second - 0xdc00);
        }
        at_ = before;
        return first;
    }

    std::string_view text_;
    JsonNumbers numbers_;
    std::size_t at_ = 0;
    JsonFault fault_;
};

class JsonWriter {
public:
    explicit JsonWriter(const JsonStyle& style) : style_(style) {}

    bool write(const Value& value, int level) {
        switch (value.kind()) {
        case ValueKind::kNil:
            text_ += "null";
            return true;
        case ValueKind::kBool:
            text_ += value.as_bool() ? "true" : "false";
            return true;
        case ValueKind::kInt:
            write_int(value.as_int());
            return true;
        case ValueKind::kFloat:
            return write_float(value.as_float());
        case ValueKind::kString:
            quote(value.as_string());
            return true;
        case ValueKind::kBytes:
            quote(to_base64(value.as_bytes(), kStandardBase64));
            return true;
        case ValueKind::kList:
            return write_list(value.as_list(), level);
        case ValueKind::kMap:
            return write_map(value.as_map(), level);
        case ValueKind::kTime:
            quote(format_time(value.as_time(), kRfc3339Nano));
            return true;
        case ValueKind::kZone:
            text_ += "{}";
            return true;
        case ValueKind::kObject:
            return write_object(value.as_object(), level);
        case ValueKind::kFunction:
            break;
        }
        return fail("json: unsupported type: " + go_type(value));
    }

    bool fail(std::string reason) {
        if (reason_.empty()) reason_ = std::move(reason);
        return false;
    }

    std::string take_text() { return std::move(text_); }
    std::string take_reason() { return std::move(reason_); }

private:
    void quote(std::string_view content) { text_ += json_quote(content, style_.escape_html); }

    void write_int(const Int& number) {
        const bool is_unsigned = number.type == IntType::kUint || number.type == IntType::kUint64;
        text_ += is_unsigned ? std::to_string(static_cast<std::uint64_t>(number.value))
                             : std::to_string(number.value);
    }

    bool write_float(double number) {
        if (!std::isfinite(number)) {
            return fail("json: unsupported value: " + format_general(number));
        }
        text_ += format_json_number(number);
        return true;
    }

    void new_line(int level) {
        if (style_.indent == 0) return;
        text_ += '\n';
        text_.append(static_cast<std::size_t>(style_.indent * level), ' ');
    }

    bool write_list(const List& list, int level) {
        if (list.values.empty()) {
            text_ += list.is_nil ? "null" : "[]";
            return true;
        }
        text_ += '[';
        for (std::size_t i = 0; i < list.values.size(); ++i) {
            if (i > 0) text_ += ',';
            new_line(level + 1);
            if (!write(list.values[i], level + 1)) return false;
        }
        new_line(level);
        text_ += ']';
        return true;
    }

    void write_key(std::string_view key, bool is_first, int level) {
        if (!is_first) text_ += ',';
        new_line(level + 1);
        quote(key);
        text_ += style_.indent == 0 ? ":" : ": ";
    }

    bool write_map(const Map& map, int level) {
        if (map.type == MapType::kAnyAny || map.type == MapType::kAnyList) {
            return fail("json: unsupported type: " +
                        go_type(Value::map(std::vector<std::pair<Value, Value>>(), map.type)));
        }
        if (map.entries.empty()) {
            text_ += "{}";
            return true;
        }
        text_ += '{';
        bool is_first = true;
        for (const auto& [key, value] : map.entries) {
            write_key(key.as_string(), is_first, level);
            is_first = false;
            if (!write(value, level + 1)) return false;
        }
        new_line(level);
        text_ += '}';
        return true;
    }

    bool write_object(const Object& object, int level) {
        if (!object.json.empty()) {
            quote(object.json);
            return true;
        }
        text_ += '{';
        bool is_first = true;
        for (const auto& [name, value] : object.fields) {
            write_key(name, is_first, level);
            is_first = false;
            if (!write(value, level + 1)) return false;
        }
        new_line(level);
        text_ += '}';
        return true;
    }

    JsonStyle style_;
    std::string text_;
    std::string reason_;
};

} // namespace

std::optional<Value> parse_json(std::string_view text, JsonFault& fault, JsonNumbers numbers) {
    return JsonReader(text, numbers).run(fault);
}

bool is_json(std::string_view text) {
    JsonFault fault;
    // A number that no float64 holds is valid all the same.
    const bool is_read = parse_json(text, fault).has_value();
    return is_read || fault.reason.find("is too great") != std::string::npos;
}

std::optional<std::string> to_json(const Value& value, const JsonStyle& style,
                                   std::string& reason) {
    JsonWriter writer(style);
    if (writer.write(value, 0)) return writer.take_text();
    reason = writer.take_reason();
    return std::nullopt;
}

std::string json_quote(std::string_view text, bool escape_html) {
    std::string quoted = "\"";
    for (std::size_t at = 0; at < text.size();) {
        const Rune rune = decode_rune(text, at);
        at += rune.size;
        const bool is_html = rune.value == '<' || rune.value == '>' || rune.value == '&';
        const bool is_line = rune.value == 0x2028 || rune.value == 0x2029;
        constexpr std::string_view kControls = "\b\f\n\r\t";
        const std::size_t known =
            rune.value < 0x80 ? kControls.find(static_cast<char>(rune.value)) : kControls.npos;
        if (rune.value == '"' || rune.value == '\\') {
            quoted += '\\';
            quoted += static_cast<char>(rune.value);
        } else if (known != kControls.npos) {
            quoted += '\\';
            quoted += "bfnrt"[known];
        } else if (rune.value < ' ' || (is_html && escape_html) || is_line || rune.is_broken()) {
            quoted += "\\u";
            for (int shift = 12; shift >= 0; shift -= 4)
                quoted += "0123456789abcdef"[(rune.value >> shift) & 0xf];
        } else {
            append_rune(quoted, rune.value);
        }
    }
    return quoted + '"';
}

} // namespace tiphys::expr
