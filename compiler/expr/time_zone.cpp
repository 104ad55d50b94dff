// Time zones: fixed ones, and those of the tz database.
#include "compiler/expr/time_zone.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "compiler/expr/calendar.h"

namespace tiphys::expr {
namespace {

/// Rules of a TZif footer are unrolled up to this year.
constexpr std::int64_t kLastYear = 2200;

class TzifBytes {
public:
    explicit TzifBytes(std::string_view bytes) : bytes_(bytes) {}

    [[nodiscard]] bool ok() const { return ok_; }

    std::int64_t take_int(std::size_t n_bytes) {
        const std::string_view part = take(n_bytes);
        if (part.empty()) return 0;
        std::uint64_t value = (static_cast<unsigned char>(part.front()) & 0x80U) != 0 ? ~0ULL : 0;
        for (const char c : part)
            value = (value << 8) | static_cast<unsigned char>(c);
        return static_cast<std::int64_t>(value);
    }

    std::string_view take(std::size_t n_bytes) {
        if (bytes_.size() < n_bytes) {
            ok_ = false;
            return {};
        }
        const std::string_view part = bytes_.substr(0, n_bytes);
        bytes_.remove_prefix(n_bytes);
        return part;
    }

    [[nodiscard]] std::string_view rest() const { return bytes_; }

private:
    std::string_view bytes_;
    bool ok_ = true;
};

struct Header {
    char version = 0;
    std::size_t n_utc = 0;
    std::size_t n_standard = 0;
    std::size_t n_leap = 0;
    std::size_t n_transitions = 0;
    std::size_t n_offsets = 0;
    std::size_t n_letters = 0;

    [[nodiscard]] std::size_t body_size(std::size_t time_size) const {
        return n_transitions * (time_size + 1) + n_offsets * 6 + n_letters +
               n_leap * (time_size + 4) + n_standard + n_utc;
    }
};

std::optional<Header> take_header(TzifBytes& bytes) {
    Header header;
    if (bytes.take(4) != "TZif") return std::nullopt;
    const std::string_view version = bytes.take(16);
    if (!bytes.ok()) return std::nullopt;
    header.version = version.front();
    const auto count = [&] { return static_cast<std::size_t>(bytes.take_int(4) & 0xffffffff); };
    header.n_utc = count();
    header.n_standard = count();
    header.n_leap = count();
    header.n_transitions = count();
    header.n_offsets = count();
    header.n_letters = count();
    if (!bytes.ok()) return std::nullopt;
    return header;
}

/// A POSIX rule for the days on which clocks change: `M3.5.0/2`, `J60`, `59`.
struct ChangeRule {
    char kind = 'M';
    int month = 0;
    int week = 0;
    int day = 0;
    std::int64_t seconds = 7200;
};

/// A POSIX TZ text such as `CET-1CEST,M3.5.0,M10.5.0/3`.
class PosixRule {
public:
    explicit PosixRule(std::string_view text) : text_(text) {}

    bool read() {
        if (!take_name(standard.abbreviation) || !take_offset(standard.seconds)) return false;
        if (text_.empty()) return true;
        summer.is_summer = true;
        if (!take_name(summer.abbreviation)) return false;
        summer.seconds = standard.seconds + 3600;
        if (!text_.empty() && text_.front() != ',' && !take_offset(summer.seconds)) return false;
        has_summer = take_rule(begin) && take_rule(end);
        return has_summer;
    }

    ZoneOffset standard;
    ZoneOffset summer;
    ChangeRule begin;
    ChangeRule end;
    bool has_summer = false;

private:
    bool accept(char c) {
        if (text_.empty() || text_.front() != c) return false;
        text_.remove_prefix(1);
        return true;
    }

    bool take_name(std::string& name) {
        const bool quoted = accept('<');
        while (!text_.empty() && (quoted ? text_.front() != '>'
                                         : std::string_view("0123456789+-,").find(text_.front()) ==
                                               std::string_view::npos)) {
            name += text_.front();
            text_.remove_prefix(1);
        }
        return !name.empty() && (!quoted || accept('>'));
    }

