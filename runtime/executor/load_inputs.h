#pragma once
// What a pod's first container does: it brings what main needs to where main finds it. Argo:
// cmd/argoexec/commands/init.go.

#include "runtime/executor/exit.h"
#include "runtime/executor/pod_template.h"

namespace tiphys::executor {

[[nodiscard]] Exit initialize(const PodPaths& paths);

/// Puts this program into the shared folder, from where users' containers start it.
[[nodiscard]] Result<Done> copy_program(const PodPaths& paths);

/// Writes the script or manifest of a template that has one.
[[nodiscard]] Result<Done> stage_files(const PodTemplate& pod, const PodPaths& paths);

[[nodiscard]] Result<Done> load_inputs(const PodTemplate& pod, const PodPaths& paths);

} // namespace tiphys::executor
