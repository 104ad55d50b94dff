#pragma once
// What a backend is told about a task.

#include <memory>
#include <string>

#include "runtime/core/scope.h"
#include "runtime/core/step.h"

namespace tiphys::run {

struct SpecOrError {
    std::unique_ptr<TaskSpec> spec;
    std::string error;
};

/// What Kubernetes sets aside for a pod of the template: its containers together, or more for an
/// init container. Kubernetes: PodRequests in component-helpers/resource.
[[nodiscard]] Resources requests_of(const Template& self);

/// Everything of the template in `scope` substituted; `node_id` and `display_name` stay empty.
[[nodiscard]] SpecOrError make_task_spec(const Scope& scope);

} // namespace tiphys::run
