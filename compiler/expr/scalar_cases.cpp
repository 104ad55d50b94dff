// Recorded cases of small texts: schedules, quantities, names, durations, sprig's functions.
#include <algorithm>
#include <array>
#include <charconv>

#include "compiler/expr/argo_variables.h"
#include "compiler/expr/case_fields.h"
#include "compiler/expr/cron.h"
#include "compiler/expr/duration.h"
#include "compiler/expr/evaluate.h"
#include "compiler/expr/names.h"
#include "compiler/expr/number_text.h"
#include "compiler/expr/quantity.h"

namespace tiphys::expr {
namespace {

/// Runs that a recording lists.
constexpr int kRuns = 5;

bool is_port_text(std::string_view text) {
    std::int64_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
    return is_number && is_port_number(number);
}

struct NameKind {
    std::string_view name;
    bool (*fits)(std::string_view text);
};
constexpr std::array<NameKind, 13> kNameKinds{{{"dns1123Subdomain", is_dns1123_subdomain},
                                               {"dns1123Label", is_dns1123_label},
                                               {"dns1035Label", is_dns1035_label},
                                               {"qualifiedName", is_qualified_name},
                                               {"envVarName", is_env_var_name},
                                               {"configMapKey", is_config_map_key},
                                               {"wildcardSubdomain", is_wildcard_subdomain},
                                               {"httpHeaderName", is_http_header_name},
                                               {"generateName", is_generate_name},
                                               {"labelValue", is_label_value},
                                               {"annotationKey", is_annotation_key},
                                               {"portName", is_port_name},
                                               {"portNum", is_port_text}}};

/// Functions of sprig whose value depends on more than their arguments; env and expandenv, which
/// Argo leaves out, belong to them. sprig: functions.go nonhermeticFunctions.
constexpr std::array<std::string_view, 17> kNotHermetic{
    "date",         "dateInZone",    "dateModify", "date_in_zone",   "date_modify", "env",
    "expandenv",    "getHostByName", "htmlDate",   "htmlDateInZone", "now",         "randAlpha",
    "randAlphaNum", "randAscii",     "randBytes",  "randNumeric",    "uuidv4"};

std::string_view format_name(QuantityFormat format) {
    switch (format) {
    case QuantityFormat::kDecimalSi:
        return "DecimalSI";
    case QuantityFormat::kBinarySi:
        return "BinarySI";
    case QuantityFormat::kDecimalExponent:
        return "DecimalExponent";
    }
    return "";
}

/// A quantity's text, taken apart. Kubernetes: quantity.go parseQuantityString.
struct QuantityText {
    std::string digits; ///< before and after the point, without leading zeros
    std::size_t n_decimals = 0;
    std::string_view suffix;
};

QuantityText split_quantity(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789";
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
    QuantityText parts;
    const std::size_t n_whole = std::min(text.find_first_not_of(kDigits), text.size());
    parts.digits = n_whole == 0 ? "0" : std::string(text.substr(0, n_whole));
    text.remove_prefix(n_whole);
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        parts.n_decimals = std::min(text.find_first_not_of(kDigits), text.size());
        parts.digits += text.substr(0, parts.n_decimals);
        text.remove_prefix(parts.n_decimals);
    }
    parts.suffix = text;
    return parts;
}

/// The power of ten, or of two, that a suffix stands for.
int exponent_of(std::string_view suffix, QuantityFormat format) {
    if (suffix.empty()) return 0;
    if (format == QuantityFormat::kDecimalExponent) {
        suffix.remove_prefix(suffix.size() > 1 && suffix[1] == '+' ? 2 : 1);
        int exponent = 0;
        std::from_chars(suffix.data(), suffix.data() + suffix.size(), exponent);
        return exponent;
    }
    if (format == QuantityFormat::kBinarySi) {
        return 10 * (static_cast<int>(std::string_view("KMGTPE").find(suffix[0])) + 1);
    }
    return 3 * (static_cast<int>(std::string_view("numkMGTPE").find(suffix[0])) -
                (suffix[0] == 'n' || suffix[0] == 'u' || suffix[0] == 'm' ? 3 : 2));
}

/// Whether Kubernetes keeps the text that it read as the canonical one.
/// Kubernetes: quantity.go ParseQuantity, "reuse the string".
bool keeps_text(std::string_view text, QuantityFormat format) {
    constexpr int kMostDigits = 18;
    constexpr int kNano = -9;
    const QuantityText parts = split_quantity(text);
    const int exponent = exponent_of(parts.suffix, format);
    const int n_digits = static_cast<int>(parts.digits.size());
    const int scale = exponent - static_cast<int>(parts.n_decimals);
    if (format == QuantityFormat::kBinarySi) {
        const bool is_short = 15 - n_digits - exponent * 3 / 10 - 1 >= 0;
        if (parts.n_decimals > 0 || !is_short) return false;
        std::int64_t value = 0;
        std::from_chars(parts.digits.data(), parts.digits.data() + parts.digits.size(), value);
        return (value & 7) != 0;
    }
    return n_digits <= kMostDigits && scale >= kNano && scale % 3 == 0 &&
           !parts.digits.ends_with("000") && parts.digits[0] != '0';
}

} // namespace

