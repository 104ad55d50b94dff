// Making the variables of a workflow.

#include "runtime/plan/global_variables.h"

#include <charconv>
#include <ctime>

#include "runtime/plan/json_text.h"

namespace tiphys::run {
namespace {

std::string time_text(std::int64_t unix_ms, const char* format) {
    const auto seconds = static_cast<std::time_t>(unix_ms / 1000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char buffer[128];
    const std::size_t length = std::strftime(buffer, sizeof buffer, format, &parts);
    return {buffer, length};
}

std::string object_json(const std::map<std::string, std::string>& entries) {
    std::string out = "{";
    for (const auto& [key, value] : entries) {
        if (out.size() > 1) out += ',';
        out += json_quote(key) + ":" + json_quote(value);
    }
    return out + "}";
}

/// In the order of the fields of Argo's type.
std::string parameters_json(const std::vector<GlobalVariables::Parameter>& parameters) {
    std::string out = "[";
    for (const GlobalVariables::Parameter& parameter : parameters) {
        if (out.size() > 1) out += ',';
        out += "{\"name\":" + json_quote(parameter.name);
        if (parameter.default_value) out += ",\"default\":" + json_quote(*parameter.default_value);
        out += ",\"value\":" + json_quote(parameter.value);
        std::string choices;
        for (const std::string& choice : parameter.enum_values) {
            choices += (choices.empty() ? "" : ",") + json_quote(choice);
        }
        if (!choices.empty()) out += ",\"enum\":[" + choices + "]";
        if (!parameter.description.empty()) {
            out += ",\"description\":" + json_quote(parameter.description);
        }
        out += "}";
    }
    return out + "]";
}

} // namespace

std::map<std::string, std::string, std::less<>> make_global_variables(const GlobalVariables& from) {
    std::map<std::string, std::string, std::less<>> variables;
    variables["workflow.name"] = from.name;
    variables["workflow.namespace"] = from.namespace_name;
    variables["workflow.uid"] = from.uid;
    variables["workflow.mainEntrypoint"] = from.entrypoint;
    variables["workflow.serviceAccountName"] = from.service_account;
    if (!from.priority.empty()) variables["workflow.priority"] = from.priority;
    const std::string created = "workflow.creationTimestamp";
    variables[created] = time_text(from.created_ms, "%Y-%m-%dT%H:%M:%SZ");
    variables[created + ".RFC3339"] = variables[created];
    variables[created + ".s"] = std::to_string(from.created_ms / 1000);
    for (const char letter : std::string_view("BbmAadHIMSYypZz")) {
        const char format[] = {'%', letter, '\0'};
        variables[created + "." + letter] = time_text(from.created_ms, format);
    }
    variables[created + ".Z"] = "UTC";
    variables[created + ".L"] = std::to_string(from.created_ms % 1000 + 1000).substr(1);
    for (const GlobalVariables::Parameter& parameter : from.parameters) {
        variables["workflow.parameters." + parameter.name] = parameter.value;
    }
    variables["workflow.parameters"] = parameters_json(from.parameters);
    variables["workflow.parameters.json"] = variables["workflow.parameters"];
    for (const auto& [key, value] : from.labels) {
        variables["workflow.labels." + key] = value;
    }
    for (const auto& [key, value] : from.annotations) {
        variables["workflow.annotations." + key] = value;
        if (key == "workflows.argoproj.io/scheduled-time") {
            variables["workflow.scheduledTime"] = value;
        }
    }
    variables["workflow.labels"] = object_json(from.labels);
    variables["workflow.labels.json"] = variables["workflow.labels"];
    variables["workflow.annotations"] = object_json(from.annotations);
    variables["workflow.annotations.json"] = variables["workflow.annotations"];
    return variables;
}

std::string decode_base64(std::string_view text) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    unsigned bits = 0;
    int n_bits = 0;
    for (const char c : text) {
        const std::size_t digit = kDigits.find(c);
        if (digit == kDigits.npos) continue;
        bits = (bits << 6U) | static_cast<unsigned>(digit);
        n_bits += 6;
        if (n_bits < 8) continue;
        n_bits -= 8;
        out += static_cast<char>((bits >> static_cast<unsigned>(n_bits)) & 0xffU);
    }
    return out;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

} // namespace tiphys::run
