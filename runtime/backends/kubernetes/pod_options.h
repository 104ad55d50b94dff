#pragma once
// What the pods of a run have in common, whatever their templates say.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/plan/plan.h"

namespace tiphys::run {

/// What an image runs when a container names no command. Argo: `images` of the controller's
/// configuration.
struct ImageCommand {
    std::vector<std::string> entrypoint;
    std::vector<std::string> cmd;
};

/// Argo: GetPodGCDeleteDelayDuration in config/config.go.
inline constexpr std::int64_t kGcDelayMs = 5'000;

struct PodTaskOptions {
    std::string workflow_name;
    /// Of the Workflow object, which owns the pods; empty: there is none.
    std::string workflow_uid;
    std::string name_space;
    /// Label of pods and task results; empty: without.
    std::string instance_id;

    /// The executor: init, wait and the program in front of each command.
    std::string executor_image = "tiphys-executor:latest";
    /// Empty: the cluster's default.
    std::string executor_pull_policy;
    /// `resources`, `securityContext`, `env`, `args`, as `executor` in the configuration of Argo's
    /// controller; empty: nothing.
    std::string executor_json;
    /// `mainContainer` of that configuration; empty: nothing.
    std::string main_container_json;
    /// Of stores that are asked from here.
    std::map<std::string, ObjectData> secrets;
    /// By name as written in templates.
    std::map<std::string, ImageCommand> images;
    std::string log_level = "info";
    std::string log_format = "text";
    /// Pods keep a finalizer until the outcome is safe.
    bool with_status_finalizer = false;
    /// How long a task result that is announced is waited for once the pod is gone or done.
    std::int64_t result_timeout_ms = 120'000;
    /// Evicted before they began, pods are started again so often. Argo: failedPodRestart.
    std::uint32_t n_pod_restarts = 0;
    /// How long pods that podGC wants gone stay, unless it says so itself, and how long their
    /// containers then have; nothing: as the pod says. Argo: podGCDeleteDelayDuration,
    /// podGCGracePeriodSeconds.
    std::int64_t gc_delay_ms = kGcDelayMs;
    std::optional<std::int64_t> gc_grace_s;
};

} // namespace tiphys::run
