// Recorded cases of quantities: what Kubernetes' own code answers, with its 64 bits.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <limits>

#include "compiler/expr/case_fields.h"
#include "compiler/expr/number_text.h"
#include "compiler/expr/quantity.h"

namespace tiphys::expr {
namespace {

constexpr int kNanoScale = -9;
/// Digits before and after the point that Kubernetes reads without its big numbers.
constexpr int kMostDigits = 18;
/// Decimal digits that an answer may fill; the exponent of a quantity has 32 bits.
constexpr std::int64_t kMostScale = 100'000;
/// What a quantity with a binary suffix is cut to: 2^63 - 1.
constexpr std::string_view kMostBinaryDigits = "9223372036854775807";

std::string_view format_name(QuantityFormat format) {
    switch (format) {
    case QuantityFormat::kDecimalSi:
        return "DecimalSI";
    case QuantityFormat::kBinarySi:
        return "BinarySI";
    case QuantityFormat::kDecimalExponent:
        return "DecimalExponent";
    }
    return "";
}

/// A quantity's text, taken apart. Kubernetes: quantity.go parseQuantityString.
struct QuantityText {
    std::string digits; ///< before and after the point, without leading zeros
    std::size_t n_decimals = 0;
    std::string_view suffix;
};

QuantityText split_quantity(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789";
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
    QuantityText parts;
    const std::size_t n_whole = std::min(text.find_first_not_of(kDigits), text.size());
    parts.digits = n_whole == 0 ? "0" : std::string(text.substr(0, n_whole));
    text.remove_prefix(n_whole);
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        parts.n_decimals = std::min(text.find_first_not_of(kDigits), text.size());
        parts.digits += text.substr(0, parts.n_decimals);
        text.remove_prefix(parts.n_decimals);
    }
    parts.suffix = text;
    return parts;
}

/// The power of ten, or of two, that a suffix stands for.
int exponent_of(std::string_view suffix, QuantityFormat format) {
    if (suffix.empty()) return 0;
    if (format == QuantityFormat::kDecimalExponent) {
        suffix.remove_prefix(suffix.size() > 1 && suffix[1] == '+' ? 2 : 1);
        int exponent = 0;
        std::from_chars(suffix.data(), suffix.data() + suffix.size(), exponent);
        return exponent;
    }
    if (format == QuantityFormat::kBinarySi) {
        return 10 * (static_cast<int>(std::string_view("KMGTPE").find(suffix[0])) + 1);
    }
    return 3 * (static_cast<int>(std::string_view("numkMGTPE").find(suffix[0])) -
                (suffix[0] == 'n' || suffix[0] == 'u' || suffix[0] == 'm' ? 3 : 2));
}

/// Whether a whole number with a binary suffix is read without big numbers.
bool is_short_binary(int n_digits, int exponent) {
    return 15 - n_digits - exponent * 3 / 10 - 1 >= 0;
}

/// Whether Kubernetes keeps the text that it read as the canonical one.
/// Kubernetes: quantity.go ParseQuantity, "reuse the string".
bool keeps_text(std::string_view text, QuantityFormat format) {
    const QuantityText parts = split_quantity(text);
    const int exponent = exponent_of(parts.suffix, format);
    const int n_digits = static_cast<int>(parts.digits.size());
    const int scale = exponent - static_cast<int>(parts.n_decimals);
    if (format == QuantityFormat::kBinarySi) {
        if (parts.n_decimals > 0 || !is_short_binary(n_digits, exponent)) return false;
        std::int64_t value = 0;
        std::from_chars(parts.digits.data(), parts.digits.data() + parts.digits.size(), value);
        return (value & 7) != 0;
    }
    return n_digits <= kMostDigits && scale >= kNanoScale && scale % 3 == 0 &&
           !parts.digits.ends_with("000") && parts.digits[0] != '0';
}

/// The number as Kubernetes stores it: whole units of 10^scale.
/// Kubernetes: amount.go int64Amount; quantity.go infDecAmount, whose numbers are big.
struct Amount {
    bool negative = false;
    bool big = false;
    std::string digits;
    int scale = 0;
};

/// Kubernetes: quantity.go ParseQuantity.
Amount amount_of(std::string_view text, const Quantity& quantity) {
    const QuantityText parts = split_quantity(text);
    const int exponent = exponent_of(parts.suffix, quantity.format);
    const bool is_binary = parts.suffix.ends_with('i');
    const int n_digits = static_cast<int>(parts.digits.size());
    Amount amount{.negative = quantity.negative};
    if (is_binary && parts.n_decimals == 0 && is_short_binary(n_digits, exponent)) {
        amount.digits = std::to_string(std::strtoll(parts.digits.c_str(), nullptr, 10) << exponent);
        return amount;
    }
    amount.scale = exponent - static_cast<int>(parts.n_decimals);
    if (!is_binary && n_digits <= kMostDigits && amount.scale >= kNanoScale) {
        amount.digits = std::to_string(std::strtoll(parts.digits.c_str(), nullptr, 10));
        return amount;
    }
    amount.big = true;
    amount.digits = quantity.digits;
    // Zero is not rounded to nanos and keeps its places.
    if (quantity.is_zero()) {
        if (is_binary) amount.scale -= exponent;
        return amount;
    }
    amount.scale = 0;
    if (is_binary && quantity.digits == kMostBinaryDigits) return amount;
    amount.scale = kNanoScale;
    amount.digits.append(static_cast<std::size_t>(quantity.exponent - kNanoScale), '0');
    return amount;
}

/// The lowest 64 bits of a whole number, as Go cuts big ones.
std::uint64_t low_bits(std::string_view digits) {
    std::uint64_t value = 0;
    for (const char c : digits)
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    return value;
}

/// A whole number times 10^n_zeros where both have 64 bits. One step of 1, 2, 3, 6 or 9 zeros
/// overflows silently, steps of one zero each are noticed and give zero.
/// Kubernetes: math.go positiveScaleInt64.
std::uint64_t scaled_up(std::uint64_t value, int n_zeros) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
    const bool is_one_step = n_zeros <= 3 || n_zeros == 6 || n_zeros == 9;
    for (int i = 0; i < n_zeros; ++i) {
        if (!is_one_step && value > kMost / 10) return 0;
        value *= 10;
    }
    return value;
}

