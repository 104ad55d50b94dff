#pragma once
// A Workflow object as the API server has it: what is asked for, and what is known of its run.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/state.h"

namespace tiphys::control {

struct KnownNode {
    std::string id;
    std::string name;
    std::string type;
    std::string phase;
    std::string message;
    std::int64_t started_ms = 0;
    std::int64_t finished_ms = 0;
    bool daemoned = false;
    std::optional<run::Outputs> outputs;
    std::vector<std::pair<std::string, std::string>> inputs;
    run::Placement place;
    std::int16_t exit_code = -1;
    std::optional<run::Memoization> memoization;
};

struct KnownWorkflow {
    std::string name;
    std::string name_space;
    std::string uid;
    std::string resource_version;
    std::int64_t created_ms = 0;
    /// Somebody has asked for its deletion; finalizers hold it up.
    bool is_deleted = false;
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> annotations;
    std::vector<std::string> finalizers;
    /// JSON.
    std::string spec;
    std::int64_t priority = 0;
    bool is_suspended = false;
    run::Shutdown shutdown = run::Shutdown::kNone;
    /// Seconds after the end at which it is deleted, by outcome. Argo: ttlStrategy.
    std::optional<std::int64_t> ttl_completion_s;
    std::optional<std::int64_t> ttl_success_s;
    std::optional<std::int64_t> ttl_failure_s;

    /// Empty: nobody has begun it.
    std::string phase;
    std::string message;
    std::int64_t started_ms = 0;
    std::int64_t finished_ms = 0;
    /// Of a workflow that refers to a template: what it ran with at first; JSON or empty.
    std::string stored_spec;
    /// Templates of others that it has called: JSON by Argo's keys.
    std::map<std::string, std::string> stored_templates;
    std::vector<KnownNode> nodes;
    /// The nodes stand elsewhere or cannot be read: the run cannot be taken up.
    bool is_unreadable = false;
    /// Under which they stand elsewhere; empty: they do not.
    std::string offload_version;

    /// The label says that it has ended. Argo goes by it, not by the phase.
    [[nodiscard]] bool is_completed() const;
    [[nodiscard]] std::string key() const { return name_space + "/" + name; }
};

/// Nothing where it is no object. `with_nodes` false leaves the nodes out.
[[nodiscard]] std::optional<KnownWorkflow> read_workflow(std::string_view json, bool with_nodes);

/// Nodes that stood elsewhere. False: they are no nodes.
bool add_nodes(std::string_view json, KnownWorkflow& workflow);

/// The resource version in a text of JSON, without reading all of it.
[[nodiscard]] std::string_view resource_version_of(std::string_view json);
/// Of one object, later versions are greater.
[[nodiscard]] std::uint64_t version_number(std::string_view version);

/// What a run that goes on with the workflow starts from.
[[nodiscard]] run::KeptNodes kept_nodes(const KnownWorkflow& workflow);

/// `outputs` of a node as JSON.
[[nodiscard]] run::Outputs read_outputs(std::string_view json);

[[nodiscard]] std::optional<run::Phase> phase_named(std::string_view name);

} // namespace tiphys::control
