// Figures of runs in virtual time.

#include "runtime/simulation_report.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <unordered_set>

namespace tiphys::run {
namespace {

/// The most that `begins` are ahead of `ends`; at the same instant ends come first. Both sorted.
std::size_t greatest_overlap(const std::vector<std::int64_t>& begins,
                             const std::vector<std::int64_t>& ends) {
    std::size_t greatest = 0;
    std::size_t n_ended = 0;
    for (std::size_t i = 0; i < begins.size(); ++i) {
        while (n_ended < ends.size() && ends[n_ended] <= begins[i]) {
            ++n_ended;
        }
        // A pod that takes no time may have ended before it is counted.
        if (i + 1 > n_ended) greatest = std::max(greatest, i + 1 - n_ended);
    }
    return greatest;
}

std::size_t count_waves(const std::vector<PodSpan>& pods) {
    using Ended = std::pair<std::int64_t, std::size_t>;
    std::priority_queue<Ended, std::vector<Ended>, std::greater<>> running;
    std::size_t latest = 0;
    std::size_t most = 0;
    for (const PodSpan& pod : pods) {
        while (!running.empty() && running.top().first <= pod.begin_ms) {
            latest = std::max(latest, running.top().second);
            running.pop();
        }
        running.emplace(pod.end_ms, latest + 1);
        most = std::max(most, latest + 1);
    }
    return most;
}

void count_waiting(const std::vector<PodSpan>& pods, SimulationReport& report) {
    std::vector<std::int64_t> queued;
    std::vector<std::int64_t> begins;
    for (const PodSpan& pod : pods) {
        const std::int64_t wait = pod.begin_ms - pod.queued_ms;
        if (wait <= 0) continue;
        queued.push_back(pod.queued_ms);
        begins.push_back(pod.begin_ms);
        report.total_wait_ms += wait;
        report.longest_wait_ms = std::max(report.longest_wait_ms, wait);
    }
    std::sort(queued.begin(), queued.end());
    report.n_waiting = queued.size();
    report.peak_waiting = greatest_overlap(queued, begins);
}

std::string template_name_of(const State& state, NodeId node) {
    return state.plan->templates[state.nodes[node].template_id].name;
}

/// Walks from the last pod back to the first, each time to the one whose end it waited for.
class LongestWay {
public:
    LongestWay(const State& state, const std::vector<PodSpan>& pods) : state_(state), pods_(pods) {
        by_end_.resize(pods.size());
        std::iota(by_end_.begin(), by_end_.end(), 0U);
        std::sort(by_end_.begin(), by_end_.end(), [&](std::uint32_t a, std::uint32_t b) {
            return pods[a].end_ms != pods[b].end_ms ? pods[a].end_ms < pods[b].end_ms : a < b;
        });
        parents_.reserve(state.child_links.size());
        for (NodeId parent = 0; parent < state.nodes.size(); ++parent) {
            for (std::uint32_t link = state.nodes[parent].first_child; link != kNoId;
                 link = state.child_links[link].next) {
                parents_.emplace_back(state.child_links[link].node, parent);
            }
        }
        std::sort(parents_.begin(), parents_.end());
    }

    [[nodiscard]] std::vector<PathPart> find() const {
        std::vector<PathPart> path;
        if (pods_.empty()) return path;
        std::uint32_t pod = by_end_.back();
        while (true) {
            const std::int64_t before = before_of(pod);
            const std::int64_t free_ms = before < 0 ? 0 : pods_[index(before)].end_ms;
            const std::string name = template_name_of(state_, pods_[pod].node);
            const std::int64_t waiting = pods_[pod].begin_ms - free_ms;
            if (path.empty() || path.back().template_name != name) path.push_back({name});
            PathPart& part = path.back();
            ++part.n_pods;
            part.running_ms += pods_[pod].end_ms - pods_[pod].begin_ms;
            part.waiting_ms += waiting;
            if (before < 0) break;
            pod = static_cast<std::uint32_t>(before);
        }
        std::reverse(path.begin(), path.end());
        return path;
    }

private:
    static std::size_t index(std::int64_t position) { return static_cast<std::size_t>(position); }

    /// The pod with the latest end that is not after the beginning of `pod`; among equals one that
    /// the pod depended on. -1 where there is none.
    [[nodiscard]] std::int64_t before_of(std::uint32_t pod) const {
        const std::int64_t begin = pods_[pod].begin_ms;
        auto found = std::upper_bound(
            by_end_.begin(), by_end_.end(), begin,
            [&](std::int64_t time, std::uint32_t other) { return time < pods_[other].end_ms; });
        std::int64_t chosen = -1;
        std::unordered_set<NodeId> ancestors;
        while (found != by_end_.begin()) {
            --found;
            const PodSpan& other = pods_[*found];
            const bool ties = chosen < 0 || other.end_ms == pods_[index(chosen)].end_ms;
            if (!ties) break;
            // Pods that take no time must not follow one another in a circle.
            const bool comes_before = other.begin_ms < begin || *found < pod;
            if (!comes_before) continue;
            if (chosen < 0) ancestors = pods_above(pods_[pod].node);
            if (chosen < 0 || ancestors.contains(other.node)) chosen = *found;
            if (ancestors.contains(other.node)) break;
        }
        return chosen;
    }

