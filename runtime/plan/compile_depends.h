#pragma once
// From the tree of `depends` to a program over positions of tasks.

#include <string>
#include <vector>

#include "compiler/expr/depends.h"
#include "runtime/plan/depends.h"

namespace tiphys::run {

struct CompiledDepends {
    Depends program;
    /// Positions of the tasks it names, in its order.
    std::vector<std::uint32_t> dependencies;
    /// Whether the dag has all tasks that are named.
    bool names_all_tasks = true;
    std::string error;
};

/// `names`: of the tasks by position.
[[nodiscard]] CompiledDepends compile_depends(const expr::DependsLogic& logic,
                                              const std::vector<std::string>& names);

} // namespace tiphys::run
