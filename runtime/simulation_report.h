#pragma once
// What a run in virtual time came to.

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/backends/simulated/simulated_backend.h"

namespace tiphys::run {

/// A pod of a finished run. Times count from the run's beginning.
struct PodSpan {
    NodeId node = kNoId;
    std::int64_t queued_ms = 0;
    std::int64_t begin_ms = 0;
    std::int64_t end_ms = 0;
};

/// Pods in the order in which they began; those of the same instant as they were made.
[[nodiscard]] std::vector<PodSpan> pod_spans(const State& state, const SimulatedBackend& backend);

/// Money for an hour of each.
struct Prices {
    double cpu_hour = 0;
    double gib_hour = 0;
    double node_hour = 0;
};

/// Pods of the same template that followed one another on the longest way.
struct PathPart {
    std::string template_name;
    std::uint32_t n_pods = 0;
    std::int64_t running_ms = 0;
    /// Before them, with nothing of the way running: for room, back-off, suspension.
    std::int64_t waiting_ms = 0;
};

struct SimulationReport {
    RunPhase phase = RunPhase::kPending;
    std::string message;
    std::int64_t makespan_ms = 0;
    std::size_t n_pods = 0;
    std::size_t n_failed = 0;
    std::size_t peak_pods = 0;
    /// The longest row of pods of which each began after another had ended.
    std::size_t n_waves = 0;
    /// Pods that waited for room on the cluster, and how many at once at most.
    std::size_t n_waiting = 0;
    std::size_t peak_waiting = 0;
    std::int64_t total_wait_ms = 0;
    std::int64_t longest_wait_ms = 0;
    double cpu_hours = 0;
    double gib_hours = 0;
    double node_hours = 0;
    double cost = 0;
    std::vector<PathPart> path;
};

[[nodiscard]] SimulationReport report_of(const State& state, const SimulatedBackend& backend,
                                         const std::vector<PodSpan>& pods, std::size_t n_nodes,
                                         const Prices& prices);

} // namespace tiphys::run
