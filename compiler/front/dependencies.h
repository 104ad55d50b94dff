#pragma once
// What the tasks of a DAG wait for: `dependencies`, and the names in `depends`.
// Argo: workflow/common/ancestry.go.

#include <array>
#include <string_view>
#include <vector>

#include "compiler/front/flow.h"

namespace tiphys::front {

/// The results of a task that `depends` can ask for.
inline constexpr std::array<std::string_view, 8> kTaskResults{
    "Succeeded", "Failed",   "Errored",      "Skipped",
    "Omitted",   "Daemoned", "AnySucceeded", "AllFailed"};

/// One mention of a task by another one. Offsets count bytes of the scalar's value.
struct Dependency {
    std::string_view task;
    std::string_view result; ///< what stands after the dot; may be empty
    const ir::Scalar* scalar = nullptr;
    std::size_t task_begin = 0;
    std::size_t result_begin = 0;
    /// The task of that name, or null.
    const FlowNode* node = nullptr;
};

/// The tasks that the words of a `depends` name. Texts with tags are known at run time only and
/// give none.
[[nodiscard]] std::vector<Dependency> scan_depends(const ir::Scalar& depends);

/// Who waits for whom in one DAG.
class DagGraph {
public:
    explicit DagGraph(const FlowTemplate& dag);

    [[nodiscard]] const FlowTemplate& dag() const { return dag_; }
    /// In source order.
    [[nodiscard]] const std::vector<Dependency>& dependencies_of(const FlowNode& task) const {
        return dependencies_[task.index];
    }
    /// `task` waits for `ancestor`, if only through others.
    [[nodiscard]] bool is_ancestor(const FlowNode& ancestor, const FlowNode& task) const;

private:
    void collect_ancestors(std::uint32_t task);

    const FlowTemplate& dag_;
    std::vector<std::vector<Dependency>> dependencies_;
    std::vector<std::vector<bool>> ancestors_;
};

} // namespace tiphys::front
