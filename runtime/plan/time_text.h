#pragma once
// Times and durations as Argo reads and writes them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tiphys::run {

/// A bare integer is seconds, anything else is Go's syntax. Argo: ParseStringToDuration.
[[nodiscard]] std::optional<std::int64_t> parse_duration_ms(std::string_view text);

/// `2026-08-21T12:39:06Z` of Unix time.
[[nodiscard]] std::string rfc3339(std::int64_t unix_ms);

/// Seconds with six decimals, as Go's %f.
[[nodiscard]] std::string seconds_text(std::int64_t milliseconds);

/// `2 seconds`, `1 minute 30 seconds`. Argo: util/humanize.
[[nodiscard]] std::string human_duration(std::int64_t milliseconds);

} // namespace tiphys::run
