// Functions of Go's package math whose last digit differs from the C library's.
#include "compiler/expr/go_math.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

namespace tiphys::expr {

double go_exp(double x) {
    // Go on amd64: the exponent is split off, a sixteenth of the rest goes into a Taylor series
    // of exp(x) - 1, and the outcome is doubled four times.
    constexpr double kOverflow = 7.09782712893384e+02;
    constexpr double kLog2E = 1.4426950408889634073599246810018920;
    constexpr double kLn2Upper = 0.69314718055966295651160180568695068359375;
    constexpr double kLn2Lower = 0.28235290563031577122588448175013436025525412068e-12;
    constexpr std::array<double, 7> kTaylor{1.9841269841269841270e-4,
                                            1.3888888888888888889e-3,
                                            8.3333333333333333333e-3,
                                            4.1666666666666666667e-2,
                                            1.6666666666666666667e-1,
                                            0.5,
                                            1.0};
    if (std::isnan(x)) return x;
    if (x > kOverflow) return std::numeric_limits<double>::infinity();
    if (x < -745.2) return 0;
    const double exponent = std::nearbyint(x * kLog2E);
    double rest = std::fma(-exponent, kLn2Upper, x);
    rest = std::fma(-exponent, kLn2Lower, rest) * 0.0625;
    double series = 2.4801587301587301587e-5;
    for (const double coefficient : kTaylor)
        series = std::fma(series, rest, coefficient);
    double value = rest * series;
    for (int i = 0; i < 3; ++i)
        value *= value + 2;
    value = std::fma(value, value + 2, 1.0);
    return std::ldexp(value, static_cast<int>(exponent));
}

double go_log(double x) {
    constexpr double kLn2High = 6.93147180369123816490e-01;
    constexpr double kLn2Low = 1.90821492927058770002e-10;
    if (std::isnan(x) || x == std::numeric_limits<double>::infinity()) return x;
    if (x < 0) return std::numeric_limits<double>::quiet_NaN();
    if (x == 0) return -std::numeric_limits<double>::infinity();
    int exponent = 0;
    double fraction = std::frexp(x, &exponent);
    if (fraction < 0.70710678118654752440) {
        fraction *= 2;
        --exponent;
    }
    // The minimax polynomial of FreeBSD's msun for log(1 + f).
    const double f = fraction - 1;
    const double k = exponent;
    const double s = f / (2 + f);
    const double s2 = s * s;
    const double s4 = s2 * s2;
    const double odd =
        s2 * (6.666666666666735130e-01 +
              s4 * (2.857142874366239149e-01 +
                    s4 * (1.818357216161805012e-01 + s4 * 1.479819860511658591e-01)));
    const double even = s4 * (3.999999999940941908e-01 +
                              s4 * (2.222219843214978396e-01 + s4 * 1.531383769920937332e-01));
    const double half_square = 0.5 * f * f;
    return k * kLn2High - ((half_square - (s * (half_square + (odd + even)) + k * kLn2Low)) - f);
}

double go_pow(double base, double exponent) {
    const bool is_special = base == 0 || base == 1 || exponent == 0 || exponent == 1 ||
                            std::abs(exponent) == 0.5 || !std::isfinite(base) ||
                            !std::isfinite(exponent) || std::abs(exponent) >= 9.2e18;
    double whole = 0;
    double rest = std::modf(std::abs(exponent), &whole);
    if (is_special || (rest != 0 && base < 0)) return std::pow(base, exponent);
    double result = 1;
    if (rest != 0) {
        if (rest > 0.5) {
            rest -= 1;
            whole += 1;
        }
        result = go_exp(rest * go_log(base));
    }
    // Whole powers by squaring; powers of two are kept apart.
    int square_exponent = 0;
    int result_exponent = 0;
    double square = std::frexp(base, &square_exponent);
    for (auto bit = static_cast<std::int64_t>(whole); bit != 0; bit >>= 1) {
        constexpr int kMostExponent = 1 << 12;
        if (std::abs(square_exponent) > kMostExponent) { // over- or underflows anyway
            result_exponent += square_exponent;
            break;
        }
        if ((bit & 1) == 1) {
            result *= square;
            result_exponent += square_exponent;
        }
        square *= square;
        square_exponent *= 2;
        if (square < 0.5) {
            square += square;
            --square_exponent;
        }
    }
    if (exponent < 0) {
        result = 1 / result;
        result_exponent = -result_exponent;
    }
    return std::ldexp(result, result_exponent);
}

} // namespace tiphys::expr
