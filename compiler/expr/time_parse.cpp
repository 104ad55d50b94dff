// Reading dates and times by a layout. Go: time/format.go parse.
#include <array>
#include <utility>

#include "compiler/expr/go_time.h"
#include "compiler/expr/time_layout.h"

namespace tiphys::expr {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                   "May",       "June",     "July",     "August",
                                                   "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};

constexpr bool is_digit_at(std::string_view text, std::size_t at) {
    return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

class TimeParser {
public:
    explicit TimeParser(std::string_view text) : text_(text) {}

    std::optional<Time> run(std::string_view layout, const std::shared_ptr<const TimeZone>& zone) {
        for (;;) {
            const TimeChunk chunk = next_chunk(layout);
            if (!skip(chunk.before)) return std::nullopt;
            if (chunk.part == TimePart::kNone) break;
            layout = chunk.after;
            if (!read(chunk, layout)) return std::nullopt;
        }
        if (!text_.empty() || !settle_date()) return std::nullopt;
        if (afternoon_ && civil_.hour < 12) civil_.hour += 12;
        if (morning_ && civil_.hour == 12) civil_.hour = 0;
        return place(zone);
    }

private:
    bool skip(std::string_view prefix) {
        const auto drop_spaces = [](std::string_view& text) {
            while (!text.empty() && text.front() == ' ')
                text.remove_prefix(1);
        };
        while (!prefix.empty()) {
            if (prefix.front() == ' ') {
                if (!text_.empty() && text_.front() != ' ') return false;
                drop_spaces(prefix);
                drop_spaces(text_);
                continue;
            }
            if (text_.empty() || text_.front() != prefix.front()) return false;
            prefix.remove_prefix(1);
            text_.remove_prefix(1);
        }
        return true;
    }

    bool accept(std::string_view word) {
        if (text_.substr(0, word.size()) != word) return false;
        text_.remove_prefix(word.size());
        return true;
    }

    /// One or two digits; two where `fixed`.
    bool take_number(int& number, bool fixed, int least, int most) {
        if (!is_digit_at(text_, 0)) return false;
        const bool two = is_digit_at(text_, 1);
        if (fixed && !two) return false;
        number = text_[0] - '0';
        if (two) number = number * 10 + (text_[1] - '0');
        text_.remove_prefix(two ? 2 : 1);
        return number >= least && number <= most;
    }

    template <std::size_t kCount>
    bool take_name(const std::array<std::string_view, kCount>& names, bool shortened, int& index) {
        for (std::size_t i = 0; i < kCount; ++i) {
            const std::string_view name = shortened ? names[i].substr(0, 3) : names[i];
            if (!equal_ignoring_case(text_.substr(0, name.size()), name)) continue;
            text_.remove_prefix(name.size());
            index = static_cast<int>(i);
            return true;
        }
        return false;
    }

    bool read(const TimeChunk& chunk, std::string_view layout_after) {
        int ignored = 0;
        switch (chunk.part) {
        case TimePart::kNone:
            return false;
        case TimePart::kYear:
            return take_short_year();
        case TimePart::kLongYear:
            return take_long_year();
        case TimePart::kMonth:
            return take_name(kMonths, true, month_) && ++month_ > 0;
        case TimePart::kLongMonth:
            return take_name(kMonths, false, month_) && ++month_ > 0;
        case TimePart::kNumberMonth:
            return take_number(month_, false, 1, 12);
        case TimePart::kZeroMonth:
            return take_number(month_, true, 1, 12);
        case TimePart::kWeekday:
            return take_name(kWeekdays, true, ignored);
        case TimePart::kLongWeekday:
            return take_name(kWeekdays, false, ignored);
        case TimePart::kSpaceDay:
            accept(" ");
            return take_number(day_, false, 0, 99);
        case TimePart::kDay:
            return take_number(day_, false, 0, 99);
        case TimePart::kZeroDay:
            return take_number(day_, true, 0, 99);
        case TimePart::kSpaceYearDay:
            accept(" ");
            accept(" ");
            return take_day_of_year(false);
        case TimePart::kZeroYearDay:
            return take_day_of_year(true);
        case TimePart::kHour:
            return take_number(civil_.hour, false, 0, 23);
        case TimePart::kHour12:
            return take_number(civil_.hour, false, 0, 12);
        case TimePart::kZeroHour12:
            return take_number(civil_.hour, true, 0, 12);
        case TimePart::kMinute:
            return take_number(civil_.minute, false, 0, 59);
        case TimePart::kZeroMinute:
            return take_number(civil_.minute, true, 0, 59);
        case TimePart::kSecond:
            return take_seconds(false, layout_after);
        case TimePart::kZeroSecond:
            return take_seconds(true, layout_after);
        case TimePart::kUpperHalf:
            return take_half("AM", "PM");
        case TimePart::kLowerHalf:
            return take_half("am", "pm");
        case TimePart::kZoneOffset:
            return take_offset(chunk.style);
        case TimePart::kZoneName:
            return take_zone_name();
        case TimePart::kFixedFraction:
            return take_fraction(1 + static_cast<std::size_t>(chunk.n_digits));
        case TimePart::kFreeFraction:
            return take_free_fraction();
        }
        return false;
    }

    bool take_digits(std::size_t n_digits, int& number) {
        number = 0;
        for (std::size_t i = 0; i < n_digits; ++i) {
            if (!is_digit_at(text_, i)) return false;
            number = number * 10 + (text_[i] - '0');
        }
        text_.remove_prefix(n_digits);
        return true;
    }

    bool take_short_year() {
        int year = 0;
        if (!take_digits(2, year)) return false;
        civil_.year = year >= 69 ? year + 1900 : year + 2000;
        return true;
    }

    bool take_long_year() {
        int year = 0;
        if (!take_digits(4, year)) return false;
        civil_.year = year;
        return true;
    }

    bool take_day_of_year(bool fixed) {
        int number = 0;
        std::size_t n_digits = 0;
        for (; n_digits < 3 && is_digit_at(text_, n_digits); ++n_digits)
            number = number * 10 + (text_[n_digits] - '0');
        if (n_digits == 0 || (fixed && n_digits != 3)) return false;
        text_.remove_prefix(n_digits);
        day_of_year_ = number;
        return true;
    }

    bool take_seconds(bool fixed, std::string_view layout_after) {
        if (!take_number(civil_.second, fixed, 0, 59)) return false;
        // A fraction may follow although the layout has none.
        if (!at_fraction()) return true;
        const TimePart next = next_chunk(layout_after).part;
        if (next == TimePart::kFixedFraction || next == TimePart::kFreeFraction) return true;
        return take_free_fraction();
    }

    [[nodiscard]] bool at_fraction() const {
        return !text_.empty() && (text_.front() == '.' || text_.front() == ',') &&
               is_digit_at(text_, 1);
    }

    bool take_free_fraction() {
        if (!at_fraction()) return true;
        std::size_t size = 1;
        while (is_digit_at(text_, size))
            ++size;
        return take_fraction(size);
    }

    /// A separator and digits, `size` bytes; digits after the ninth are dropped.
    bool take_fraction(std::size_t size) {
        if (text_.size() < size || (text_.front() != '.' && text_.front() != ',')) return false;
        nanoseconds_ = 0;
        for (std::size_t i = 1; i < size; ++i) {
            if (i <= 9 && !is_digit_at(text_, i)) return false;
            if (i <= 9) nanoseconds_ = nanoseconds_ * 10 + (text_[i] - '0');
        }
        for (std::size_t i = size; i <= 9; ++i)
            nanoseconds_ *= 10;
        text_.remove_prefix(size);
        return true;
    }

    bool take_half(std::string_view morning, std::string_view afternoon) {
        morning_ = accept(morning);
        afternoon_ = !morning_ && accept(afternoon);
        return morning_ || afternoon_;
    }

    bool take_offset(const OffsetStyle& style) {
        if (style.z_for_utc && accept("Z")) {
            is_utc_ = true;
            return true;
        }
        if (text_.empty() || (text_.front() != '+' && text_.front() != '-')) return false;
        const bool west = text_.front() == '-';
        text_.remove_prefix(1);
        int hours = 0;
        int minutes = 0;
        int seconds = 0;
        const auto separator = [&] { return !style.colons || accept(":"); };
        if (!take_number(hours, true, 0, 24)) return false;
        if (style.minutes && !(separator() && take_number(minutes, true, 0, 60))) return false;
        if (style.seconds && !(separator() && take_number(seconds, true, 0, 60))) return false;
        const std::int32_t total = (hours * 60 + minutes) * 60 + seconds;
        offset_ = west ? -total : total;
        return true;
    }

    bool take_zone_name() {
        if (accept("UTC")) {
            is_utc_ = true;
            return true;
        }
        const std::size_t size = zone_name_size();
        zone_name_ = text_.substr(0, size);
        text_.remove_prefix(size);
        return size > 0;
    }

    /// Bytes of a sign and hours up to 23; 0 where there are none.
    static std::size_t signed_hours_size(std::string_view text) {
        if (text.empty() || (text.front() != '+' && text.front() != '-')) return 0;
        std::size_t size = 1;
        int hours = 0;
        for (; is_digit_at(text, size); ++size) {
            hours = hours * 10 + (text[size] - '0');
            if (hours > 23) return 0;
        }
        return size > 1 ? size : 0;
    }

    [[nodiscard]] std::size_t zone_name_size() const {
        if (text_.size() < 3) return 0;
        if (text_.substr(0, 4) == "ChST" || text_.substr(0, 4) == "MeST") return 4;
        if (text_.substr(0, 3) == "GMT") return 3 + signed_hours_size(text_.substr(3));
        if (text_.front() == '+' || text_.front() == '-') return signed_hours_size(text_);
        std::size_t n_upper = 0;
        while (n_upper < 6 && n_upper < text_.size() && text_[n_upper] >= 'A' &&
               text_[n_upper] <= 'Z') {
            ++n_upper;
        }
        if (n_upper == 3) return 3;
        if (n_upper == 4) return text_[3] == 'T' || text_.substr(0, 4) == "WITA" ? 4 : 0;
        return n_upper == 5 && text_[4] == 'T' ? 5 : 0;
    }

    /// Brings month, day and day of the year together.
    bool settle_date() {
        if (day_of_year_ >= 0) {
            const int n_days = is_leap_year(civil_.year) ? 366 : 365;
            if (day_of_year_ < 1 || day_of_year_ > n_days) return false;
            const Civil date = civil_from_seconds(
                (days_from_civil(civil_.year, 1, 1) + day_of_year_ - 1) * kSecondsPerDay);
            if (month_ >= 0 && month_ != date.month) return false;
            if (day_ >= 0 && day_ != date.day) return false;
            month_ = date.month;
            day_ = date.day;
        }
        civil_.month = month_ < 0 ? 1 : month_;
        civil_.day = day_ < 0 ? 1 : day_;
        return civil_.day >= 1 && civil_.day <= days_in_month(civil_.year, civil_.month);
    }

    Time place(const std::shared_ptr<const TimeZone>& zone) {
        if (is_utc_) return time_from_civil(civil_, nanoseconds_, TimeZone::utc());
        const std::string name(zone_name_);
        const std::int64_t local = seconds_from_civil(civil_);
        if (offset_) {
            Time time{local - *offset_, nanoseconds_, zone};
            const ZoneOffset& there = zone->offset_at(time.seconds);
            const bool fits =
                there.seconds == *offset_ && (name.empty() || there.abbreviation == name);
            if (!fits) time.zone = TimeZone::fixed(name, name, *offset_);
            return time;
        }
        if (name.empty()) return time_from_civil(civil_, nanoseconds_, zone);
        if (const ZoneOffset* known = zone->find_abbreviation(name, local)) {
            return {local - known->seconds, nanoseconds_, zone};
        }
        // A zone that nobody knows counts as UTC, `GMT+3` as what it says.
        std::int32_t offset = 0;
        for (std::size_t i = 4; name.size() > 3 && name.substr(0, 3) == "GMT" && i < name.size();
             ++i)
            offset = offset * 10 + (name[i] - '0');
        offset *= name.size() > 3 && name[3] == '-' ? -3600 : 3600;
        // Go takes the text as UTC here, and shows it in the new zone.
        return {local, nanoseconds_, TimeZone::fixed(name, name, offset)};
    }

    std::string_view text_;
    Civil civil_{.year = 0};
    int month_ = -1;
    int day_ = -1;
    int day_of_year_ = -1;
    std::int32_t nanoseconds_ = 0;
    bool morning_ = false;
    bool afternoon_ = false;
    bool is_utc_ = false;
    std::optional<std::int32_t> offset_;
    std::string_view zone_name_;
};

} // namespace

std::optional<Time> parse_time(std::string_view layout, std::string_view text,
                               const std::shared_ptr<const TimeZone>& zone) {
    return TimeParser(text).run(layout, zone);
}

std::optional<std::int64_t> govaluate_seconds(std::string_view text) {
    constexpr std::array<std::string_view, 14> kLayouts{"Mon Jan _2 15:04:05 2006",
                                                        "Mon Jan _2 15:04:05 MST 2006",
                                                        "Mon Jan 02 15:04:05 -0700 2006",
                                                        "3:04PM",
                                                        kRfc3339,
                                                        kRfc3339Nano,
                                                        "2006-01-02",
                                                        "2006-01-02 15:04",
                                                        "2006-01-02 15:04:05",
                                                        "2006-01-02 15:04:05-07:00",
                                                        "2006-01-02T15Z0700",
                                                        "2006-01-02T15:04Z0700",
                                                        "2006-01-02T15:04:05Z0700",
                                                        "2006-01-02T15:04:05.999999999Z0700"};
    for (const std::string_view layout : kLayouts) {
        if (const std::optional<Time> time = parse_time(layout, text, TimeZone::utc())) {
            return time->seconds;
        }
    }
    return std::nullopt;
}

} // namespace tiphys::expr
