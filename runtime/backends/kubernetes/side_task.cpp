// A thread for each task.

#include "runtime/backends/kubernetes/side_task.h"

#include <nlohmann/json.hpp>

#include "runtime/artifacts/access.h"
#include "runtime/artifacts/artifact_json.h"
#include "runtime/io/http.h"
#include "runtime/plan/global_variables.h"

namespace tiphys::run {
namespace {

TaskReport ask(const HttpRequest& request) {
    TaskReport report;
    report.http = make_request(request);
    if (report.http->error.empty()) return report;
    report.phase = Phase::kFailed;
    report.message = report.http->error;
    return report;
}

TaskReport list_keys(const Artifact& wanted, const Secrets& secrets) {
    TaskReport report;
    ArtifactAccess artifacts("", secrets);
    auto keys = artifacts.keys_below(wanted);
    if (keys) {
        report.keys = std::move(*keys);
    } else {
        report.phase = Phase::kError;
        report.message = keys.error().message;
    }
    return report;
}

/// `accessKeySecret: {name, key}` and the like, wherever they stand.
void add_secrets(const nlohmann::json& fields, std::vector<std::string>& names) {
    for (const auto& [key, value] : fields.items()) {
        if (!value.is_object()) continue;
        const auto name = value.find("name");
        if (key.ends_with("Secret") && name != value.end() && name->is_string()) {
            names.push_back(name->get<std::string>());
        } else {
            add_secrets(value, names);
        }
    }
}

} // namespace

std::vector<std::string> secrets_of(const Artifact& artifact) {
    std::vector<std::string> names;
    const auto fields = nlohmann::json::parse(artifact_as_json(artifact), nullptr, false);
    if (fields.is_object()) add_secrets(fields, names);
    return names;
}

std::vector<std::string> secrets_of(const TaskSpec& spec) {
    return spec.listed ? secrets_of(*spec.listed) : std::vector<std::string>();
}

ObjectData secret_data(std::string_view json) {
    ObjectData decoded;
    const auto object = nlohmann::json::parse(json, nullptr, false);
    if (!object.is_object() || !object.contains("data") || !object["data"].is_object()) {
        return decoded;
    }
    for (const auto& [key, value] : object["data"].items()) {
        if (value.is_string()) decoded[key] = decode_base64(value.get<std::string>());
    }
    return decoded;
}

std::unique_ptr<SideTask> begin_beside(const TaskSpec& spec,
                                       const std::map<std::string, ObjectData>& secrets) {
    if (spec.http)
        return std::make_unique<SideTask>([request = *spec.http] { return ask(request); });
    if (!spec.listed) return nullptr;
    return std::make_unique<SideTask>(
        [wanted = *spec.listed, secrets] { return list_keys(wanted, secrets); });
}

} // namespace tiphys::run
