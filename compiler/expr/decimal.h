#pragma once
// Decimal numbers of any length, for sprig's addf, subf, mulf and divf. shopspring/decimal.

#include <cstdint>
#include <string>

namespace tiphys::expr {

/// digits * 10^exponent, without leading zeros; zero has no digits.
class Decimal {
public:
    /// The shortest number that reads back as `number`, which is finite.
    [[nodiscard]] static Decimal from(double number);

    /// The nearest float64; infinite where there is none.
    [[nodiscard]] double to_double() const;

    [[nodiscard]] bool is_zero() const { return digits_.empty(); }
    [[nodiscard]] std::size_t size() const { return digits_.size(); }

    friend Decimal operator+(const Decimal& a, const Decimal& b);
    friend Decimal operator-(const Decimal& a, const Decimal& b);
    friend Decimal operator*(const Decimal& a, const Decimal& b);
    /// Rounded to 16 places after the point. `b` is not zero.
    friend Decimal operator/(const Decimal& a, const Decimal& b);

private:
    bool negative_ = false;
    std::string digits_; ///< values 0 to 9, the highest first
    std::int64_t exponent_ = 0;
};

} // namespace tiphys::expr