    bool take_number(std::int64_t& number) {
        std::size_t n_digits = 0;
        number = 0;
        for (; !text_.empty() && text_.front() >= '0' && text_.front() <= '9' && n_digits < 5;
             ++n_digits) {
            number = number * 10 + (text_.front() - '0');
            text_.remove_prefix(1);
        }
        return n_digits > 0;
    }

    bool take_clock(std::int64_t& seconds) {
        const bool negative = accept('-');
        if (!negative) accept('+');
        std::int64_t part = 0;
        if (!take_number(part)) return false;
        seconds = part * 3600;
        if (accept(':') && take_number(part)) seconds += part * 60;
        if (accept(':') && take_number(part)) seconds += part;
        if (negative) seconds = -seconds;
        return true;
    }

    /// POSIX counts west of UTC.
    bool take_offset(std::int32_t& east) {
        std::int64_t west = 0;
        if (!take_clock(west)) return false;
        east = static_cast<std::int32_t>(-west);
        return true;
    }

    bool take_rule(ChangeRule& rule) {
        if (!accept(',')) return false;
        std::int64_t number = 0;
        if (accept('M')) {
            rule.kind = 'M';
            if (!take_number(number)) return false;
            rule.month = static_cast<int>(number);
            if (!accept('.') || !take_number(number)) return false;
            rule.week = static_cast<int>(number);
            if (!accept('.') || !take_number(number)) return false;
            rule.day = static_cast<int>(number);
        } else {
            rule.kind = accept('J') ? 'J' : 'N';
            if (!take_number(number)) return false;
            rule.day = static_cast<int>(number);
        }
        return !accept('/') || take_clock(rule.seconds);
    }