void run_name_case(const Map& fields, Outcome& outcome) {
    const std::string kind = text_field(fields, "kind");
    const std::string text = text_field(fields, "text");
    if (kind == "duration") {
        const std::optional<std::int64_t> nanoseconds = parse_go_duration_ns(text);
        outcome.add_bool("valid", nanoseconds.has_value());
        if (!nanoseconds) return;
        outcome.add_int("nanoseconds", *nanoseconds);
        return outcome.add_text("string", format_go_duration(*nanoseconds));
    }
    for (const NameKind& known : kNameKinds) {
        if (known.name == kind) return outcome.add_bool("valid", known.fits(text));
    }
    outcome.add_text("caseError", "the kind of the name is not known");
}

void run_quantity_case(const Map& fields, Outcome& outcome) {
    const std::string text = text_field(fields, "text");
    const std::optional<Quantity> quantity = parse_quantity(text);
    if (!quantity) return outcome.add_text("error", "this is no quantity");
    const bool is_kept = keeps_text(text, quantity->format);
    outcome.add_text("canonical", is_kept ? text : canonical_text(*quantity));
    outcome.add_text("recomputed", canonical_text(*quantity));
    outcome.add_int("milli", scaled_value(*quantity, -3));
    outcome.add_int("value", scaled_value(*quantity, 0));
    outcome.add_int("sign", quantity->is_zero() ? 0 : quantity->negative ? -1 : 1);
    outcome.add_text("format", format_name(quantity->format));
    outcome.add_text("float", format_general(approximate_value(*quantity)));
}

void run_sprig_case(const Map& fields, Outcome& outcome) {
    const std::string name = text_field(fields, "name");
    const Value* found = sprig_functions().as_map().find(name);
    const bool is_environment = name == "env" || name == "expandenv";
    if (found != nullptr) outcome.add_text("signature", found->as_function().type);
    if (is_environment) outcome.add_text("signature", "func(string) string");
    outcome.add_bool("argoExpr", found != nullptr);
    outcome.add_bool("sensorTemplate", found != nullptr || is_environment);
    const bool is_hermetic =
        std::find(kNotHermetic.begin(), kNotHermetic.end(), name) == kNotHermetic.end();
    outcome.add_bool("hermetic", is_hermetic);
}

void run_cron_case(const Map& fields, Outcome& outcome) {
    const std::string zone_name = text_field(fields, "timezone");
    std::string text = text_field(fields, "schedule");
    // Argo: CronWorkflowSpec.GetSchedulesWithTimezone.
    if (!zone_name.empty()) text = "CRON_TZ=" + zone_name + " " + text;
    const CronParse parsed = parse_cron(text);
    if (!parsed.ok()) {
        outcome.add_text("error", parsed.error->message);
        outcome.add_int("from", parsed.error->range.begin);
        return outcome.add_int("to", parsed.error->range.end);
    }
    std::optional<Time> at = parse_time(kRfc3339, text_field(fields, "after"), TimeZone::utc());
    if (!at) return outcome.add_text("caseError", "`after` is no instant");
    // A schedule without a zone follows the clock of the instant that it is asked about.
    std::shared_ptr<const TimeZone> zone = at->zone;
    if (const std::optional<std::string>& wanted = parsed.schedule.zone_name) {
        zone = load_zone(case_environment(), *wanted);
        if (zone == nullptr) {
            return outcome.add_text("error", "there is no time zone `" + *wanted + "`");
        }
    }
    at->zone = TimeZone::utc();
    std::vector<std::string> runs;
    for (int i = 0; i < kRuns; ++i) {
        at = next_run(parsed.schedule, *at, zone);
        if (!at) break;
        runs.push_back(format_time(*at, kRfc3339));
    }
    if (runs.size() < kRuns) runs.emplace_back("never");
    outcome.add_texts("next", runs);
}

} // namespace tiphys::expr
