#pragma once
// Names that Argo gives to labels and annotations of workflows; those that pods have too are told
// with the pods. Argo: workflow/common/common.go.

#include "runtime/backends/kubernetes/pod_names.h"

namespace tiphys::control {

inline constexpr const char* kWorkflowVersion = "argoproj.io/v1alpha1";
inline constexpr const char* kLabelCompleted = run::kCompletedLabel;
inline constexpr const char* kLabelPhase = "workflows.argoproj.io/phase";
inline constexpr const char* kLabelWorkflow = run::kWorkflowLabel;
inline constexpr const char* kLabelInstanceId = run::kInstanceLabel;
inline constexpr const char* kLabelTemplate = "workflows.argoproj.io/workflow-template";
inline constexpr const char* kLabelClusterTemplate =
    "workflows.argoproj.io/cluster-workflow-template";
inline constexpr const char* kLabelCronWorkflow = "workflows.argoproj.io/cron-workflow";
inline constexpr const char* kLabelConfigMapType = "workflows.argoproj.io/configmap-type";
inline constexpr const char* kAnnotationPodNames = "workflows.argoproj.io/pod-name-format";

} // namespace tiphys::control
