#pragma once
// What the controller itself reads in pods: whose they are, and which resources they have used.
// Argo: util/resource/duration.go.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/core/node.h"

namespace tiphys::control {

struct PodSummary {
    std::string name;
    std::string uid;
    std::string workflow;
    std::string node_id;
    bool has_ended = false;
    bool is_released = false;
    /// Seconds that resources were used, by resource.
    std::map<std::string, std::int64_t> seconds;
};

[[nodiscard]] std::optional<PodSummary> read_pod(std::string_view json);

/// The label that says whose a pod or task result is, without reading all of it.
[[nodiscard]] std::string workflow_label_of(std::string_view json);
/// The phase in a pod's text of JSON, without reading all of it; empty: it has none yet.
[[nodiscard]] std::string pod_phase_of(std::string_view json);

/// Sums of what the pods of a run have used.
class PodUsage {
public:
    /// The same pod told twice counts once.
    void add(run::NodeId node, const PodSummary& pod, std::map<run::NodeId, std::string>& texts);
    /// JSON; empty: nothing.
    [[nodiscard]] std::string total() const;

private:
    std::map<std::string, std::int64_t> total_;
    std::map<run::NodeId, std::string> counted_;
};

} // namespace tiphys::control
