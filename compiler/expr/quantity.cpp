// Kubernetes resource quantities.
#include "compiler/expr/quantity.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>

namespace tiphys::expr {
namespace {

/// The greatest quantity with a binary suffix: 2^63 - 1; greater ones are cut.
constexpr std::string_view kMostBinary = "9223372036854775807";
constexpr std::int64_t kNano = -9;

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Moves zeros at the end into the exponent and drops those in front.
void normalise(Quantity& quantity) {
    std::string& digits = quantity.digits;
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    while (!digits.empty() && digits.back() == '0') {
        digits.pop_back();
        ++quantity.exponent;
    }
    if (digits.empty()) {
        digits = "0";
        quantity.exponent = 0;
        quantity.negative = false;
    }
}

void multiply(std::string& digits, unsigned factor) {
    unsigned carry = 0;
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
        const unsigned product = static_cast<unsigned>(*digit - '0') * factor + carry;
        *digit = static_cast<char>('0' + product % 10);
        carry = product / 10;
    }
    if (carry > 0) digits.insert(0, std::to_string(carry));
}

/// Divides by `divisor` and returns the remainder.
unsigned divide(std::string& digits, unsigned divisor) {
    unsigned remainder = 0;
    for (char& digit : digits) {
        remainder = remainder * 10 + static_cast<unsigned>(digit - '0');
        digit = static_cast<char>('0' + remainder / divisor);
        remainder %= divisor;
    }
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    return remainder;
}

void increment(std::string& digits) {
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
        if (*digit != '9') {
            ++*digit;
            return;
        }
        *digit = '0';
    }
    digits.insert(digits.begin(), '1');
}

/// The digits of the number in units of 10^scale, rounded away from zero. Callers make sure that
/// the exponent is not so great that the digits would fill the memory.
std::string digits_at(const Quantity& quantity, std::int64_t scale) {
    std::string digits = quantity.digits;
    const std::int64_t shift = quantity.exponent - scale;
    if (shift >= 0) return digits.append(static_cast<std::size_t>(shift), '0');
    const std::int64_t kept = static_cast<std::int64_t>(digits.size()) + shift;
    if (kept <= 0) return quantity.is_zero() ? "0" : "1";
    // Digits have no zeros at the end, so that something is lost and the rest is rounded.
    digits.resize(static_cast<std::size_t>(kept));
    increment(digits);
    return digits;
}

/// Where the decimal point stands behind the first digit: log10 + 1.
std::int64_t magnitude(const Quantity& quantity) {
    return static_cast<std::int64_t>(quantity.digits.size()) + quantity.exponent;
}

struct Suffix {
    std::string_view text;
    int exponent;
};

constexpr std::array<Suffix, 10> kDecimalSuffixes{{{"n", -9},
                                                   {"u", -6},
                                                   {"m", -3},
                                                   {"", 0},
                                                   {"k", 3},
                                                   {"M", 6},
                                                   {"G", 9},
                                                   {"T", 12},
                                                   {"P", 15},
                                                   {"E", 18}}};
constexpr std::array<Suffix, 6> kBinarySuffixes{
    {{"Ki", 10}, {"Mi", 20}, {"Gi", 30}, {"Ti", 40}, {"Pi", 50}, {"Ei", 60}}};

template <std::size_t kCount>
const Suffix* find_suffix(const std::array<Suffix, kCount>& suffixes, std::string_view text) {
    for (const Suffix& suffix : suffixes) {
        if (suffix.text == text) return &suffix;
    }
    return nullptr;
}

/// A signed whole number of at most 64 bits, of which Go's code keeps the low 32.
std::optional<std::int64_t> parse_exponent(std::string_view text) {
    bool negative = false;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    if (text.empty()) return std::nullopt;
    constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
    std::uint64_t value = 0;
    for (const char c : text) {
        if (!is_digit(c) || value > (kMost - 9) / 10) return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    const auto signed_value = static_cast<std::int64_t>(value);
    return static_cast<std::int32_t>(negative ? -signed_value : signed_value);
}

/// Letters, a sign, digits: the part after the number must look like this to be read at all.
bool has_suffix_shape(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size() && std::string_view("eEinumkKMGTP").find(text[at]) != text.npos)
        ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_digit);
}

/// Applies the suffix to the number; false where there is no such suffix.
bool apply_suffix(Quantity& quantity, std::string_view text) {
    if (const Suffix* suffix = find_suffix(kDecimalSuffixes, text)) {
        quantity.exponent += suffix->exponent;
        return true;
    }
    if (const Suffix* suffix = find_suffix(kBinarySuffixes, text)) {
        quantity.format = QuantityFormat::kBinarySi;
        for (int i = 0; i < suffix->exponent; ++i)
            multiply(quantity.digits, 2);
        return true;
    }
    if (text.size() < 2 || (text.front() != 'e' && text.front() != 'E')) return false;
    const std::optional<std::int64_t> exponent = parse_exponent(text.substr(1));
    if (!exponent) return false;
    quantity.format = QuantityFormat::kDecimalExponent;
    quantity.exponent += *exponent;
    return true;
}

