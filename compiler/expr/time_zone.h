#pragma once
// Time zones: fixed ones, and those of the tz database (TZif files).

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tiphys::expr {

/// What a clock shows compared with UTC.
struct ZoneOffset {
    std::int32_t seconds = 0; ///< east of UTC
    bool is_summer = false;
    std::string abbreviation;
};

class TimeZone {
public:
    /// The same offset for all time. An empty abbreviation is shown as the offset.
    static std::shared_ptr<const TimeZone> fixed(std::string name, std::string abbreviation,
                                                 std::int32_t seconds);
    static const std::shared_ptr<const TimeZone>& utc();

    /// The zone that a TZif file (RFC 8536) describes; null where `bytes` are not one.
    static std::shared_ptr<const TimeZone> from_tzif(std::string name, std::string_view bytes);

    [[nodiscard]] const std::string& name() const { return name_; }

    /// The offset at `seconds` since 1970 UTC.
    [[nodiscard]] const ZoneOffset& offset_at(std::int64_t seconds) const;

    /// The instant at which the clock shows `local` (seconds as if it were UTC). Of two such
    /// instants, or of none, the one that Go's time.Date chooses.
    [[nodiscard]] std::int64_t to_utc(std::int64_t local) const;

    /// The offset called `abbreviation`, preferring one in force at `local`; null if none is.
    [[nodiscard]] const ZoneOffset* find_abbreviation(std::string_view abbreviation,
                                                      std::int64_t local) const;

private:
    struct Transition {
        std::int64_t at;
        std::size_t offset;
    };
    /// The span of seconds around an instant in which its offset holds.
    struct Period {
        std::size_t offset;
        std::int64_t begin;
        std::int64_t end;
    };

    [[nodiscard]] Period period_at(std::int64_t seconds) const;
    void extend(std::string_view footer);

    std::string name_;
    std::vector<ZoneOffset> offsets_;
    std::vector<Transition> transitions_;
    std::size_t first_offset_ = 0; ///< before the first transition
};

} // namespace tiphys::expr