/// A negative big amount divided by 10^n_zeros: being less than the greatest of 64 bits it is cut
/// to them before, and what is left over adds one. Kubernetes: scale_int.go scaledValue.
std::int64_t divided(const Amount& amount, int n_zeros) {
    const auto cut = static_cast<std::int64_t>(0 - low_bits(amount.digits));
    std::int64_t divisor = 1;
    for (int i = 0; i < n_zeros; ++i)
        divisor *= 10;
    return cut / divisor + (cut % divisor == 0 ? 0 : 1);
}

/// The amount in whole units of 10^scale, rounded away from zero.
/// Kubernetes: quantity.go ScaledValue.
std::int64_t scaled_amount(const Amount& amount, int scale) {
    if (amount.big && amount.negative && amount.scale < scale) {
        return divided(amount, scale - amount.scale);
    }
    std::uint64_t value = 0;
    if (amount.scale < scale) {
        const auto n_cut = static_cast<std::size_t>(scale - amount.scale);
        const std::size_t n_kept = amount.digits.size() - std::min(n_cut, amount.digits.size());
        const bool is_exact = amount.digits.find_first_not_of('0', n_kept) == std::string::npos;
        value = low_bits(std::string_view(amount.digits).substr(0, n_kept)) + (is_exact ? 0 : 1);
    } else if (amount.big) {
        value = low_bits(amount.digits +
                         std::string(static_cast<std::size_t>(amount.scale - scale), '0'));
    } else {
        value = scaled_up(low_bits(amount.digits), amount.scale - scale);
    }
    return static_cast<std::int64_t>(amount.negative ? 0 - value : value);
}

double power_of_ten(int exponent) {
    return std::strtod(("1e" + std::to_string(exponent)).c_str(), nullptr);
}

/// Go: math.Pow10, a product of two entries of its tables.
double go_power_of_ten(int exponent) {
    constexpr int kStep = 32;
    constexpr int kGreatest = 308;
    constexpr int kLeast = -323;
    if (exponent > kGreatest) return std::numeric_limits<double>::infinity();
    if (exponent < kLeast) return 0;
    if (exponent >= 0) {
        return power_of_ten(exponent / kStep * kStep) * power_of_ten(exponent % kStep);
    }
    return power_of_ten(exponent / kStep * kStep) / power_of_ten(-exponent % kStep);
}

/// Kubernetes: quantity.go AsApproximateFloat64.
double float_of(const Amount& amount) {
    const double units = std::strtod(amount.digits.c_str(), nullptr) * (amount.negative ? -1 : 1);
    return amount.scale == 0 ? units : units * go_power_of_ten(amount.scale);
}

/// The decimal that AsDec gives, with all places of its scale.
std::string decimal_of(const Amount& amount) {
    std::string text = amount.digits;
    if (amount.scale > 0 && text != "0") text.append(static_cast<std::size_t>(amount.scale), '0');
    if (amount.scale < 0) {
        const auto n_places = static_cast<std::size_t>(-amount.scale);
        if (text.size() <= n_places) text.insert(0, n_places + 1 - text.size(), '0');
        text.insert(text.size() - n_places, ".");
    }
    return amount.negative ? "-" + text : text;
}

} // namespace

void run_quantity_case(const Map& fields, Outcome& outcome) {
    const std::string text = text_field(fields, "text");
    const std::optional<Quantity> quantity = parse_quantity(text);
    if (!quantity) return outcome.add_text("error", "this is no quantity");
    const bool is_kept = keeps_text(text, quantity->format);
    if (quantity->exponent > kMostScale) {
        return outcome.add_text("caseError", "the number is too long to be written out");
    }
    const Amount amount = amount_of(text, *quantity);
    outcome.add_text("canonical", is_kept ? text : canonical_text(*quantity));
    outcome.add_text("recomputed", canonical_text(*quantity));
    outcome.add_int("milli", scaled_amount(amount, -3));
    outcome.add_int("value", scaled_amount(amount, 0));
    outcome.add_int("sign", quantity->is_zero() ? 0 : quantity->negative ? -1 : 1);
    outcome.add_text("format", format_name(quantity->format));
    outcome.add_text("float", format_general(float_of(amount)));
    outcome.add_text("dec", decimal_of(amount));
}

} // namespace tiphys::expr
