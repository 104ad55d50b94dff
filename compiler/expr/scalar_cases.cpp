// Recorded cases of small texts: schedules, names, durations, sprig's functions.
#include <algorithm>
#include <array>
#include <charconv>

#include "compiler/expr/argo_variables.h"
#include "compiler/expr/case_fields.h"
#include "compiler/expr/cron.h"
#include "compiler/expr/duration.h"
#include "compiler/expr/evaluate.h"
#include "compiler/expr/names.h"

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
