#pragma once
// Functions of Go's package math whose last digit differs from the C library's.

namespace tiphys::expr {

[[nodiscard]] double go_exp(double x);
[[nodiscard]] double go_log(double x);
[[nodiscard]] double go_pow(double base, double exponent);

} // namespace tiphys::expr