    std::string_view text_;
};

/// Local seconds since 1970 at which `rule` strikes in `year`.
std::int64_t strike(const ChangeRule& rule, std::int64_t year) {
    std::int64_t day = 0;
    if (rule.kind == 'M') {
        const std::int64_t first = days_from_civil(year, rule.month, 1);
        const int weekday_of_first = weekday_of(first);
        day = first + (rule.day - weekday_of_first + 7) % 7 + 7 * (rule.week - 1);
        const int n_days = days_in_month(year, rule.month);
        while (day >= first + n_days)
            day -= 7;
    } else {
        day = days_from_civil(year, 1, 1) + rule.day;
        if (rule.kind == 'J') { // February 29 is not counted
            day -= 1;
            if (is_leap_year(year) && rule.day >= 60) day += 1;
        }
    }
    return day * kSecondsPerDay + rule.seconds;
}

} // namespace

std::shared_ptr<const TimeZone> TimeZone::fixed(std::string name, std::string abbreviation,
                                                std::int32_t seconds) {
    auto zone = std::make_shared<TimeZone>();
    zone->name_ = std::move(name);
    zone->offsets_.push_back({seconds, false, std::move(abbreviation)});
    return zone;
}

const std::shared_ptr<const TimeZone>& TimeZone::utc() {
    static const std::shared_ptr<const TimeZone> kUtc = fixed("UTC", "UTC", 0);
    return kUtc;
}

std::shared_ptr<const TimeZone> TimeZone::from_tzif(std::string name, std::string_view bytes) {
    TzifBytes data(bytes);
    std::optional<Header> header = take_header(data);
    if (!header) return nullptr;
    std::size_t time_size = 4;
    if (header->version >= '2') { // the same again with 64 bits follows
        data.take(header->body_size(4));
        header = take_header(data);
        if (!header) return nullptr;
        time_size = 8;
    }
    if (header->body_size(time_size) > data.rest().size()) return nullptr;
    auto zone = std::make_shared<TimeZone>();
    zone->name_ = std::move(name);
    for (std::size_t i = 0; i < header->n_transitions; ++i)
        zone->transitions_.push_back({data.take_int(time_size), 0});
    for (Transition& transition : zone->transitions_)
        transition.offset = static_cast<std::size_t>(data.take_int(1) & 0xff);
    std::vector<std::size_t> letters_at;
    for (std::size_t i = 0; i < header->n_offsets; ++i) {
        ZoneOffset offset;
        offset.seconds = static_cast<std::int32_t>(data.take_int(4));
        offset.is_summer = data.take_int(1) != 0;
        letters_at.push_back(static_cast<std::size_t>(data.take_int(1) & 0xff));
        zone->offsets_.push_back(std::move(offset));
    }
    const std::string_view letters = data.take(header->n_letters);
    for (std::size_t i = 0; i < letters_at.size(); ++i) {
        if (letters_at[i] > letters.size()) return nullptr;
        const std::string_view from = letters.substr(letters_at[i]);
        zone->offsets_[i].abbreviation = from.substr(0, from.find('\0'));
    }
    data.take(header->n_leap * (time_size + 4) + header->n_standard + header->n_utc);
    const auto is_unknown = [&](const Transition& t) { return t.offset >= zone->offsets_.size(); };
    if (!data.ok() || zone->offsets_.empty() ||
        std::any_of(zone->transitions_.begin(), zone->transitions_.end(), is_unknown)) {
        return nullptr;
    }
    const auto standard = std::find_if(zone->offsets_.begin(), zone->offsets_.end(),
                                       [](const ZoneOffset& o) { return !o.is_summer; });
    if (standard != zone->offsets_.end()) {
        zone->first_offset_ = static_cast<std::size_t>(standard - zone->offsets_.begin());
    }
    std::string_view footer = data.rest();
    if (time_size == 8 && footer.size() >= 2)
        zone->extend(footer.substr(1, footer.find('\n', 1) - 1));
    return zone;
}

void TimeZone::extend(std::string_view footer) {
    PosixRule rule(footer);
    if (!rule.read() || !rule.has_summer) return;
    const std::int64_t last = transitions_.empty() ? 0 : transitions_.back().at;
    offsets_.push_back(rule.standard);
    offsets_.push_back(rule.summer);
    const std::size_t standard = offsets_.size() - 2;
    std::vector<Transition> later;
    for (std::int64_t year = civil_from_seconds(last).year; year <= kLastYear; ++year) {
        later.push_back({strike(rule.begin, year) - rule.standard.seconds, standard + 1});
        later.push_back({strike(rule.end, year) - rule.summer.seconds, standard});
    }
    std::sort(later.begin(), later.end(),
              [](const Transition& a, const Transition& b) { return a.at < b.at; });
    for (const Transition& transition : later) {
        if (transition.at > last) transitions_.push_back(transition);
    }
}

TimeZone::Period TimeZone::period_at(std::int64_t seconds) const {
    const auto after =
        std::upper_bound(transitions_.begin(), transitions_.end(), seconds,
                         [](std::int64_t s, const Transition& t) { return s < t.at; });
    Period period{first_offset_, std::numeric_limits<std::int64_t>::min(),
                  std::numeric_limits<std::int64_t>::max()};
    if (after != transitions_.begin()) {
        period.offset = std::prev(after)->offset;
        period.begin = std::prev(after)->at;
    }
    if (after != transitions_.end()) period.end = after->at;
    return period;
}

const ZoneOffset& TimeZone::offset_at(std::int64_t seconds) const {
    return offsets_[period_at(seconds).offset];
}

std::int64_t TimeZone::to_utc(std::int64_t local) const {
    // Go: time.Date looks up the offset at the local time taken as UTC, and where that leads over
    // a change of clocks, once more at the outcome.
    const Period period = period_at(local);
    const std::int64_t utc = local - offsets_[period.offset].seconds;
    if (utc >= period.begin && utc < period.end) return utc;
    return local - offset_at(utc).seconds;
}

const ZoneOffset* TimeZone::find_abbreviation(std::string_view abbreviation,
                                              std::int64_t local) const {
    for (const ZoneOffset& offset : offsets_) {
        if (offset.abbreviation != abbreviation) continue;
        const ZoneOffset& then = offset_at(local - offset.seconds);
        if (then.abbreviation == abbreviation) return &then;
    }
    for (const ZoneOffset& offset : offsets_) {
        if (offset.abbreviation == abbreviation) return &offset;
    }
    return nullptr;
}

} // namespace tiphys::expr
