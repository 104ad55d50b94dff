#pragma once
// What has happened so often, and how long things took, since the controller began: for metrics.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tiphys::control {

/// With the values that are told apart, in this order.
enum class Tally : std::uint8_t {
    kCronRun,      ///< name, namespace of the CronWorkflow
    kCronHeldBack, ///< name, namespace, concurrency policy
    kError,        ///< cause
    kPodMissing,   ///< phase of the node, whether it had begun a moment before
    kPodPending,   ///< reason, namespace
    kPodRestart,   ///< reason, condition of the machine, namespace
    kStatusWrite,  ///< outcome
};
using Tallies = std::map<std::pair<Tally, std::vector<std::string>>, std::int64_t>;

/// In seconds.
struct Timings {
    /// From the news of a task's end to the order of the next pod.
    std::vector<double> hops;
    /// What acting upon news of one workflow has taken.
    std::vector<double> operations;
};

} // namespace tiphys::control
