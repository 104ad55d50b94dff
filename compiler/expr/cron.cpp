// Reading of cron schedules. robfig/cron: parser.go.
#include "compiler/expr/cron.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "compiler/expr/duration.h"
#include "compiler/expr/unicode.h"

namespace tiphys::expr {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays{"sun", "mon", "tue", "wed",
                                                    "thu", "fri", "sat"};
constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};

/// What a field may hold. `names` stand for the values from `first` on.
struct FieldKind {
    std::string_view noun;
    int first = 0;
    int last = 0;
    std::span<const std::string_view> names;
};
constexpr std::array<FieldKind, 5> kFields{{{"minute", 0, 59, {}},
                                            {"hour", 0, 23, {}},
                                            {"day of month", 1, 31, {}},
                                            {"month", 1, 12, kMonths},
                                            {"day of week", 0, 6, kWeekdays}}};

struct Descriptor {
    std::string_view name;
    std::string_view fields;
};
constexpr std::array<Descriptor, 7> kDescriptors{{{"@yearly", "0 0 1 1 *"},
                                                  {"@annually", "0 0 1 1 *"},
                                                  {"@monthly", "0 0 1 * *"},
                                                  {"@weekly", "0 0 * * 0"},
                                                  {"@daily", "0 0 * * *"},
                                                  {"@midnight", "0 0 * * *"},
                                                  {"@hourly", "0 * * * *"}}};

std::string quoted(std::string_view text) {
    return "`" + std::string(text) + "`";
}

/// A part of a text with its place.
struct Piece {
    std::string_view text;
    std::size_t at = 0;

    [[nodiscard]] Range range() const {
        return {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + text.size())};
    }
};

/// Go's strings.Split.
std::vector<Piece> split(Piece piece, char separator) {
    std::vector<Piece> pieces;
    for (;;) {
        const std::size_t end = piece.text.find(separator);
        pieces.push_back({piece.text.substr(0, end), piece.at});
        if (end == piece.text.npos) return pieces;
        piece = {piece.text.substr(end + 1), piece.at + end + 1};
    }
}

/// Go's strings.Fields.
std::vector<Piece> words_of(Piece piece) {
    std::vector<Piece> words;
    std::size_t begin = 0;
    bool is_inside = false;
    for (std::size_t at = 0; at <= piece.text.size();) {
        const Rune rune = decode_rune(piece.text, at);
        const bool is_end = rune.size == 0;
        const bool is_blank = is_end || is_space(rune.value);
        if (!is_blank && !is_inside) begin = at;
        if (is_blank && is_inside) {
            words.push_back({piece.text.substr(begin, at - begin), piece.at + begin});
        }
        is_inside = !is_blank;
        if (is_end) break;
        at += rune.size;
    }
    return words;
}

class CronParser {
public:
    CronParser(std::string_view text, CronForm form) : text_(text), form_(form) {}

    CronParse run() {
        if (text_.empty()) {
            fail({text_, 0}, "the schedule is empty", "write five fields, like `0 3 * * *`");
            return std::move(result_);
        }
        Piece rest{text_, 0};
        if (text_.starts_with("TZ=") || text_.starts_with("CRON_TZ=")) {
            if (!read_zone(rest)) return std::move(result_);
        }
        if (rest.text.starts_with('@')) {
            read_descriptor(rest);
        } else {
            read_fields(rest);
        }
        return std::move(result_);
    }

private:
    void fail(Piece piece, std::string message, std::string help = "") {
        if (!result_.error) {
            result_.error = ParseError{piece.range(), std::move(message), std::move(help)};
        }
    }

    bool read_zone(Piece& rest) {
        const std::size_t begin = text_.find('=') + 1;
        const std::size_t end = text_.find(' ');
        if (end == text_.npos) {
            // robfig/cron panics here.
            fail(rest, "the schedule ends after its time zone", "five fields must follow");
            return false;
        }
        result_.schedule.zone_name = text_.substr(begin, std::max(begin, end) - begin);
        const std::string_view after = trim_space(text_.substr(end));
        rest = {after, static_cast<std::size_t>(after.data() - text_.data())};
        return true;
    }

    void read_descriptor(Piece piece) {
        constexpr std::string_view kEvery = "@every ";
        if (form_ == CronForm::kFieldsOnly) {
            return fail(piece, quoted(piece.text) + " is not known to Argo Events",
                        "write five fields, like `0 3 * * *`");
        }
        if (piece.text.starts_with(kEvery)) return read_interval(piece);
        const auto found =
            std::find_if(kDescriptors.begin(), kDescriptors.end(),
                         [&](const Descriptor& each) { return each.name == piece.text; });
        if (found == kDescriptors.end()) {
            return fail(piece, "there is no schedule called " + quoted(piece.text),
                        "known are `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`, "
                        "`@yearly`, `@annually` and `@every 1h30m`");
        }
        read_fields({found->fields, piece.at});
    }

