// Scalars of YAML as JSON.

#include "runtime/plan/ir_text.h"

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "compiler/ir/object.h"
#include "runtime/plan/json_text.h"

namespace tiphys::run {
namespace {

std::string without_underscores(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c != '_') out += c;
    }
    return out;
}

/// YAML 1.1's notations of whole numbers as decimal digits.
std::string integer_json(std::string_view text) {
    const std::string plain = without_underscores(text);
    std::string_view digits = plain;
    const bool negative = !digits.empty() && digits.front() == '-';
    if (!digits.empty() && (digits.front() == '-' || digits.front() == '+')) {
        digits.remove_prefix(1);
    }
    int base = 10;
    if (digits.size() > 1 && digits.front() == '0') {
        const char letter = digits[1];
        base = letter == 'x' || letter == 'X' ? 16 : letter == 'b' || letter == 'B' ? 2 : 8;
        const bool has_letter = base != 8 || letter == 'o' || letter == 'O';
        digits.remove_prefix(has_letter ? 2 : 1);
    }
    std::uint64_t number = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
    if (error != std::errc() || end != digits.data() + digits.size()) return plain;
    return (negative ? "-" : "") + std::to_string(number);
}

/// As encoding/json writes a float64.
std::string float_json(std::string_view text) {
    const std::string plain = without_underscores(text);
    const double number = std::strtod(plain.c_str(), nullptr);
    const double size = std::fabs(number);
    const bool scientific = size != 0 && (size < 1e-6 || size >= 1e21);
    char buffer[64];
    const auto format = scientific ? std::chars_format::scientific : std::chars_format::fixed;
    const auto result = std::to_chars(buffer, buffer + sizeof buffer, number, format);
    if (result.ec != std::errc()) return plain;
    std::string out(buffer, result.ptr);
    // Go writes e-9 where C writes e-09.
    const std::size_t e = out.find("e-0");
    if (e != out.npos) out.erase(e + 2, 1);
    return out;
}

bool bool_word(std::string_view text) {
    const char first = text.empty() ? '\0' : text.front();
    const bool is_on = text.size() == 2 && (text[1] == 'n' || text[1] == 'N');
    return first == 't' || first == 'T' || first == 'y' || first == 'Y' || is_on;
}

std::string scalar_json(const ir::Scalar& scalar) {
    switch (scalar.scalar_type) {
    case ScalarType::kNull:
        return "null";
    case ScalarType::kBool:
        return bool_word(scalar.text) ? "true" : "false";
    case ScalarType::kInt:
        return integer_json(scalar.text);
    case ScalarType::kFloat:
        return float_json(scalar.text);
    case ScalarType::kString:
        return json_quote(scalar.text);
    }
    return "null";
}

void append_entries(std::span<const ir::Entry> entries, std::string& out) {
    for (const ir::Entry& entry : entries) {
        if (out.back() != '{') out += ',';
        out += json_quote(entry.key) + ":" + value_as_json(*entry.value);
    }
}

} // namespace

std::string scalar_text(const ir::Scalar* scalar) {
    if (scalar == nullptr) return "";
    if (scalar->scalar_type == ScalarType::kString) return std::string(scalar->text);
    return scalar_json(*scalar);
}

std::string value_as_json(const ir::Value& value) {
    switch (value.kind) {
    case ir::ValueKind::kScalar:
        return scalar_json(static_cast<const ir::Scalar&>(value));
    case ir::ValueKind::kList: {
        std::string out = "[";
        for (const ir::Value* item : static_cast<const ir::List&>(value).items) {
            if (out.size() > 1) out += ',';
            out += value_as_json(*item);
        }
        return out + "]";
    }
    case ir::ValueKind::kMap: {
        std::string out = "{";
        append_entries(static_cast<const ir::Map&>(value).entries, out);
        return out + "}";
    }
    case ir::ValueKind::kObject: {
        const auto& object = static_cast<const ir::Object&>(value);
        std::string out = "{";
        append_entries(object.present_fields(), out);
        append_entries(object.unknown, out);
        return out + "}";
    }
    }
    return "null";
}

bool scalar_is_true(const ir::Scalar* scalar) {
    return scalar != nullptr && scalar->scalar_type == ScalarType::kBool && bool_word(scalar->text);
}

} // namespace tiphys::run
