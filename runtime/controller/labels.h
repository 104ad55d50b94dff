#pragma once
// Names that Argo gives to labels, annotations and finalizers. Argo: workflow/common/common.go.

namespace tiphys::control {

inline constexpr const char* kWorkflowVersion = "argoproj.io/v1alpha1";
inline constexpr const char* kLabelCompleted = "workflows.argoproj.io/completed";
inline constexpr const char* kLabelPhase = "workflows.argoproj.io/phase";
inline constexpr const char* kLabelWorkflow = "workflows.argoproj.io/workflow";
inline constexpr const char* kLabelInstanceId = "workflows.argoproj.io/controller-instanceid";
inline constexpr const char* kLabelTemplate = "workflows.argoproj.io/workflow-template";
inline constexpr const char* kLabelClusterTemplate =
    "workflows.argoproj.io/cluster-workflow-template";
inline constexpr const char* kLabelCronWorkflow = "workflows.argoproj.io/cron-workflow";
inline constexpr const char* kLabelConfigMapType = "workflows.argoproj.io/configmap-type";
inline constexpr const char* kAnnotationPodNames = "workflows.argoproj.io/pod-name-format";

} // namespace tiphys::control
