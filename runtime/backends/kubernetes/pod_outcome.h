#pragma once
// What a pod and the result that its executor reported mean for the task.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/core/step.h"

namespace tiphys::run {

/// A WorkflowTaskResult.
struct ReportedResult {
    /// The executor says that more comes, or that this is all; neither where it says nothing.
    bool is_announced = false;
    bool is_complete = false;
    Outputs outputs;
    /// It says that main has exited with 0 and nothing in the pod can fail any more.
    bool has_succeeded = false;
    /// Unix time at which it was made; 0: not known.
    std::int64_t created_ms = 0;
    /// `3/10`; empty: not reported.
    std::string progress;
};

[[nodiscard]] ReportedResult read_task_result(std::string_view json);

/// Who a pod is.
struct PodIdentity {
    std::string name;
    std::string uid;
    std::string node_id;
    std::string workflow;
    std::string owner_uid;
    bool is_being_deleted = false;
    /// Its outcome was safe already: a task that is started is another one.
    bool is_completed = false;
    /// No container runs any more.
    bool has_ended = false;
};
[[nodiscard]] PodIdentity identity_of(std::string_view pod_json);

/// The pod with nothing in it but what is read here and by podGC: a tenth of its length.
[[nodiscard]] std::string essence_of_pod(std::string_view pod_json);

struct PodOutcome {
    enum class Stage : std::uint8_t {
        kPending,
        kRunning,
        /// It has ended, but its executor has not reported all yet.
        kReporting,
        kEnded
    };
    Stage stage = Stage::kPending;
    /// Why it is pending; empty: nothing that anybody should know.
    std::string waiting;
    Placement place;
    /// Of kReporting as if nothing more came, and kEnded.
    TaskReport report;
    /// A container of the user's has begun.
    bool has_run = false;
    bool has_succeeded = false;
    /// Known from the result alone; containers are still to be seen to end.
    bool is_ahead = false;
    /// `status.reason`, such as `Evicted`.
    std::string reason;
};

/// `result`: null where none is known. Argo: assessNodeStatus, inferFailedReason and
/// getPendingReason in workflow/controller/operator.go.
[[nodiscard]] PodOutcome judge_pod(const TaskSpec& spec, std::string_view pod_json,
                                   const ReportedResult* result);

/// What a task waits for whose pod is made anew; a reason, `: ` and a message follow.
inline constexpr std::string_view kRestartsDueTo = "Pod auto-restarting due to ";
/// The message of a task whose pod is gone.
inline constexpr std::string_view kPodDeleted = "pod deleted";

/// The report of a task whose pod is gone. Argo: podReconciliation.
[[nodiscard]] TaskReport report_of_deleted(const TaskSpec& spec);

/// Containers that run and are not the executor's own.
[[nodiscard]] std::vector<std::string> running_containers(std::string_view pod_json);

} // namespace tiphys::run
