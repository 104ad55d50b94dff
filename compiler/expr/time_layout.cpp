// The parts of a layout of Go's package time. Go: time/format.go nextStdChunk.
#include "compiler/expr/time_layout.h"

#include <array>

namespace tiphys::expr {
namespace {

struct FixedPart {
    std::string_view text;
    TimePart part;
};

/// Longer texts stand before their beginnings.
constexpr std::array<FixedPart, 23> kFixedParts{{
    {"January", TimePart::kLongMonth}, {"Monday", TimePart::kLongWeekday},
    {"2006", TimePart::kLongYear},     {"002", TimePart::kZeroYearDay},
    {"MST", TimePart::kZoneName},      {"01", TimePart::kZeroMonth},
    {"02", TimePart::kZeroDay},        {"03", TimePart::kZeroHour12},
    {"04", TimePart::kZeroMinute},     {"05", TimePart::kZeroSecond},
    {"06", TimePart::kYear},           {"15", TimePart::kHour},
    {"1", TimePart::kNumberMonth},     {"2", TimePart::kDay},
    {"__2", TimePart::kSpaceYearDay},  {"3", TimePart::kHour12},
    {"4", TimePart::kMinute},          {"5", TimePart::kSecond},
    {"PM", TimePart::kUpperHalf},      {"pm", TimePart::kLowerHalf},
    {"_2", TimePart::kSpaceDay},       {"Jan", TimePart::kMonth},
    {"Mon", TimePart::kWeekday},
}};

struct FixedOffset {
    std::string_view text;
    OffsetStyle style;
};

constexpr std::array<FixedOffset, 10> kFixedOffsets{{
    {"-070000", {false, false, true, true}},
    {"-07:00:00", {false, true, true, true}},
    {"-0700", {false, false, true, false}},
    {"-07:00", {false, true, true, false}},
    {"-07", {false, false, false, false}},
    {"Z070000", {true, false, true, true}},
    {"Z07:00:00", {true, true, true, true}},
    {"Z0700", {true, false, true, false}},
    {"Z07:00", {true, true, true, false}},
    {"Z07", {true, false, false, false}},
}};

bool starts_with(std::string_view text, std::string_view start) {
    return text.substr(0, start.size()) == start;
}

/// `.000` or `,999`, not followed by another digit.
bool read_fraction(std::string_view rest, TimeChunk& chunk, std::size_t& size) {
    if (rest.size() < 2 || (rest[0] != '.' && rest[0] != ',')) return false;
    if (rest[1] != '0' && rest[1] != '9') return false;
    size = 1;
    while (size < rest.size() && rest[size] == rest[1])
        ++size;
    if (size < rest.size() && rest[size] >= '0' && rest[size] <= '9') return false;
    chunk.part = rest[1] == '0' ? TimePart::kFixedFraction : TimePart::kFreeFraction;
    chunk.n_digits = static_cast<int>(size - 1);
    chunk.separator = rest[0];
    return true;
}

bool read_fixed(std::string_view rest, TimeChunk& chunk, std::size_t& size) {
    for (const FixedPart& fixed : kFixedParts) {
        if (!starts_with(rest, fixed.text)) continue;
        size = fixed.text.size();
        const bool is_short_name =
            fixed.part == TimePart::kMonth || fixed.part == TimePart::kWeekday;
        // `Monster` is no weekday.
        if (is_short_name && size < rest.size() && rest[size] >= 'a' && rest[size] <= 'z') {
            continue;
        }
        chunk.part = fixed.part;
        return true;
    }
    for (const FixedOffset& fixed : kFixedOffsets) {
        if (!starts_with(rest, fixed.text)) continue;
        size = fixed.text.size();
        chunk.part = TimePart::kZoneOffset;
        chunk.style = fixed.style;
        return true;
    }
    return read_fraction(rest, chunk, size);
}

} // namespace

TimeChunk next_chunk(std::string_view layout) {
    TimeChunk chunk;
    for (std::size_t at = 0; at < layout.size(); ++at) {
        // `_2006` is a `_` before a year.
        if (starts_with(layout.substr(at), "_2006")) continue;
        std::size_t size = 0;
        if (!read_fixed(layout.substr(at), chunk, size)) continue;
        chunk.before = layout.substr(0, at);
        chunk.after = layout.substr(at + size);
        return chunk;
    }
    chunk.before = layout;
    return chunk;
}

} // namespace tiphys::expr