    /// The nearest pods that lead to the node.
    [[nodiscard]] std::unordered_set<NodeId> pods_above(NodeId node) const {
        constexpr std::size_t kMost = 10'000;
        std::unordered_set<NodeId> seen{node};
        std::unordered_set<NodeId> found;
        std::vector<NodeId> pending{node};
        while (!pending.empty() && seen.size() < kMost) {
            const NodeId next = pending.back();
            pending.pop_back();
            for (auto link = std::lower_bound(parents_.begin(), parents_.end(),
                                              std::pair<NodeId, NodeId>(next, 0));
                 link != parents_.end() && link->first == next; ++link) {
                if (!seen.insert(link->second).second) continue;
                const bool is_pod = state_.nodes[link->second].type == NodeType::kPod;
                if (is_pod) found.insert(link->second);
                if (!is_pod) pending.push_back(link->second);
            }
        }
        return found;
    }

    const State& state_;
    const std::vector<PodSpan>& pods_;
    std::vector<std::uint32_t> by_end_;
    /// Child and parent, sorted.
    std::vector<std::pair<NodeId, NodeId>> parents_;
};

/// Why the run failed: its own message, or that of the first node which has one.
std::string reason_of(const State& state) {
    if (!state.message.empty() || state.phase == RunPhase::kSucceeded) return state.message;
    for (NodeId id = 0; id < state.nodes.size(); ++id) {
        const Node& node = state.nodes[id];
        if (is_failed(node.phase) && node.message != 0) {
            return node_name(state, id) + ": " + std::string(message_of(state, id));
        }
    }
    return "";
}

} // namespace

std::vector<PodSpan> pod_spans(const State& state, const SimulatedBackend& backend) {
    std::vector<PodSpan> pods;
    // There may be a million of them.
    pods.reserve(backend.n_begun());
    for (NodeId id = 0; id < state.nodes.size(); ++id) {
        const SimulatedBackend::Span span = backend.span_of(id);
        if (!span.has_begun) continue;
        pods.push_back({id, state.nodes[id].started_ms - state.started_ms,
                        span.begin_ms - state.started_ms, span.end_ms - state.started_ms});
    }
    std::sort(pods.begin(), pods.end(), [](const PodSpan& a, const PodSpan& b) {
        return a.begin_ms != b.begin_ms ? a.begin_ms < b.begin_ms : a.node < b.node;
    });
    return pods;
}

SimulationReport report_of(const State& state, const SimulatedBackend& backend,
                           const std::vector<PodSpan>& pods, std::size_t n_nodes,
                           const Prices& prices) {
    constexpr double kHour = 3'600'000;
    SimulationReport report;
    report.phase = state.phase;
    report.message = reason_of(state);
    report.makespan_ms = state.finished_ms - state.started_ms;
    report.n_pods = pods.size();
    std::vector<std::int64_t> begins;
    std::vector<std::int64_t> ends;
    begins.reserve(pods.size());
    ends.reserve(pods.size());
    for (const PodSpan& pod : pods) {
        if (is_failed(state.nodes[pod.node].phase)) ++report.n_failed;
        begins.push_back(pod.begin_ms);
        ends.push_back(pod.end_ms);
        report.makespan_ms = std::max(report.makespan_ms, pod.end_ms);
        const double hours = static_cast<double>(pod.end_ms - pod.begin_ms) / kHour;
        const Resources& requests = backend.span_of(pod.node).requests;
        report.cpu_hours += hours * static_cast<double>(requests.cpu_millis) / 1000;
        report.gib_hours +=
            hours * static_cast<double>(requests.memory_bytes) / (1024.0 * 1024 * 1024);
    }
    std::sort(ends.begin(), ends.end());
    report.peak_pods = greatest_overlap(begins, ends);
    report.n_waves = count_waves(pods);
    count_waiting(pods, report);
    report.node_hours =
        static_cast<double>(n_nodes) * static_cast<double>(report.makespan_ms) / kHour;
    report.cost = report.cpu_hours * prices.cpu_hour + report.gib_hours * prices.gib_hour +
                  report.node_hours * prices.node_hour;
    begins = {};
    ends = {};
    report.path = LongestWay(state, pods).find();
    return report;
}

} // namespace tiphys::run
