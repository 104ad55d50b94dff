#pragma once
// Kubernetes resource quantities (`500m`, `1.5Gi`, `1e3`).
// Kubernetes: k8s.io/apimachinery/pkg/api/resource/quantity.go.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tiphys::expr {

enum class QuantityFormat : std::uint8_t { kDecimalSi, kBinarySi, kDecimalExponent };

/// An exact decimal number with the notation that it prefers. Nothing is finer than a nano.
struct Quantity {
    QuantityFormat format = QuantityFormat::kDecimalSi;
    bool negative = false;
    std::string digits = "0";  ///< without zeros at either end; "0" for zero
    std::int64_t exponent = 0; ///< the number is digits × 10^exponent

    [[nodiscard]] bool is_zero() const { return digits == "0"; }
};

/// Nothing where Kubernetes refuses the text (`1K`, `1KiB`, `1,5`, blanks).
[[nodiscard]] std::optional<Quantity> parse_quantity(std::string_view text);

[[nodiscard]] bool is_quantity(std::string_view text);

/// -1, 0 or 1, as `a` is less than, equal to or greater than `b`.
[[nodiscard]] int compare(const Quantity& a, const Quantity& b);

/// The canonical text: `1000m` is `1`, `0.5Gi` is `512Mi`.
[[nodiscard]] std::string canonical_text(const Quantity& quantity);

/// The number in units of 10^scale (0: whole units, -3: milli), rounded away from zero; numbers
/// that do not fit become the nearest that does.
[[nodiscard]] std::int64_t scaled_value(const Quantity& quantity, int scale);

/// The nearest double.
[[nodiscard]] double approximate_value(const Quantity& quantity);

} // namespace tiphys::expr