    void read_interval(Piece piece) {
        constexpr std::size_t kPrefix = 7;
        const Piece length{piece.text.substr(kPrefix), piece.at + kPrefix};
        const std::optional<std::int64_t> nanoseconds = parse_go_duration_ns(length.text);
        if (!nanoseconds) {
            return fail(length, quoted(length.text) + " is no duration",
                        "write it like `1h30m`, `90s` or `15m`");
        }
        result_.schedule.interval_seconds = std::max<std::int64_t>(1, *nanoseconds / 1'000'000'000);
    }

    void read_fields(Piece piece) {
        const std::vector<Piece> words = words_of(piece);
        if (words.size() != kFields.size()) {
            const std::string count = std::to_string(words.size());
            return fail(piece,
                        "the schedule has " + count + (words.size() == 1 ? " field" : " fields") +
                            ", not five",
                        words.size() == 6 ? "there is no field for seconds"
                                          : "the fields are minute, hour, day of month, month and "
                                            "day of week");
        }
        CronSchedule& schedule = result_.schedule;
        const std::array<CronField*, 5> fields{&schedule.minutes, &schedule.hours, &schedule.days,
                                               &schedule.months, &schedule.weekdays};
        for (std::size_t i = 0; i < fields.size(); ++i)
            *fields[i] = read_field(words[i], kFields[i]);
    }

    CronField read_field(Piece word, const FieldKind& kind) {
        CronField field;
        for (const Piece& part : split(word, ',')) {
            if (part.text.empty()) continue;
            const CronField range = read_range(part, kind);
            field.values |= range.values;
            field.is_any = field.is_any || range.is_any;
        }
        return field;
    }

    CronField read_range(Piece part, const FieldKind& kind) {
        const std::vector<Piece> range_and_step = split(part, '/');
        const std::vector<Piece> bounds = split(range_and_step[0], '-');
        CronField field;
        int first = kind.first;
        int last = kind.last;
        const bool is_any = bounds[0].text == "*" || bounds[0].text == "?";
        if (!is_any) {
            first = read_value(bounds[0], kind);
            last = bounds.size() == 1 ? first : read_value(bounds[1], kind);
            if (bounds.size() > 2) fail(part, quoted(part.text) + " has too many `-`");
        }
        int step = 1;
        if (range_and_step.size() == 2) {
            step = read_number(range_and_step[1], kind);
            // `5/10` is `5-59/10`.
            if (bounds.size() == 1) last = kind.last;
        } else if (range_and_step.size() > 2) {
            fail(part, quoted(part.text) + " has too many `/`");
        }
        check_range(part, kind, first, last, step);
        if (result_.error) return field;
        field.is_any = is_any && step == 1;
        for (int value = first; value <= last; value += step)
            field.values |= std::uint64_t{1} << static_cast<unsigned>(value);
        return field;
    }

    void check_range(Piece part, const FieldKind& kind, int first, int last, int step) {
        const std::string limits = std::to_string(kind.first) + " to " + std::to_string(kind.last);
        const std::string noun(kind.noun);
        if (first < kind.first || last > kind.last) {
            const bool is_sunday = kind.last == 6 && last == 7;
            fail(part,
                 "the field " + noun + " goes from " + limits + ", not to " + quoted(part.text),
                 is_sunday ? "Sunday is 0" : "");
        } else if (first > last) {
            fail(part, quoted(part.text) + " ends before it begins",
                 "write two ranges, joined by a comma");
        } else if (step == 0) {
            fail(part, "the step of " + quoted(part.text) + " is 0", "a step is 1 or more");
        }
    }

    int read_value(Piece piece, const FieldKind& kind) {
        const std::string lower = to_lower(piece.text);
        const auto found = std::find(kind.names.begin(), kind.names.end(), lower);
        if (found == kind.names.end()) return read_number(piece, kind);
        return kind.first + static_cast<int>(found - kind.names.begin());
    }

    /// Go's strconv.Atoi, without negative numbers.
    int read_number(Piece piece, const FieldKind& kind) {
        std::string_view digits = piece.text;
        if (digits.starts_with('+')) digits.remove_prefix(1);
        std::uint32_t value = 0;
        const char* end = digits.data() + digits.size();
        const auto parsed = std::from_chars(digits.data(), end, value);
        if (parsed.ec != std::errc{} || parsed.ptr != end) {
            fail(piece,
                 piece.text.empty() ? "a number is missing in the field " + std::string(kind.noun)
                                    : quoted(piece.text) + " is no " + std::string(kind.noun),
                 kind.names.empty() ? "write a number"
                                    : "write a number or a name of three letters");
            return 0;
        }
        // Whatever is greater is out of range, too.
        return static_cast<int>(std::min<std::uint32_t>(value, 1'000'000));
    }

    std::string_view text_;
    CronForm form_;
    CronParse result_;
};

} // namespace

CronParse parse_cron(std::string_view text, CronForm form) {
    return CronParser(text, form).run();
}

} // namespace tiphys::expr
