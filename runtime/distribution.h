#pragma once
// Durations that are not known exactly: fixed, drawn, or as recorded.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tiphys::run {

/// How long something takes.
struct Distribution {
    enum class Kind : std::uint8_t {
        kFixed,       ///< `30s`
        kUniform,     ///< `uniform(20s, 40s)`
        kNormal,      ///< `normal(30s, 5s)`: mean and deviation, never below zero
        kExponential, ///< `exponential(30s)`: mean
        kLognormal,   ///< `lognormal(30s, 2)`: median, and the factor that two thirds stay within
        kRecorded     ///< one of `recorded`
    };
    Kind kind = Kind::kFixed;
    std::int64_t first_ms = 0;
    std::int64_t second_ms = 0;
    double factor = 1;
    std::vector<std::int64_t> recorded;
};

/// The spellings above; nothing where the text is none of them.
[[nodiscard]] std::optional<Distribution> parse_distribution(std::string_view text);

/// Evenly mixed bits: the same for the same input, on every machine.
[[nodiscard]] std::uint64_t mix_bits(std::uint64_t value);
/// At least 0 and less than 1.
[[nodiscard]] double unit_chance(std::uint64_t bits);

/// The duration that `bits` stand for.
[[nodiscard]] std::int64_t draw_ms(const Distribution& from, std::uint64_t bits);

} // namespace tiphys::run
