// Building blocks of run_case().
#include "compiler/expr/case_fields.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "compiler/expr/json.h"
#include "compiler/expr/number_text.h"
#include "compiler/expr/unicode.h"

namespace tiphys::expr {
namespace {

/// The value as JSON; what JSON has no way of saying is put in words.
std::string show(const Value& value) {
    if (value.kind() == ValueKind::kFloat && !std::isfinite(value.as_float())) {
        return "{\"$float\":" + json_quote(format_general(value.as_float()), true) + "}";
    }
    if (value.kind() == ValueKind::kFunction) {
        return "{\"$func\":" + json_quote(go_type(value), true) + "}";
    }
    std::string text;
    if (value.kind() == ValueKind::kList && !value.as_list().is_nil) {
        for (const Value& element : value.as_list().values)
            text += (text.empty() ? "" : ",") + show(element);
        return "[" + text + "]";
    }
    if (value.kind() == ValueKind::kMap) {
        std::vector<std::pair<std::string, std::string>> entries;
        for (const auto& [key, element] : value.as_map().entries)
            entries.emplace_back(go_text(key), show(element));
        std::sort(entries.begin(), entries.end());
        for (const auto& [key, element] : entries)
            text += (text.empty() ? "" : ",") + json_quote(key, true) + ":" + element;
        return "{" + text + "}";
    }
    std::string reason;
    return to_json(value, {}, reason).value_or("null");
}

const Value* find_field(const Map& fields, std::string_view name) {
    return fields.find(name);
}

} // namespace

std::string text_field(const Map& fields, std::string_view name) {
    const Value* value = find_field(fields, name);
    return value != nullptr && value->is_string() ? value->as_string() : "";
}

bool has_field(const Map& fields, std::string_view name) {
    return find_field(fields, name) != nullptr;
}

Value map_field(const Map& fields, std::string_view name) {
    const Value* value = find_field(fields, name);
    return value != nullptr && value->kind() == ValueKind::kMap ? *value : Value::map({});
}

std::vector<std::string> texts_field(const Map& fields, std::string_view name) {
    std::vector<std::string> texts;
    const Value* value = find_field(fields, name);
    if (value == nullptr || value->kind() != ValueKind::kList) return texts;
    for (const Value& element : value->as_list().values)
        texts.push_back(element.is_string() ? element.as_string() : "");
    return texts;
}

void Outcome::add_json(std::string_view name, std::string_view json) {
    if (text_.size() > 1) text_ += ',';
    text_ += json_quote(name, false);
    text_ += ':';
    text_ += json;
}

void Outcome::add_text(std::string_view name, std::string_view text) {
    add_json(name, json_quote(text, false));
}

void Outcome::add_bool(std::string_view name, bool value) {
    add_json(name, value ? "true" : "false");
}

void Outcome::add_int(std::string_view name, std::int64_t value) {
    add_json(name, std::to_string(value));
}

void Outcome::add_texts(std::string_view name, const std::vector<std::string>& texts) {
    std::string json;
    for (const std::string& text : texts)
        json += (json.empty() ? "" : ",") + json_quote(text, false);
    add_json(name, "[" + json + "]");
}

void Outcome::add_value(const Value& value) {
    std::string reason;
    const std::optional<std::string> json = to_json(value, {}, reason);
    add_json("result", json ? *json : show(value));
    add_text("type", go_type(value));
    if (!json) add_text("marshalError", reason);
}

void Outcome::add_error(std::string_view name, std::string_view message, std::string_view text,
                        Range range) {
    const std::string_view before = text.substr(0, std::min<std::size_t>(range.begin, text.size()));
    const std::string_view through = text.substr(0, std::min<std::size_t>(range.end, text.size()));
    const std::size_t line_start = before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1;
    const auto n_lines = std::count(before.begin(), before.end(), '\n') + 1;
    const auto column = static_cast<std::int64_t>(rune_count(before.substr(line_start)));
    add_text(name, std::string(message) + " (" + std::to_string(n_lines) + ":" +
                       std::to_string(column + 1) + ")");
    add_text("errorMessage", message);
    add_int("line", n_lines);
    add_int("column", column);
    add_int("from", static_cast<std::int64_t>(rune_count(before)));
    add_int("to", static_cast<std::int64_t>(rune_count(through)));
}

std::string Outcome::take() {
    return std::move(text_) + "}";
}

Environment case_environment() {
    Environment environment;
    environment.now.seconds = seconds_from_civil({.year = 2026, .month = 1, .day = 2});
    environment.random_bytes = seeded_bytes(1);
    environment.zone_file = read_system_zone;
    return environment;
}

} // namespace tiphys::expr
