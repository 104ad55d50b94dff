// Numbers from and to text by the rules of Go's strconv, fmt and encoding/json.
#include "compiler/expr/number_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace tiphys::expr {
namespace {

constexpr bool is_decimal(char c) {
    return c >= '0' && c <= '9';
}

constexpr char to_lower_ascii(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (to_lower_ascii(a[i]) != b[i]) return false;
    }
    return true;
}

int digit_value(char c) {
    if (is_decimal(c)) return c - '0';
    const char lower = to_lower_ascii(c);
    return lower >= 'a' && lower <= 'z' ? lower - 'a' + 10 : 99;
}

/// Whether each `_` stands between digits, or between the prefix of the base and a digit.
bool are_underscores_fine(std::string_view text) {
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    bool hexadecimal = false;
    char before = '^'; // '0': a digit or prefix, '_', '!': another character
    if (text.size() >= 2 && text[0] == '0') {
        const char prefix = to_lower_ascii(text[1]);
        if (prefix == 'b' || prefix == 'o' || prefix == 'x') {
            hexadecimal = prefix == 'x';
            before = '0';
            text.remove_prefix(2);
        }
    }
    for (const char c : text) {
        if (is_decimal(c) || (hexadecimal && digit_value(c) < 16)) {
            before = '0';
        } else if (c == '_') {
            if (before != '0') return false;
            before = '_';
        } else {
            if (before == '_') return false;
            before = '!';
        }
    }
    return before != '_';
}

/// Takes the prefix that names the base off `digits`.
int take_base(std::string_view& digits) {
    if (digits.size() < 2 || digits[0] != '0') return 10;
    const char prefix = to_lower_ascii(digits[1]);
    const int base = prefix == 'x' ? 16 : prefix == 'b' ? 2 : prefix == 'o' ? 8 : 0;
    if (base != 0 && digits.size() >= 3) {
        digits.remove_prefix(2);
        return base;
    }
    digits.remove_prefix(1);
    return 8;
}

std::optional<std::uint64_t> parse_magnitude(std::string_view text, int base, NumberFault& fault) {
    fault = NumberFault::kSyntax;
    const bool by_prefix = base == 0;
    std::string_view digits = text;
    if (digits.empty()) return std::nullopt;
    if (by_prefix) base = take_base(digits);
    const auto factor = static_cast<std::uint64_t>(base);
    std::uint64_t value = 0;
    bool overflow = false;
    bool has_underscores = false;
    for (const char c : digits) {
        if (c == '_' && by_prefix) {
            has_underscores = true;
            continue;
        }
        const int digit = digit_value(c);
        if (digit >= base) return std::nullopt;
        std::uint64_t next = 0;
        overflow = overflow || __builtin_mul_overflow(value, factor, &next) ||
                   __builtin_add_overflow(next, static_cast<std::uint64_t>(digit), &value);
    }
    if (has_underscores && !are_underscores_fine(text)) return std::nullopt;
    if (overflow) {
        fault = NumberFault::kRange;
        return std::nullopt;
    }
    return value;
}

/// `inf`, `infinity` and `nan` in any case.
std::optional<double> parse_special(std::string_view text) {
    const bool negative = !text.empty() && text.front() == '-';
    std::string_view word = text;
    if (!word.empty() && (word.front() == '-' || word.front() == '+')) word.remove_prefix(1);
    if (equal_ignoring_case(word, "inf") || equal_ignoring_case(word, "infinity")) {
        const double infinity = std::numeric_limits<double>::infinity();
        return negative ? -infinity : infinity;
    }
    if (equal_ignoring_case(text, "nan")) return std::numeric_limits<double>::quiet_NaN();
    return std::nullopt;
}

/// Whether `text` (no `_`, no special word) is a number in Go's sense.
bool has_float_shape(std::string_view text) {
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    const bool hexadecimal = text.size() > 2 && text[0] == '0' && to_lower_ascii(text[1]) == 'x';
    if (hexadecimal) text.remove_prefix(2);
    bool has_digits = false;
    bool has_point = false;
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        if (text[at] == '.') {
            if (has_point) return false;
            has_point = true;
        } else if (digit_value(text[at]) < (hexadecimal ? 16 : 10)) {
            has_digits = true;
        } else {
            break;
        }
    }
    if (!has_digits) return false;
    if (at == text.size()) return !hexadecimal; // hexadecimal floats need an exponent
    if (to_lower_ascii(text[at]) != (hexadecimal ? 'p' : 'e')) return false;
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (at == text.size()) return false;
    for (; at < text.size(); ++at) {
        if (!is_decimal(text[at])) return false;
    }
    return true;
}

/// A finite number as shortest digits and the place of its point: 0.digits × 10^point.
struct Decimal {
    bool negative = false;
    std::string digits;
    int point = 0;
};

