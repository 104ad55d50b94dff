#pragma once
// The machines that simulated tasks share, and the quota of their namespace.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/plan/plan.h"

namespace tiphys::run {

/// What there is; 0 is always "without end".
struct ClusterSize {
    std::size_t n_nodes = 0;
    /// Of each node.
    Resources node;
    /// Kubelet's own limit. Kubernetes: maxPods.
    std::size_t pods_per_node = 110;
    /// Of all pods together.
    Resources quota;
    std::size_t quota_pods = 0;
};

class Cluster {
public:
    explicit Cluster(const ClusterSize& size);

    /// Takes room for a pod: on the node with the most free processor time, as Kubernetes'
    /// scheduler spreads pods. The number of the node, or nothing where there is no room now.
    [[nodiscard]] std::optional<std::uint32_t> place(const Resources& wanted);
    void release(std::uint32_t node, const Resources& taken);

    /// Whether there is room for it when nothing else runs.
    [[nodiscard]] bool can_hold(const Resources& wanted) const;

private:
    struct Usage {
        Resources used;
        std::size_t n_pods = 0;
    };

    [[nodiscard]] bool fits(const Usage& node, const Resources& wanted) const;
    [[nodiscard]] bool quota_allows(const Usage& all, const Resources& wanted) const;

    ClusterSize size_;
    std::vector<Usage> nodes_;
    Usage all_;
};

} // namespace tiphys::run
