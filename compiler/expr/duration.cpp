// Durations as Go's time.ParseDuration and Duration.String treat them.
#include "compiler/expr/duration.h"

#include <array>
#include <limits>

namespace tiphys::expr {
namespace {

/// The greatest magnitude: that of the most negative duration.
constexpr std::uint64_t kMostNs = std::uint64_t{1} << 63;

struct Unit {
    std::string_view name;
    std::uint64_t nanoseconds;
};

constexpr std::array<Unit, 8> kUnits{{{"ns", 1},
                                      {"us", 1'000},
                                      {"\xc2\xb5s", 1'000}, // micro sign
                                      {"\xce\xbcs", 1'000}, // Greek letter mu
                                      {"ms", 1'000'000},
                                      {"s", 1'000'000'000},
                                      {"m", 60'000'000'000},
                                      {"h", 3'600'000'000'000}}};

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

const Unit* find_unit(std::string_view name) {
    for (const Unit& unit : kUnits) {
        if (unit.name == name) return &unit;
    }
    return nullptr;
}

/// Digits after the point: as many as fit are counted, the rest does not change the result.
struct Fraction {
    std::uint64_t digits = 0;
    double scale = 1;
};

Fraction take_fraction(std::string_view& text) {
    Fraction fraction;
    bool full = false;
    while (!text.empty() && is_digit(text.front())) {
        const auto digit = static_cast<std::uint64_t>(text.front() - '0');
        text.remove_prefix(1);
        if (full) continue;
        if (fraction.digits > (kMostNs - 1) / 10 || fraction.digits * 10 + digit > kMostNs) {
            full = true;
            continue;
        }
        fraction.digits = fraction.digits * 10 + digit;
        fraction.scale *= 10;
    }
    return fraction;
}

/// Takes one `number unit` from the front of `text`.
std::optional<std::uint64_t> take_part(std::string_view& text) {
    std::uint64_t whole = 0;
    bool has_digits = false;
    while (!text.empty() && is_digit(text.front())) {
        if (whole > kMostNs / 10) return std::nullopt;
        whole = whole * 10 + static_cast<std::uint64_t>(text.front() - '0');
        if (whole > kMostNs) return std::nullopt;
        text.remove_prefix(1);
        has_digits = true;
    }
    Fraction fraction;
    if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        const std::size_t before = text.size();
        fraction = take_fraction(text);
        has_digits = has_digits || text.size() != before;
    }
    if (!has_digits) return std::nullopt;
    std::size_t length = 0;
    while (length < text.size() && text[length] != '.' && !is_digit(text[length]))
        ++length;
    const Unit* unit = find_unit(text.substr(0, length));
    if (unit == nullptr || whole > kMostNs / unit->nanoseconds) return std::nullopt;
    text.remove_prefix(length);
    std::uint64_t total = whole * unit->nanoseconds;
    // Go multiplies in floating point; no overflow since the fraction is below one unit.
    total += static_cast<std::uint64_t>(static_cast<double>(fraction.digits) *
                                        (static_cast<double>(unit->nanoseconds) / fraction.scale));
    return total > kMostNs ? std::nullopt : std::optional(total);
}

/// `value` as a decimal with `n_digits` after the point, zeros at the end cut off.
std::string with_fraction(std::uint64_t value, int n_digits) {
    std::string tail;
    for (int i = 0; i < n_digits; ++i) {
        const char digit = static_cast<char>('0' + value % 10);
        if (!tail.empty() || digit != '0') tail.insert(tail.begin(), digit);
        value /= 10;
    }
    std::string text = std::to_string(value);
    return tail.empty() ? text : text + "." + tail;
}

} // namespace

std::optional<std::int64_t> parse_go_duration_ns(std::string_view text) {
    bool negative = false;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    if (text == "0") return 0;
    if (text.empty()) return std::nullopt;
    std::uint64_t total = 0;
    while (!text.empty()) {
        const std::optional<std::uint64_t> part = take_part(text);
        if (!part) return std::nullopt;
        total += *part; // at most 2^63 each: no wrap
        if (total > kMostNs) return std::nullopt;
    }
    if (negative) return static_cast<std::int64_t>(~total + 1);
    if (total > kMostNs - 1) return std::nullopt;
    return static_cast<std::int64_t>(total);
}

std::string format_go_duration(std::int64_t nanoseconds) {
    if (nanoseconds == 0) return "0s";
    const bool negative = nanoseconds < 0;
    const auto bits = static_cast<std::uint64_t>(nanoseconds);
    const std::uint64_t ns = negative ? ~bits + 1 : bits;
    std::string text;
    if (ns < 1'000) {
        text = std::to_string(ns) + "ns";
    } else if (ns < 1'000'000) {
        text = with_fraction(ns, 3) + "\xc2\xb5s";
    } else if (ns < 1'000'000'000) {
        text = with_fraction(ns, 6) + "ms";
    } else {
        const std::uint64_t minutes = ns / 60'000'000'000;
        text = with_fraction(ns % 60'000'000'000, 9) + "s";
        if (minutes > 0) text = std::to_string(minutes % 60) + "m" + text;
        if (minutes >= 60) text = std::to_string(minutes / 60) + "h" + text;
    }
    return negative ? "-" + text : text;
}

} // namespace tiphys::expr
