#pragma once
// The parts of a layout of Go's package time.

#include <cstdint>
#include <string_view>

namespace tiphys::expr {

enum class TimePart : std::uint8_t {
    kNone,
    kLongMonth,
    kMonth,
    kNumberMonth,
    kZeroMonth,
    kLongWeekday,
    kWeekday,
    kDay,
    kSpaceDay,
    kZeroDay,
    kSpaceYearDay,
    kZeroYearDay,
    kHour,
    kHour12,
    kZeroHour12,
    kMinute,
    kZeroMinute,
    kSecond,
    kZeroSecond,
    kLongYear,
    kYear,
    kUpperHalf, ///< `PM`
    kLowerHalf, ///< `pm`
    kZoneName,
    kZoneOffset,
    kFixedFraction,
    kFreeFraction,
};

/// How an offset from UTC is written.
struct OffsetStyle {
    bool z_for_utc = false;
    bool colons = false;
    bool minutes = true;
    bool seconds = false;
};

/// The first part of a layout, and the texts before and after it.
struct TimeChunk {
    std::string_view before;
    TimePart part = TimePart::kNone;
    std::string_view after;
    OffsetStyle style;    ///< of kZoneOffset
    int n_digits = 0;     ///< of fractions
    char separator = '.'; ///< of fractions
};

[[nodiscard]] TimeChunk next_chunk(std::string_view layout);

} // namespace tiphys::expr
