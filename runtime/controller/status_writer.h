#pragma once
// The status of a Workflow object, brought up to date by merge patches that hold what has changed.
// Argo: persistUpdates in workflow/controller/operator.go writes the object as a whole.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/core/state.h"

namespace tiphys::control {

/// What a patch says besides the state of the run.
struct StatusExtras {
    std::string uid;
    /// The run is over for everybody: its phase is shown. Before that it is still running.
    bool may_end = false;
    /// It is held back before its begin, for this reason.
    std::string waits_for;
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> annotations;
    /// JSON or empty.
    std::string stored_spec;
    std::string artifact_repository;
    std::string stored_templates;
    std::string artifact_gc;
    /// All of the object; empty: they stay as they are.
    std::vector<std::string> finalizers;
    /// Why a metric that it declares has no value; empty: all have.
    std::string metrics_error;
    /// How long it is thought to take; 0: nobody knows.
    std::int64_t estimated_s = 0;
    /// JSON of `status.synchronization`, or empty.
    std::string locks;
    /// Seconds of resources that each node has used: JSON.
    std::map<run::NodeId, std::string> durations;
    /// The same of all, JSON or empty.
    std::string total_duration;
};

/// Keeps nodes (JSON) elsewhere; returns their version. Argo: status.offloadNodeStatusVersion.
using OffloadNodes = std::function<Result<std::string>(const std::string& nodes)>;

/// JSON of a node, with its `resourcesDuration` where that is known.
[[nodiscard]] std::string with_duration(std::string json, const StatusExtras& extras,
                                        run::NodeId id);

class StatusWriter {
public:
    /// `longest`: with nodes of more bytes they are packed. `offload`, where it is given, gets
    /// those that are longer even then.
    explicit StatusWriter(std::size_t longest = std::size_t{1} << 20,
                          OffloadNodes offload = nullptr)
        : longest_(longest), offload_(std::move(offload)) {}

    /// The body of a patch; empty where the object says it all already. What it says counts as
    /// written once accepted() is called.
    [[nodiscard]] std::string patch(const run::State& state, const StatusExtras& extras);

    /// The latest patch has become durable; returns the nodes whose end was in it.
    [[nodiscard]] std::vector<run::NodeId> accepted();
    /// Nobody knows what of the latest patch has been done: the next one says everything.
    void lost();

    /// The server takes no object of that length.
    void was_too_long() { longest_ = 0; }
    [[nodiscard]] bool can_be_shorter() const { return longest_ != 0; }

private:
    [[nodiscard]] std::string nodes_part(const run::State& state, const StatusExtras& extras);

    [[nodiscard]] std::string packed_part(const std::string& nodes) const;

    std::size_t longest_;
    OffloadNodes offload_;
    /// Hashes of what was written of each node, and of what is on its way.
    std::vector<std::uint64_t> written_;
    std::vector<std::uint64_t> sent_;
    std::uint64_t rest_written_ = 0;
    std::uint64_t rest_sent_ = 0;
    std::vector<run::NodeId> ended_sent_;
    std::vector<bool> ended_written_;
    bool is_packed_ = false;
    /// What never changes is in the object.
    bool has_constants_ = false;
};

} // namespace tiphys::control
