#pragma once
// Times and durations as Argo reads and writes them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tiphys::run {

/// A bare integer is seconds, anything else is Go's syntax. Argo: ParseStringToDuration.
[[nodiscard]] std::optional<std::int64_t> parse_duration_ms(std::string_view text);

/// Why that found nothing: `unable to parse 1d as a duration: time: unknown unit "d" in duration
/// "1d"`.
[[nodiscard]] std::string duration_error(std::string_view text);
/// Its end, from `time:` on. Go: time.ParseDuration.
[[nodiscard]] std::string go_duration_error(std::string_view text);

/// `2026-08-21T12:39:06Z` of Unix time.
[[nodiscard]] std::string rfc3339(std::int64_t unix_ms);

/// Unix time of a text as above; decimals of the second count. Nothing where it is none in UTC.
[[nodiscard]] std::optional<std::int64_t> parse_rfc3339_ms(std::string_view text);

/// Seconds with six decimals, as Go's %f.
[[nodiscard]] std::string seconds_text(std::int64_t milliseconds);

/// `1.5s`, `3m30s`, `2h5m`: as Go reads it, without parts that are zero; seconds are rounded from
/// the first minute on.
[[nodiscard]] std::string short_duration(std::int64_t milliseconds);

/// `2 seconds`, `1 minute 30 seconds`. Argo: util/humanize.
[[nodiscard]] std::string human_duration(std::int64_t milliseconds);

} // namespace tiphys::run
