#pragma once
// When pods and claims of a run are deleted: `podGC` and `volumeClaimGC`.

#include <cstdint>
#include <string>

#include "runtime/backends/kubernetes/pod_options.h"
#include "runtime/core/step.h"

namespace tiphys::run {

struct PodGc {
    enum class Strategy : std::uint8_t {
        kNone,
        kPodCompletion,
        kPodSuccess,
        kWorkflowCompletion,
        kWorkflowSuccess
    };
    enum class Action : std::uint8_t { kLabel, kDelete, kLater };

    Strategy strategy = Strategy::kNone;
    std::int64_t delay_ms = kGcDelayMs;
    /// A selector of labels as JSON; empty: all pods.
    std::string selector_json;
    /// Claims go with the workflow even where it failed.
    bool claims_always_go = false;

    /// What to do with a pod whose outcome is safe, or, `run_ended`, once its run has ended.
    /// Argo: determinePodCleanupAction in workflow/controller/pod/cleanup.go.
    [[nodiscard]] Action action(bool is_selected, bool pod_succeeded, bool run_ended,
                                bool run_succeeded) const;
    [[nodiscard]] bool selects(std::string_view pod_json) const;
};

/// As the manifest's specs say; `delay_ms` where they say nothing.
[[nodiscard]] PodGc read_pod_gc(const PodManifest& manifest, std::int64_t delay_ms = kGcDelayMs);

} // namespace tiphys::run
