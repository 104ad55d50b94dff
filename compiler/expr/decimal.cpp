// Decimal numbers of any length.
#include "compiler/expr/decimal.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "compiler/expr/number_text.h"

namespace tiphys::expr {
namespace {

/// Places after the point that a division gives. shopspring/decimal: DivisionPrecision.
constexpr std::int64_t kQuotientPlaces = 16;

void drop_leading_zeros(std::string& digits) {
    digits.erase(0, std::min(digits.find_first_not_of('\0'), digits.size()));
}

/// -1, 0, 1. Neither has leading zeros.
int compare_digits(const std::string& a, const std::string& b) {
    if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
    const int order = a.compare(b);
    return order < 0 ? -1 : order > 0 ? 1 : 0;
}

std::string add_digits(std::string a, const std::string& b) {
    if (a.size() < b.size()) a.insert(0, b.size() - a.size(), '\0');
    int carry = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const int sum = a[a.size() - 1 - i] + (i < b.size() ? b[b.size() - 1 - i] : 0) + carry;
        a[a.size() - 1 - i] = static_cast<char>(sum % 10);
        carry = sum / 10;
    }
    if (carry != 0) a.insert(a.begin(), static_cast<char>(carry));
    return a;
}

/// a - b; a is not less.
std::string subtract_digits(std::string a, const std::string& b) {
    int borrow = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const int difference =
            a[a.size() - 1 - i] - (i < b.size() ? b[b.size() - 1 - i] : 0) - borrow;
        borrow = difference < 0 ? 1 : 0;
        a[a.size() - 1 - i] = static_cast<char>(difference + 10 * borrow);
    }
    drop_leading_zeros(a);
    return a;
}

std::string multiply_digits(const std::string& a, const std::string& b) {
    std::string product(a.size() + b.size(), '\0');
    for (std::size_t i = a.size(); i-- > 0;) {
        int carry = 0;
        for (std::size_t k = b.size(); k-- > 0;) {
            const int sum = product[i + k + 1] + a[i] * b[k] + carry;
            product[i + k + 1] = static_cast<char>(sum % 10);
            carry = sum / 10;
        }
        product[i] = static_cast<char>(carry);
    }
    drop_leading_zeros(product);
    return product;
}

struct Quotient {
    std::string digits;
    std::string rest;
};

Quotient divide_digits(const std::string& a, const std::string& b) {
    Quotient quotient;
    for (const char digit : a) {
        quotient.rest += digit;
        drop_leading_zeros(quotient.rest);
        char times = 0;
        while (compare_digits(quotient.rest, b) >= 0) {
            quotient.rest = subtract_digits(std::move(quotient.rest), b);
            ++times;
        }
        quotient.digits += times;
    }
    drop_leading_zeros(quotient.digits);
    return quotient;
}

void append_zeros(std::string& digits, std::int64_t count) {
    if (!digits.empty()) digits.append(static_cast<std::size_t>(count), '\0');
}

} // namespace

Decimal Decimal::from(double number) {
    Decimal decimal;
    if (number == 0) return decimal;
    decimal.negative_ = number < 0;
    // `1.25e+07` or `0.1`: the digits, and where the point is.
    const std::string written = format_general(std::fabs(number), -1'000);
    const std::string_view text = written;
    const std::size_t exponent_at = std::min(text.find('e'), text.size());
    if (exponent_at < text.size()) {
        std::string_view exponent = text.substr(exponent_at + 1);
        if (exponent.front() == '+') exponent.remove_prefix(1);
        decimal.exponent_ = parse_int(exponent, 10).value_or(0);
    }
    bool after_point = false;
    for (const char c : text.substr(0, exponent_at)) {
        if (c == '.') {
            after_point = true;
            continue;
        }
        decimal.digits_ += static_cast<char>(c - '0');
        if (after_point) --decimal.exponent_;
    }
    drop_leading_zeros(decimal.digits_);
    return decimal;
}

double Decimal::to_double() const {
    if (is_zero()) return 0;
    std::string text = negative_ ? "-" : "";
    for (const char digit : digits_)
        text += static_cast<char>('0' + digit);
    text += 'e' + std::to_string(exponent_);
    const double infinite = std::numeric_limits<double>::infinity();
    return parse_float(text).value_or(negative_ ? -infinite : infinite);
}

Decimal operator+(const Decimal& a, const Decimal& b) {
    Decimal sum = a;
    Decimal other = b;
    // Both to the lower exponent.
    Decimal& higher = sum.exponent_ > other.exponent_ ? sum : other;
    const std::int64_t lower = std::min(sum.exponent_, other.exponent_);
    append_zeros(higher.digits_, higher.exponent_ - lower);
    sum.exponent_ = other.exponent_ = lower;
    if (sum.negative_ == other.negative_) {
        sum.digits_ = add_digits(std::move(sum.digits_), other.digits_);
        return sum;
    }
    if (compare_digits(sum.digits_, other.digits_) < 0) std::swap(sum, other);
    sum.digits_ = subtract_digits(std::move(sum.digits_), other.digits_);
    return sum;
}

Decimal operator-(const Decimal& a, const Decimal& b) {
    Decimal negated = b;
    negated.negative_ = !b.negative_;
    return a + negated;
}

Decimal operator*(const Decimal& a, const Decimal& b) {
    Decimal product;
    product.negative_ = a.negative_ != b.negative_;
    product.exponent_ = a.exponent_ + b.exponent_;
    product.digits_ = multiply_digits(a.digits_, b.digits_);
    return product;
}

Decimal operator/(const Decimal& a, const Decimal& b) {
    Decimal result;
    result.negative_ = a.negative_ != b.negative_;
    result.exponent_ = -kQuotientPlaces;
    const std::int64_t shift = a.exponent_ - b.exponent_ + kQuotientPlaces;
    std::string dividend = a.digits_;
    std::string divisor = b.digits_;
    append_zeros(shift < 0 ? divisor : dividend, std::abs(shift));
    Quotient quotient = divide_digits(dividend, divisor);
    result.digits_ = std::move(quotient.digits);
    // Halves are rounded away from zero.
    const bool rounds = compare_digits(add_digits(quotient.rest, quotient.rest), divisor) >= 0;
    if (rounds) result.digits_ = add_digits(std::move(result.digits_), std::string(1, '\1'));
    return result;
}

} // namespace tiphys::expr
