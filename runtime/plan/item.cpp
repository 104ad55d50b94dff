// Elements of loops and their names.

#include "runtime/plan/item.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace tiphys::run {
namespace {

/// Go's HTML escapes taken back. Argo: util/json/fix.go.
std::string without_html_escapes(std::string text) {
    constexpr std::pair<std::string_view, char> kEscapes[] = {
        {"\\u003c", '<'}, {"\\u003e", '>'}, {"\\u0026", '&'}};
    for (const auto& [escape, character] : kEscapes) {
        for (auto at = text.find(escape); at != text.npos; at = text.find(escape, at + 1)) {
            text.replace(at, escape.size(), 1, character);
        }
    }
    return text;
}

/// What Item.String returns: compact JSON; a string loses its quotes and keeps its escapes.
std::string item_string(const JsonValue& value) {
    std::string text = json_compact(value.text);
    if (value.type == JsonType::kString) text = text.substr(1, text.size() - 2);
    return without_html_escapes(std::move(text));
}

std::string without_parentheses(std::string text) {
    const auto is_parenthesis = [](char c) { return c == '(' || c == ')'; };
    text.erase(std::remove_if(text.begin(), text.end(), is_parenthesis), text.end());
    return text;
}

std::string join(const std::vector<std::string>& words, std::string_view separator) {
    std::string out;
    for (const std::string& word : words) {
        if (!out.empty()) out += separator;
        out += word;
    }
    return out;
}

Item map_item(const JsonValue& value) {
    Item item;
    std::vector<std::string> labels;
    for (const auto& [key, member] : json_members(value.text)) {
        item.fields.emplace_back(key, item_string(member));
        labels.push_back(key + ":" + item.fields.back().second);
    }
    std::sort(labels.begin(), labels.end());
    item.text = json_sorted_object(value.text);
    item.label = without_parentheses(join(labels, ","));
    return item;
}

Item list_item(const JsonValue& value) {
    std::vector<std::string> labels;
    for (const JsonValue& element : json_elements(value.text)) {
        labels.push_back(item_string(element));
    }
    Item item;
    item.text = json_compact(value.text);
    item.label = without_parentheses("[" + join(labels, " ") + "]");
    return item;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::string atoi_error(const std::string& text) {
    return "strconv.Atoi: parsing " + go_quote(text) + ": invalid syntax";
}

std::string digits_of(std::uint64_t number, unsigned base, bool upper) {
    const std::string_view digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    std::string out;
    do {
        out += digits[number % base];
        number /= base;
    } while (number != 0);
    std::reverse(out.begin(), out.end());
    return out;
}

/// A verb of Go's fmt with its flags.
struct Verb {
    bool minus = false, plus = false, sharp = false, space = false, zero = false;
    std::size_t width = 0;
    char letter = 'd';
};

/// Reads the verb that begins after `%` at `at`; moves `at` behind it.
Verb read_verb(std::string_view format, std::size_t& at) {
    Verb verb;
    for (; at < format.size(); ++at) {
        const char c = format[at];
        if (c == '-')
            verb.minus = true;
        else if (c == '+')
            verb.plus = true;
        else if (c == '#')
            verb.sharp = true;
        else if (c == ' ')
            verb.space = true;
        else if (c == '0')
            verb.zero = true;
        else
            break;
    }
    for (; at < format.size() && format[at] >= '0' && format[at] <= '9'; ++at) {
        verb.width = std::min<std::size_t>(
            verb.width * 10 + static_cast<std::size_t>(format[at] - '0'), 4096);
    }
    verb.letter = at < format.size() ? format[at++] : '\0';
    return verb;
}

std::string with_verb(const Verb& verb, std::int64_t number) {
    unsigned base = 0;
    switch (verb.letter) {
    case 'd':
    case 'v':
        base = 10;
        break;
    case 'x':
    case 'X':
        base = 16;
        break;
    case 'o':
    case 'O':
        base = 8;
        break;
    case 'b':
        base = 2;
        break;
    default:
        return "%!" + std::string(1, verb.letter) + "(int=" + std::to_string(number) + ")";
    }
    const bool negative = number < 0;
    const auto magnitude =
        negative ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
    std::string sign = negative ? "-" : verb.plus ? "+" : verb.space ? " " : "";
    if (verb.sharp && base == 16) sign += verb.letter == 'X' ? "0X" : "0x";
    if (verb.sharp && base == 2) sign += "0b";
    if ((verb.sharp && verb.letter == 'o')) sign += "0";
    if (verb.letter == 'O') sign += "0o";
    std::string digits = digits_of(magnitude, base, verb.letter == 'X');
    const std::size_t length = sign.size() + digits.size();
    const std::size_t padding = verb.width > length ? verb.width - length : 0;
    if (verb.minus) return sign + digits + std::string(padding, ' ');
    if (verb.zero) return sign + std::string(padding, '0') + digits;
    return std::string(padding, ' ') + sign + digits;
}

} // namespace

Item make_item(const JsonValue& value) {
    if (value.type == JsonType::kObject) return map_item(value);
    if (value.type == JsonType::kArray) return list_item(value);
    Item item;
    item.label = without_parentheses(item_string(value));
    item.text = value.type == JsonType::kString ? json_unquote(value.text) : item_string(value);
    // Argo takes null for an empty list.
    if (value.type == JsonType::kNull) item.label = "[]";
    return item;
}

std::size_t ItemList::size() const {
    if (const auto* sequence = std::get_if<Sequence>(&items_)) return sequence->count;
    return std::get<std::vector<Item>>(items_).size();
}

Item ItemList::at(std::size_t index) const {
    const auto* sequence = std::get_if<Sequence>(&items_);
    if (sequence == nullptr) return std::get<std::vector<Item>>(items_)[index];
    const auto offset = static_cast<std::int64_t>(index);
    const std::int64_t number =
        sequence->descending ? sequence->start - offset : sequence->start + offset;
    const std::string quoted = '"' + format_integer(sequence->format, number) + '"';
    return make_item({JsonType::kString, quoted});
}

ItemsOrError parse_items(std::string_view json) {
    if (auto error = json_error(json)) return {ItemList(), std::move(*error)};
    const JsonValue list = json_value(json);
    if (list.type == JsonType::kNull) return {};
    if (list.type != JsonType::kArray) {
        const std::string_view type = list.type == JsonType::kObject   ? "object"
                                      : list.type == JsonType::kString ? "string"
                                      : list.type == JsonType::kBool   ? "bool"
                                                                       : "number";
        return {ItemList(), "json: cannot unmarshal " + std::string(type) +
                                " into Go value of type []v1alpha1.Item"};
    }
    std::vector<Item> items;
    for (const JsonValue& element : json_elements(list.text)) {
        items.push_back(make_item(element));
    }
    return {ItemList(std::move(items)), ""};
}

ItemsOrError expand_sequence(const SequenceTexts& texts) {
    Sequence sequence;
    if (!texts.format.empty()) sequence.format = texts.format;
    if (!texts.start.empty()) {
        const auto start = parse_integer(texts.start);
        if (!start) return {ItemList(), atoi_error(texts.start)};
        sequence.start = *start;
    }
    std::int64_t end = 0;
    if (!texts.end.empty()) {
        const auto given = parse_integer(texts.end);
        if (!given) return {ItemList(), atoi_error(texts.end)};
        end = *given;
    } else if (texts.count.empty()) {
        return {ItemList(), "neither end nor count was specified in withSequence"};
    } else {
        const auto count = parse_integer(texts.count);
        if (!count) return {ItemList(), atoi_error(texts.count)};
        if (*count == 0) return {};
        end = sequence.start + *count - 1;
    }
    sequence.descending = end < sequence.start;
    const std::int64_t distance = sequence.descending ? sequence.start - end : end - sequence.start;
    sequence.count = static_cast<std::size_t>(distance) + 1;
    return {ItemList(std::move(sequence)), ""};
}

std::string format_integer(std::string_view format, std::int64_t number) {
    std::string out;
    bool used = false;
    for (std::size_t at = 0; at < format.size();) {
        if (format[at] != '%') {
            out += format[at++];
            continue;
        }
        ++at;
        if (at >= format.size()) {
            out += "%!(NOVERB)";
            break;
        }
        const Verb verb = read_verb(format, at);
        if (verb.letter == '%') {
            out += '%';
        } else if (used) {
            out += "%!" + std::string(1, verb.letter) + "(MISSING)";
        } else {
            out += with_verb(verb, number);
            used = true;
        }
    }
    if (!used) out += "%!(EXTRA int=" + std::to_string(number) + ")";
    return out;
}

} // namespace tiphys::run
