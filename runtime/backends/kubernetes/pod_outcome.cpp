// Reading the status of pods.

#include "runtime/backends/kubernetes/pod_outcome.h"

#include <algorithm>
#include <initializer_list>
#include <vector>

#include <nlohmann/json.hpp>

#include "runtime/artifacts/artifact_json.h"
#include "runtime/backends/kubernetes/pod_names.h"
#include "runtime/io/json_fields.h"
#include "runtime/plan/time_text.h"

namespace tiphys::run {
namespace {

using Json = nlohmann::json;

void keep(const Json& object, std::initializer_list<const char*> names, Json& out) {
    for (const char* name : names) {
        const Json& value = member(object, name);
        if (!value.is_null()) out[name] = value;
    }
}

/// One container's status.
struct Container {
    enum class State : std::uint8_t { kUnknown, kWaiting, kRunning, kTerminated };
    std::string name;
    State state = State::kUnknown;
    bool is_ready = false;
    int exit_code = 0;
    std::string reason;
    std::string message;
};

std::vector<Container> read_containers(const Json& statuses) {
    std::vector<Container> containers;
    for (const Json& status : statuses) {
        Container& container = containers.emplace_back();
        container.name = text_of(status, "name");
        container.is_ready = member(status, "ready") == true;
        const Json& state = member(status, "state");
        const auto take = [&](const char* name, Container::State meaning) {
            const Json& details = member(state, name);
            if (!details.is_object()) return;
            container.state = meaning;
            container.reason = text_of(details, "reason");
            container.message = text_of(details, "message");
            const Json& code = member(details, "exitCode");
            if (code.is_number_integer()) container.exit_code = code.get<int>();
        };
        take("waiting", Container::State::kWaiting);
        take("running", Container::State::kRunning);
        take("terminated", Container::State::kTerminated);
    }
    return containers;
}

class Judge {
public:
    Judge(const TaskSpec& spec, const Json& pod, const ReportedResult* result)
        : spec_(spec), pod_(pod), status_(member(pod, "status")), result_(result),
          containers_(read_containers(member(status_, "containerStatuses"))),
          init_(read_containers(member(status_, "initContainerStatuses"))) {}

    PodOutcome judge() {
        PodOutcome outcome;
        outcome.place = {text_of(status_, "podIP"), text_of(member(pod_, "spec"), "nodeName")};
        outcome.reason = text_of(status_, "reason");
        outcome.has_run = has_run();
        const std::string phase = text_of(status_, "phase");
        const bool is_open = phase == "Pending" || phase == "Running" || phase.empty();
        if (is_open && has_result_of_success()) {
            take_success(outcome);
        } else if (phase == "Pending" || phase.empty()) {
            outcome.waiting = pending_reason();
        } else if (phase == "Running") {
            outcome.stage = is_up() ? PodOutcome::Stage::kRunning : PodOutcome::Stage::kPending;
        } else {
            outcome.report = end(phase);
            outcome.has_succeeded = outcome.report.phase == Phase::kSucceeded;
            outcome.stage =
                is_result_due() ? PodOutcome::Stage::kReporting : PodOutcome::Stage::kEnded;
        }
        return outcome;
    }

private:
    [[nodiscard]] bool is_main(const std::string& name) const {
        if (!spec_.is_set) return name == kMainContainer;
        return std::any_of(spec_.processes.begin(), spec_.processes.end(), [&](const auto& known) {
            return known.role == ProcessRole::kMain && known.name == name;
        });
    }

    [[nodiscard]] bool has_run() const {
        return std::any_of(containers_.begin(), containers_.end(), [](const Container& one) {
            const bool has_begun = one.state == Container::State::kRunning ||
                                   one.state == Container::State::kTerminated;
            return has_begun && one.name != kWaitContainer;
        });
    }

    /// A daemon has begun once it is ready (T08).
    [[nodiscard]] bool is_up() const {
        return !spec_.is_daemon || std::all_of(containers_.begin(), containers_.end(),
                                               [](const Container& one) { return one.is_ready; });
    }