Decimal shortest_decimal(double number) {
    std::array<char, 64> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(number),
                                   std::chars_format::scientific)
                         .ptr;
    const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    const std::size_t e = text.find('e');
    Decimal decimal;
    decimal.negative = std::signbit(number);
    for (const char c : text.substr(0, e)) {
        if (c != '.') decimal.digits += c;
    }
    const std::string exponent(text.substr(e + 1));
    decimal.point = std::atoi(exponent.c_str()) + 1;
    return decimal;
}

std::string exponent_text(const Decimal& decimal, std::size_t least_digits) {
    std::string text = decimal.negative ? "-" : "";
    text += decimal.digits.front();
    if (decimal.digits.size() > 1) text += "." + decimal.digits.substr(1);
    const int exponent = decimal.point - 1;
    std::string magnitude = std::to_string(std::abs(exponent));
    if (magnitude.size() < least_digits) magnitude.insert(0, least_digits - magnitude.size(), '0');
    return text + (exponent < 0 ? "e-" : "e+") + magnitude;
}

std::string plain_text(const Decimal& decimal) {
    std::string text = decimal.negative ? "-" : "";
    const auto n_digits = static_cast<int>(decimal.digits.size());
    if (decimal.point <= 0) {
        return text + "0." + std::string(static_cast<std::size_t>(-decimal.point), '0') +
               decimal.digits;
    }
    if (decimal.point >= n_digits) {
        return text + decimal.digits +
               std::string(static_cast<std::size_t>(decimal.point - n_digits), '0');
    }
    const auto point = static_cast<std::size_t>(decimal.point);
    return text + decimal.digits.substr(0, point) + "." + decimal.digits.substr(point);
}

std::string special_text(double number) {
    if (std::isnan(number)) return "NaN";
    return number > 0 ? "+Inf" : "-Inf";
}

} // namespace

std::optional<std::int64_t> parse_int(std::string_view text, int base, NumberFault* fault) {
    NumberFault reason = NumberFault::kSyntax;
    std::string_view digits = text;
    const bool negative = !digits.empty() && digits.front() == '-';
    if (!digits.empty() && (digits.front() == '-' || digits.front() == '+')) {
        digits.remove_prefix(1);
    }
    const std::optional<std::uint64_t> magnitude = parse_magnitude(digits, base, reason);
    constexpr std::uint64_t kMost = std::uint64_t{1} << 63;
    if (fault != nullptr) *fault = reason;
    if (!magnitude) return std::nullopt;
    if (fault != nullptr) *fault = NumberFault::kRange;
    if (*magnitude > (negative ? kMost : kMost - 1)) return std::nullopt;
    return static_cast<std::int64_t>(negative ? ~*magnitude + 1 : *magnitude);
}

std::optional<std::uint64_t> parse_uint(std::string_view text, int base) {
    NumberFault reason = NumberFault::kSyntax;
    return parse_magnitude(text, base, reason);
}

std::optional<double> parse_float(std::string_view text, NumberFault* fault) {
    if (fault != nullptr) *fault = NumberFault::kSyntax;
    if (const std::optional<double> special = parse_special(text)) return special;
    std::string digits;
    for (const char c : text) {
        if (c != '_') digits += c;
    }
    if (digits.size() != text.size() && !are_underscores_fine(text)) return std::nullopt;
    if (!has_float_shape(digits)) return std::nullopt;
    // The program keeps the C locale, so that strtod reads a point.
    const double number = std::strtod(digits.c_str(), nullptr);
    if (std::isfinite(number)) return number;
    if (fault != nullptr) *fault = NumberFault::kRange;
    return std::nullopt;
}

std::string format_fixed(double number, int decimals) {
    if (!std::isfinite(number)) return special_text(number);
    if (decimals < 0) return plain_text(shortest_decimal(number));
    std::string text(static_cast<std::size_t>(decimals) + 400, '\0');
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number,
                                   std::chars_format::fixed, decimals)
                         .ptr;
    text.resize(static_cast<std::size_t>(end - text.data()));
    return text;
}

std::string format_general(double number, int exponent_from) {
    if (!std::isfinite(number)) return special_text(number);
    const Decimal decimal = shortest_decimal(number);
    const int exponent = number == 0 ? 0 : decimal.point - 1;
    // A whole number with more digits than the limit has its exponent shown too.
    if (exponent < -4 || exponent >= exponent_from) return exponent_text(decimal, 2);
    return plain_text(decimal);
}

std::string format_json_number(double number) {
    const double magnitude = std::abs(number);
    if (magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21)) {
        return exponent_text(shortest_decimal(number), 1);
    }
    return plain_text(shortest_decimal(number));
}

} // namespace tiphys::expr
