#pragma once
// Durations as Go's time.ParseDuration and Duration.String treat them (`1h30m`, `1.5s`).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tiphys::expr {

/// Nanoseconds, or nothing where Go refuses the text: no unit, an unknown unit (`1d`), blanks, or
/// more than 63 bits.
[[nodiscard]] std::optional<std::int64_t> parse_go_duration_ns(std::string_view text);

/// `1h0m0s`, `1.5s`, `300ms`: Go's way of writing a duration.
[[nodiscard]] std::string format_go_duration(std::int64_t nanoseconds);

} // namespace tiphys::expr