    /// Whether the executor's word is enough: it is about this pod, not one before it of the same
    /// node, and no container has been seen to fail.
    [[nodiscard]] bool has_result_of_success() const {
        if (result_ == nullptr || !result_->is_complete || !result_->has_succeeded) return false;
        if (spec_.is_daemon || spec_.is_set) return false;
        const auto made = parse_rfc3339_ms(text_of(member(pod_, "metadata"), "creationTimestamp"));
        if (!made || result_->created_ms < *made) return false;
        return std::none_of(containers_.begin(), containers_.end(), [](const Container& one) {
            return one.state == Container::State::kTerminated && one.exit_code != 0;
        });
    }

    void take_success(PodOutcome& outcome) {
        outcome.stage = PodOutcome::Stage::kEnded;
        outcome.report.phase = Phase::kSucceeded;
        outcome.report.exit_code = 0;
        take_outputs(outcome.report);
        outcome.has_run = true;
        outcome.has_succeeded = true;
        outcome.is_ahead = true;
    }

    [[nodiscard]] std::string pending_reason() const {
        for (const Container& one : containers_) {
            if (one.state != Container::State::kWaiting) continue;
            if (!one.message.empty()) return one.reason + ": " + one.message;
            // On the way to run: everybody waits for a moment.
            const bool is_usual =
                one.reason == "PodInitializing" || one.reason == "ContainerCreating";
            return is_usual ? "" : one.reason;
        }
        for (const Json& condition : member(status_, "conditions")) {
            const std::string reason = text_of(condition, "reason");
            if (reason != "Unschedulable") continue;
            const std::string message = text_of(condition, "message");
            return message.empty() ? reason : reason + ": " + message;
        }
        return "";
    }

    TaskReport end(const std::string& phase) {
        TaskReport report;
        if (phase == "Failed") {
            fail(report);
        } else if (phase != "Succeeded") {
            report.phase = Phase::kError;
            report.message = "Unexpected pod phase for " + spec_.pod_name + ": " + phase;
        }
        for (const Container& one : containers_) {
            if (one.name != kMainContainer || one.state != Container::State::kTerminated) continue;
            report.exit_code = static_cast<std::int16_t>(one.exit_code);
        }
        if (spec_.is_set) end_processes(report, phase == "Failed");
        if (result_ != nullptr) take_outputs(report);
        return report;
    }

    void end_processes(TaskReport& report, bool pod_failed) const {
        for (const ProcessSpec& process : spec_.processes) {
            if (process.role != ProcessRole::kMain) continue;
            ProcessReport& ended = report.processes.emplace_back();
            const auto found =
                std::find_if(containers_.begin(), containers_.end(),
                             [&](const Container& one) { return one.name == process.name; });
            if (found == containers_.end() || found->state != Container::State::kTerminated) {
                if (pod_failed) ended.end = ProcessReport::End::kKilled;
                continue;
            }
            if (found->exit_code == 0) continue;
            // Argo: 64 is the executor's own failure.
            ended.end =
                found->exit_code == 64 ? ProcessReport::End::kError : ProcessReport::End::kFailed;
            ended.message = found->name + ": " + found->reason + " (exit code " +
                            std::to_string(found->exit_code) + "): " + found->message;
        }
    }

    void take_outputs(TaskReport& report) const {
        report.result = result_->outputs.result;
        report.parameters = result_->outputs.parameters;
        report.artifacts = result_->outputs.artifacts;
        for (ParameterValue& parameter : report.parameters) {
            for (const ParameterFile& file : spec_.parameter_files) {
                if (file.name == parameter.name) parameter.global_name = file.global_name;
            }
        }
        for (Artifact& artifact : report.artifacts) {
            for (const Artifact& wanted : spec_.output_artifacts) {
                if (wanted.name != artifact.name) continue;
                artifact.global_name = wanted.global_name;
                artifact.gc_strategy = wanted.gc_strategy;
            }
        }
    }

    [[nodiscard]] int rank(const Container& one) const {
        if (is_main(one.name)) return 1;
        return one.name == kWaitContainer ? 2 : 3;
    }

