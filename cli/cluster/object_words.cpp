// What is shown of templates and of CronWorkflows.
#include <nlohmann/json.hpp>

#include "cli/cluster/object_commands.h"
#include "cli/runs/execution.h"
#include "cli/runs/run_filter.h"
#include "runtime/plan/time_text.h"

namespace tiphys::cli {
namespace {

using nlohmann::json;

using Lines = std::vector<std::pair<std::string, std::string>>;

std::string text_at(const json& object, const char* pointer) {
    const json::json_pointer at(pointer);
    if (!object.contains(at) || object[at].is_null()) return "";
    return object[at].is_string() ? object[at].get<std::string>() : object[at].dump();
}

json array_at(const json& object, const char* pointer) {
    const json::json_pointer at(pointer);
    return object.contains(at) && object[at].is_array() ? object[at] : json::array();
}

/// `a, b`: a field of all elements.
std::string joined(const json& list, const char* field) {
    std::string text;
    for (const json& element : list) {
        const std::string name =
            element.is_string() ? element.get<std::string>() : text_at(element, field);
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

std::string age_at(const json& object, const char* pointer) {
    const auto time = run::parse_rfc3339_ms(text_at(object, pointer));
    return time ? age_text(unix_ms() - *time) : "-";
}

std::vector<std::string> template_cells(const std::string& text) {
    const json object = json::parse(text, nullptr, false);
    return {text_at(object, "/spec/entrypoint"),
            joined(array_at(object, "/spec/templates"), "/name")};
}

Lines template_lines(const std::string& text) {
    const json object = json::parse(text, nullptr, false);
    Lines lines = {{"Entrypoint", text_at(object, "/spec/entrypoint")},
                   {"Templates", joined(array_at(object, "/spec/templates"), "/name")}};
    for (const json& parameter : array_at(object, "/spec/arguments/parameters")) {
        const std::string value = text_at(parameter, "/value");
        lines.emplace_back("Parameter",
                           text_at(parameter, "/name") + (value.empty() ? "" : "=" + value));
    }
    return lines;
}

std::string schedules_of(const json& object) {
    const std::string one = text_at(object, "/spec/schedule");
    return one.empty() ? joined(array_at(object, "/spec/schedules"), "") : one;
}

std::string is_suspended(const json& object) {
    return text_at(object, "/spec/suspend") == "true" ? "true" : "false";
}

std::vector<std::string> cron_cells(const std::string& text) {
    const json object = json::parse(text, nullptr, false);
    return {age_at(object, "/status/lastScheduledTime"), schedules_of(object),
            text_at(object, "/spec/timezone"), is_suspended(object)};
}

Lines cron_lines(const std::string& text) {
    const json object = json::parse(text, nullptr, false);
    Lines lines = {{"Schedules", schedules_of(object)},
                   {"Time zone", text_at(object, "/spec/timezone")},
                   {"Suspended", is_suspended(object)},
                   {"Concurrency", text_at(object, "/spec/concurrencyPolicy")},
                   {"Deadline", text_at(object, "/spec/startingDeadlineSeconds")},
                   {"Last run", text_at(object, "/status/lastScheduledTime")},
                   {"Active", joined(array_at(object, "/status/active"), "/name")}};
    for (const json& condition : array_at(object, "/status/conditions")) {
        lines.emplace_back(text_at(condition, "/type"),
                           text_at(condition, "/status") + " " + text_at(condition, "/message"));
    }
    return lines;
}

} // namespace

const ObjectWords& template_words() {
    static const ObjectWords kWords{{"ENTRYPOINT", "TEMPLATES"}, template_cells, template_lines};
    return kWords;
}

const ObjectWords& cron_words() {
    static const ObjectWords kWords{
        {"LAST RUN", "SCHEDULES", "TIMEZONE", "SUSPENDED"}, cron_cells, cron_lines};
    return kWords;
}

} // namespace tiphys::cli
