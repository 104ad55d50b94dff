#pragma once
// The part of Argo's `workflow-controller-configmap` that is about pods.

#include "compiler/base/result.h"
#include "runtime/backends/kubernetes/pod_options.h"
#include "runtime/plan/plan.h"

namespace tiphys::run {

inline constexpr const char* kControllerConfig = "workflow-controller-configmap";

/// Takes `executor`, `mainContainer` and `images` over; other keys are left alone. All of them may
/// also stand below one key `config`. Argo: config/config.go. Errors: a key is no YAML mapping.
[[nodiscard]] Result<Done> take_controller_config(const ObjectData& config,
                                                  PodTaskOptions& options);

} // namespace tiphys::run