    /// Argo: inferFailedReason.
    void fail(TaskReport& report) {
        report.phase = Phase::kFailed;
        report.message = text_of(status_, "message");
        if (!report.message.empty()) return;
        std::vector<Container> ordered = containers_;
        std::stable_sort(ordered.begin(), ordered.end(),
                         [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
        ordered.insert(ordered.begin(), init_.begin(), init_.end());
        if (ordered.empty()) {
            report.message = "can't find failed message for pod " + spec_.pod_name + " namespace " +
                             text_of(member(pod_, "metadata"), "namespace");
            return;
        }
        bool main_succeeded = false;
        bool wait_succeeded = false;
        for (const Container& one : ordered) {
            if (one.state == Container::State::kWaiting) {
                report.phase = Phase::kError;
                report.message = "Pod failed before " + one.name + " container starts due to " +
                                 one.reason + ": " + one.message;
                return;
            }
            if (one.state != Container::State::kTerminated) continue;
            if (one.exit_code == 0) {
                main_succeeded = main_succeeded || is_main(one.name);
                wait_succeeded = wait_succeeded || one.name == kWaitContainer;
                continue;
            }
            const bool is_executor = one.name == kInitContainer || one.name == kWaitContainer;
            const bool is_other = !is_executor && !is_main(one.name);
            // Sidecars are told to end, and may say so.
            if (is_other && (one.exit_code == 137 || one.exit_code == 143)) continue;
            if (is_executor) report.phase = Phase::kError;
            report.message = one.name + ": " + one.reason + " (exit code " +
                             std::to_string(one.exit_code) + ")" +
                             (one.message.empty() ? "" : ": " + one.message);
            return;
        }
        if (main_succeeded && wait_succeeded) {
            report.phase = Phase::kSucceeded;
        } else if (main_succeeded) {
            report.message = "pod failed: wait container did not complete successfully";
        } else if (wait_succeeded) {
            report.message = "pod failed: main container did not complete successfully";
        } else {
            report.message = "pod failed: neither main nor wait container completed successfully";
        }
    }

    /// Whether the executor is still to say something that counts (T02, T03).
    [[nodiscard]] bool is_result_due() const {
        if (result_ != nullptr && result_->is_complete) return false;
        const auto wait =
            std::find_if(containers_.begin(), containers_.end(),
                         [](const Container& one) { return one.name == kWaitContainer; });
        const bool is_announced = result_ != nullptr && result_->is_announced;
        if (wait == containers_.end()) return false;
        if (wait->state == Container::State::kRunning) return true;
        if (wait->state != Container::State::kTerminated || wait->exit_code != 0) return false;
        return is_announced || wants_outputs();
    }

    [[nodiscard]] bool wants_outputs() const {
        return spec_.capture_result || !spec_.parameter_files.empty() ||
               !spec_.output_artifacts.empty() || !spec_.log_folder.empty();
    }

    const TaskSpec& spec_;
    const Json& pod_;
    const Json& status_;
    const ReportedResult* result_;
    std::vector<Container> containers_;
    std::vector<Container> init_;
};

} // namespace

ReportedResult read_task_result(std::string_view json) {
    ReportedResult result;
    const Json object = Json::parse(json, nullptr, false);
    const std::string label = text_of(member(member(object, "metadata"), "labels"), kReportedLabel);
    result.is_announced = label == "false";
    result.is_complete = label == "true";
    result.has_succeeded = text_of(object, "phase") == phase_name(Phase::kSucceeded);
    result.created_ms =
        parse_rfc3339_ms(text_of(member(object, "metadata"), "creationTimestamp")).value_or(0);
    result.progress = text_of(object, "progress");
    const Json& outputs = member(object, "outputs");
    const Json& text = member(outputs, "result");
    if (text.is_string()) result.outputs.result = text.get<std::string>();
    for (const Json& parameter : member(outputs, "parameters")) {
        ParameterValue& value = result.outputs.parameters.emplace_back();
        value.name = text_of(parameter, "name");
        value.global_name = text_of(parameter, "globalName");
        const Json& given = member(parameter, "value");
        if (given.is_string())
            value.value = given.get<std::string>();
        else if (!given.is_null())
            value.value = given.dump();
    }
    for (const Json& artifact : member(outputs, "artifacts")) {
        result.outputs.artifacts.push_back(artifact_from_json(artifact.dump()));
    }
    return result;
}

PodIdentity identity_of(std::string_view pod_json) {
    PodIdentity identity;
    const Json pod = Json::parse(pod_json, nullptr, false);
    const Json& metadata = member(pod, "metadata");
    identity.name = text_of(metadata, "name");
    identity.uid = text_of(metadata, "uid");
    identity.node_id = text_of(member(metadata, "annotations"), kNodeIdAnnotation);
    identity.workflow = text_of(member(metadata, "labels"), kWorkflowLabel);
    identity.is_completed = text_of(member(metadata, "labels"), kCompletedLabel) == "true";
    const std::string phase = text_of(member(pod, "status"), "phase");
    identity.has_ended = phase == "Succeeded" || phase == "Failed";
    identity.is_being_deleted = member(metadata, "deletionTimestamp").is_string();
    for (const Json& owner : member(metadata, "ownerReferences")) {
        if (text_of(owner, "kind") == "Workflow") identity.owner_uid = text_of(owner, "uid");
    }
    return identity;
}

std::string essence_of_pod(std::string_view pod_json) {
    const Json pod = Json::parse(pod_json, nullptr, false);
    const Json& metadata = member(pod, "metadata");
    const Json& status = member(pod, "status");
    Json kept = {{"metadata", Json::object()}, {"status", Json::object()}};
    keep(metadata, {"name", "namespace", "uid", "labels", "creationTimestamp", "deletionTimestamp"},
         kept["metadata"]);
    const Json& node_id = member(member(metadata, "annotations"), kNodeIdAnnotation);
    if (!node_id.is_null()) kept["metadata"]["annotations"][kNodeIdAnnotation] = node_id;
    for (const Json& owner : member(metadata, "ownerReferences")) {
        keep(owner, {"kind", "uid"}, kept["metadata"]["ownerReferences"].emplace_back());
    }
    keep(member(pod, "spec"), {"nodeName"}, kept["spec"]);
    keep(status, {"phase", "reason", "message", "podIP"}, kept["status"]);
    for (const Json& condition : member(status, "conditions")) {
        if (member(condition, "reason").is_null()) continue;
        keep(condition, {"reason", "message"}, kept["status"]["conditions"].emplace_back());
    }
    for (const char* list : {"initContainerStatuses", "containerStatuses"}) {
        for (const Json& container : member(status, list)) {
            Json& made = kept["status"][list].emplace_back();
            keep(container, {"name", "ready"}, made);
            for (const char* state : {"waiting", "running", "terminated"}) {
                const Json& details = member(member(container, "state"), state);
                if (!details.is_object()) continue;
                made["state"][state] = Json::object();
                keep(details, {"reason", "message", "exitCode"}, made["state"][state]);
            }
        }
    }
    return kept.dump(-1, ' ', false, Json::error_handler_t::replace);
}

PodOutcome judge_pod(const TaskSpec& spec, std::string_view pod_json,
                     const ReportedResult* result) {
    const Json pod = Json::parse(pod_json, nullptr, false);
    return Judge(spec, pod, result).judge();
}

TaskReport report_of_deleted(const TaskSpec& spec) {
    TaskReport report;
    report.phase = Phase::kError;
    report.message = kPodDeleted;
    if (!spec.is_set) return report;
    for (const ProcessSpec& process : spec.processes) {
        if (process.role != ProcessRole::kMain) continue;
        report.processes.push_back({ProcessReport::End::kError, "container deleted"});
    }
    return report;
}

std::vector<std::string> running_containers(std::string_view pod_json) {
    const Json pod = Json::parse(pod_json, nullptr, false);
    std::vector<std::string> names;
    for (const Container& one :
         read_containers(member(member(pod, "status"), "containerStatuses"))) {
        const bool is_own = one.name == kWaitContainer;
        if (!is_own && one.state == Container::State::kRunning) names.push_back(one.name);
    }
    return names;
}

} // namespace tiphys::run
