#pragma once
// Words that controller, executor and everybody's tools agree on. Argo: workflow/common/common.go.

#include <string>

#include "runtime/backends/kubernetes/pod_options.h"

namespace tiphys::run {

inline constexpr const char* kMainContainer = "main";
inline constexpr const char* kInitContainer = "init";
inline constexpr const char* kWaitContainer = "wait";

inline constexpr const char* kWorkflowLabel = "workflows.argoproj.io/workflow";
inline constexpr const char* kCompletedLabel = "workflows.argoproj.io/completed";
inline constexpr const char* kOnExitLabel = "workflows.argoproj.io/on-exit";
inline constexpr const char* kInstanceLabel = "workflows.argoproj.io/controller-instanceid";
inline constexpr const char* kReportedLabel = "workflows.argoproj.io/report-outputs-completed";
inline constexpr const char* kNodeNameAnnotation = "workflows.argoproj.io/node-name";
inline constexpr const char* kNodeIdAnnotation = "workflows.argoproj.io/node-id";
inline constexpr const char* kGcAnnotation = "workflows.argoproj.io/pod-gc-strategy";
inline constexpr const char* kDefaultContainerAnnotation =
    "kubectl.kubernetes.io/default-container";
inline constexpr const char* kStatusFinalizer = "workflows.argoproj.io/status";

inline constexpr const char* kSharedVolume = "var-run-argo";
inline constexpr const char* kTemporaryVolume = "tmp-dir-argo";
inline constexpr const char* kExecutorPath = "/var/run/argo/argoexec";
inline constexpr const char* kScriptPath = "/argo/staging/script";
inline constexpr const char* kTokenFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/// A JSON list: the workflow owns what the run makes.
[[nodiscard]] std::string owner_references(const PodTaskOptions& options);

} // namespace tiphys::run
