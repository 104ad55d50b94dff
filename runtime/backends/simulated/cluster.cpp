// Room for simulated pods.

#include "runtime/backends/simulated/cluster.h"

namespace tiphys::run {
namespace {

bool within(std::int64_t used, std::int64_t more, std::int64_t limit) {
    return limit == 0 || used + more <= limit;
}

bool within(const Resources& used, const Resources& more, const Resources& limit) {
    return within(used.cpu_millis, more.cpu_millis, limit.cpu_millis) &&
           within(used.memory_bytes, more.memory_bytes, limit.memory_bytes);
}

void add(Resources& to, const Resources& what, std::int64_t sign) {
    to.cpu_millis += sign * what.cpu_millis;
    to.memory_bytes += sign * what.memory_bytes;
}

} // namespace

Cluster::Cluster(const ClusterSize& size) : size_(size), nodes_(size.n_nodes) {}

bool Cluster::fits(const Usage& node, const Resources& wanted) const {
    const bool has_place = size_.pods_per_node == 0 || node.n_pods < size_.pods_per_node;
    return has_place && within(node.used, wanted, size_.node);
}

bool Cluster::quota_allows(const Usage& all, const Resources& wanted) const {
    const bool has_place = size_.quota_pods == 0 || all.n_pods < size_.quota_pods;
    return has_place && within(all.used, wanted, size_.quota);
}

bool Cluster::can_hold(const Resources& wanted) const {
    return quota_allows(Usage(), wanted) && (nodes_.empty() || fits(Usage(), wanted));
}

std::optional<std::uint32_t> Cluster::place(const Resources& wanted) {
    if (!quota_allows(all_, wanted)) return std::nullopt;
    std::uint32_t chosen = 0;
    if (!nodes_.empty()) {
        bool any = false;
        for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
            if (!fits(nodes_[i], wanted)) continue;
            const Usage& best = nodes_[chosen];
            const bool is_freer = nodes_[i].used.cpu_millis != best.used.cpu_millis
                                      ? nodes_[i].used.cpu_millis < best.used.cpu_millis
                                      : nodes_[i].n_pods < best.n_pods;
            if (!any || is_freer) chosen = i;
            any = true;
        }
        if (!any) return std::nullopt;
        add(nodes_[chosen].used, wanted, 1);
        ++nodes_[chosen].n_pods;
    }
    add(all_.used, wanted, 1);
    ++all_.n_pods;
    return chosen;
}

void Cluster::release(std::uint32_t node, const Resources& taken) {
    if (!nodes_.empty()) {
        add(nodes_[node].used, taken, -1);
        --nodes_[node].n_pods;
    }
    add(all_.used, taken, -1);
    --all_.n_pods;
}

} // namespace tiphys::run