/// Rounds to nanos, cuts what is too great, and shows binary fractions as decimals.
void bound(Quantity& quantity) {
    if (quantity.exponent < kNano) {
        quantity.digits = digits_at(quantity, kNano);
        quantity.exponent = kNano;
        normalise(quantity);
    }
    if (quantity.format != QuantityFormat::kBinarySi || quantity.is_zero()) return;
    Quantity most;
    most.digits = kMostBinary;
    Quantity positive = quantity;
    positive.negative = false;
    if (compare(positive, most) > 0) {
        quantity.digits = kMostBinary;
        quantity.exponent = 0;
    }
    if (magnitude(quantity) <= 0) quantity.format = QuantityFormat::kDecimalSi;
}

std::string decimal_text(const Quantity& quantity, bool with_suffix) {
    std::string digits = quantity.digits;
    std::int64_t exponent = quantity.exponent;
    while (exponent % 3 != 0) {
        digits += '0';
        --exponent;
    }
    if (!with_suffix) return exponent == 0 ? digits : digits + "e" + std::to_string(exponent);
    for (const Suffix& suffix : kDecimalSuffixes) {
        if (suffix.exponent == exponent) return digits.append(suffix.text);
    }
    return digits; // Kubernetes loses suffixes beyond exa
}

} // namespace

std::optional<Quantity> parse_quantity(std::string_view text) {
    Quantity quantity;
    if (text.empty()) return std::nullopt;
    if (text.front() == '-' || text.front() == '+') {
        quantity.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    std::size_t at = 0;
    while (at < text.size() && is_digit(text[at]))
        ++at;
    quantity.digits = text.substr(0, at);
    std::size_t n_fraction = 0;
    if (at < text.size() && text[at] == '.') {
        const std::size_t from = ++at;
        while (at < text.size() && is_digit(text[at]))
            ++at;
        n_fraction = at - from;
        quantity.digits += text.substr(from, n_fraction);
    }
    quantity.exponent = -static_cast<std::int64_t>(n_fraction);
    const std::string_view suffix = text.substr(at);
    if (!has_suffix_shape(suffix)) return std::nullopt;
    if (!apply_suffix(quantity, suffix)) return std::nullopt;
    // Kubernetes reads a suffix, a sign or a point alone as zero, save with the suffixes that its
    // fast path leaves to a stricter reader.
    const bool is_strict = suffix == "Pi" || suffix == "Ei" || quantity.exponent < kNano;
    if (quantity.digits.empty() && is_strict) return std::nullopt;
    normalise(quantity);
    bound(quantity);
    return quantity;
}

bool is_quantity(std::string_view text) {
    return parse_quantity(text).has_value();
}

int compare(const Quantity& a, const Quantity& b) {
    const auto sign = [](const Quantity& q) { return q.is_zero() ? 0 : q.negative ? -1 : 1; };
    if (sign(a) != sign(b)) return sign(a) < sign(b) ? -1 : 1;
    if (sign(a) == 0) return 0;
    int outcome = 0;
    if (magnitude(a) != magnitude(b)) {
        outcome = magnitude(a) < magnitude(b) ? -1 : 1;
    } else {
        // Both begin at the same place, and neither ends in zeros.
        const int difference = a.digits.compare(b.digits);
        outcome = difference < 0 ? -1 : difference > 0 ? 1 : 0;
    }
    return sign(a) * outcome;
}

std::string canonical_text(const Quantity& quantity) {
    if (quantity.is_zero()) return "0";
    const std::string sign = quantity.negative ? "-" : "";
    Quantity positive = quantity;
    positive.negative = false;
    Quantity one_kibi;
    one_kibi.digits = "1024";
    const bool shows_binary = quantity.format == QuantityFormat::kBinarySi &&
                              quantity.exponent >= 0 && compare(positive, one_kibi) >= 0;
    if (!shows_binary) {
        return sign + decimal_text(quantity, quantity.format != QuantityFormat::kDecimalExponent);
    }
    std::string digits = digits_at(quantity, 0);
    std::size_t n_suffix = 0;
    while (n_suffix < kBinarySuffixes.size()) {
        std::string quotient = digits;
        if (divide(quotient, 1024) != 0) break;
        digits = quotient;
        ++n_suffix;
    }
    return sign + digits + std::string(n_suffix == 0 ? "" : kBinarySuffixes[n_suffix - 1].text);
}

std::int64_t scaled_value(const Quantity& quantity, int scale) {
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    const std::int64_t limit = quantity.negative ? -kMost : kMost;
    if (magnitude(quantity) - scale > 19) return limit;
    std::uint64_t value = 0;
    for (const char c : digits_at(quantity, scale))
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    if (value > static_cast<std::uint64_t>(kMost)) return limit;
    return quantity.negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
}

double approximate_value(const Quantity& quantity) {
    const std::string text =
        (quantity.negative ? "-" : "") + quantity.digits + "e" + std::to_string(quantity.exponent);
    return std::strtod(text.c_str(), nullptr);
}

} // namespace tiphys::expr
