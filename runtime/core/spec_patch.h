#pragma once
// What patches of pods mean for tasks that are none.

#include <string>
#include <vector>

#include "runtime/core/step.h"

namespace tiphys::run {

/// What a patch changes: the processes of a task, and what each requests of the machine.
struct PatchedTask {
    std::vector<ProcessSpec>& processes;
    std::vector<Resources>& requests;
};

/// Lays a `podSpecPatch` (YAML or JSON) over the processes that its containers name: command,
/// arguments, image, working directory, requests, and variables that have a value. The rest of it
/// has no meaning on this machine. Returns what is wrong with it, or nothing.
/// Argo: ApplyPodSpecPatch in workflow/util/util.go.
[[nodiscard]] std::string apply_spec_patch(const std::string& patch, const PatchedTask& task);

} // namespace tiphys::run
