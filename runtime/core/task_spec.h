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

/// Everything of the template in `scope` substituted; `node_id` and `display_name` stay empty.
[[nodiscard]] SpecOrError make_task_spec(const Scope& scope);

} // namespace tiphys::run
