#pragma once
// Whether the machine has room for a task, by what its containers request.

#include <map>
#include <set>
#include <string>

#include "runtime/core/step.h"

namespace tiphys::run {

/// Cores and memory of this machine, as far as this process may use them.
[[nodiscard]] Resources machine_capacity();

class Admission {
public:
    /// A capacity of 0 is no limit.
    explicit Admission(Resources capacity) : capacity_(capacity) {}

    /// Empty: the task has its share until release(). Otherwise the reason in Kubernetes' words. A
    /// task that asks for more than the machine has runs alone.
    [[nodiscard]] std::string admit(NodeId node, const TaskSpec& spec);
    void release(NodeId node);
    /// Whether a task has room in the place of another one.
    [[nodiscard]] bool can_replace(const TaskSpec& before, const TaskSpec& spec) const;
    /// Whether the node is refused for the first time.
    [[nodiscard]] bool is_news(NodeId node) { return refused_.insert(node).second; }

private:
    [[nodiscard]] Resources wanted_by(const TaskSpec& spec) const;

    Resources capacity_;
    Resources used_;
    std::map<NodeId, Resources> shares_;
    std::set<NodeId> refused_;
};

} // namespace tiphys::run
