// Outputs of finished tasks.

#include "runtime/backends/process/collect.h"

#include "runtime/io/files.h"

namespace tiphys::run {
namespace {

constexpr std::size_t kResultBytes = std::size_t{256} * 1024;

/// One parameter; an error is what Argo's executor says about a missing file.
std::string read_parameter(const ParameterFile& file, const View& view, ParameterValue& value) {
    auto content = read_file(view.host_path(file.path));
    if (content) {
        value.value = std::move(*content);
    } else if (file.default_value) {
        value.value = file.default_value;
    } else {
        const std::string folder =
            view.is_mapped(file.path) ? "/mainctrfs" : "/var/run/argo/outputs/parameters";
        return "open " + folder + clean_path(file.path) + ": no such file or directory";
    }
    if (!value.value->empty() && value.value->back() == '\n') value.value->pop_back();
    return "";
}

std::string missing_artifact(const Artifact& artifact, const View& view) {
    const std::string path = clean_path(artifact.path);
    if (!view.is_mapped(path)) {
        return "open /var/run/argo/outputs/artifacts" + path + ".tgz: no such file or directory";
    }
    if (artifact.archive == Archive::kNone) return path + " no such file or directory";
    return "lstat /mainctrfs" + path + ": no such file or directory";
}

std::string save_artifact(const Artifact& artifact, View& view, ArtifactAccess& artifacts,
                          const std::string& scratch, TaskReport& report) {
    const auto place = view.readable_path(artifact.path);
    if (!place) return place.error().message;
    if (!path_exists(*place)) {
        return artifact.optional ? "" : missing_artifact(artifact, view);
    }
    const auto saved = artifacts.save(*place, artifact, scratch);
    if (!saved) return saved.error().message;
    report.artifacts.push_back(artifact);
    return "";
}

} // namespace

std::string failure_message(const std::string& process, int exit_code, const std::string& reason) {
    std::string message = process + ": Error (exit code " + std::to_string(exit_code) + ")";
    if (!reason.empty()) message += ": " + reason;
    return message;
}

std::string collect_outputs(const TaskSpec& spec, View& view, ArtifactAccess& artifacts,
                            const std::string& scratch, TaskReport& report) {
    std::string complaint;
    for (const ParameterFile& file : spec.parameter_files) {
        ParameterValue value{file.name, std::nullopt, file.global_name};
        // After the first complaint Argo reads no further.
        if (complaint.empty()) complaint = read_parameter(file, view, value);
        report.parameters.push_back(std::move(value));
    }
    std::string artifact_complaints;
    for (const Artifact& artifact : spec.output_artifacts) {
        const std::string error = save_artifact(artifact, view, artifacts, scratch, report);
        if (!error.empty()) artifact_complaints += error + "; ";
    }
    return complaint.empty() ? artifact_complaints : complaint;
}

std::string result_of(const std::string& stdout_path) {
    auto content = read_tail(stdout_path, kResultBytes + 1);
    if (!content) return "";
    std::string result = std::move(*content);
    if (!result.empty() && result.back() == '\n') result.pop_back();
    if (result.size() > kResultBytes) result.erase(0, result.size() - kResultBytes);
    return result;
}

} // namespace tiphys::run
