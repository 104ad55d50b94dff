#pragma once
// Everything that a run has become so far. Changed by step() alone; replaying the same events gives
// the same state.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/base/arena.h"
#include "runtime/core/node.h"
#include "runtime/core/values.h"
#include "runtime/plan/plan.h"

namespace tiphys::run {

/// Texts by number; 0 is the empty text. Views stay valid as long as the table.
class TextTable {
public:
    TextTable() : texts_{std::string_view()} {}
    TextTable(TextTable&&) = default;
    TextTable& operator=(TextTable&&) = default;

    /// A number for this text alone.
    [[nodiscard]] std::uint32_t add(std::string_view text);
    /// The same number for the same text.
    [[nodiscard]] std::uint32_t intern(std::string_view text);
    [[nodiscard]] std::string_view get(std::uint32_t number) const { return texts_[number]; }

private:
    Arena arena_;
    std::deque<std::string_view> texts_;
    std::unordered_map<std::string_view, std::uint32_t> interned_;
};

/// Arguments of a call, substituted; what remains of `{{item}}` is done element by element.
struct Arguments {
    struct Parameter {
        std::string name;
        std::optional<std::string> value;
        /// The value is one reference to an output that a skipped node never produced.
        bool absent = false;
    };
    std::vector<Parameter> parameters;
    std::vector<Artifact> artifacts;
};

/// Variables that an attempt of a retried template sees. Argo: `retries`, `lastRetry.*`.
struct AttemptVariables {
    std::uint32_t retries = 0;
    std::string exit_code = "0";
    std::string status;
    std::string duration = "0";
    std::string message;
};

/// A step or a task of a running template, with the elements of its loop.
struct Slot {
    enum class Stage : std::uint8_t { kWaiting, kStarting, kRunning, kDone };
    CallId call = kNoId;
    /// The node; of a dag's loop the TaskGroup; of a step's loop the StepGroup.
    NodeId node = kNoId;
    /// Unfulfilled dependencies of a task.
    std::uint32_t remaining = 0;
    /// Position in State's loops, kNoId without a loop.
    std::uint32_t loop = kNoId;
    std::uint32_t n_items = 1;
    std::uint32_t next_item = 0;
    /// Nodes (or hooks of nodes) that are not finished.
    std::uint32_t n_open = 0;
    /// The failed element with the highest position decides the phase of a TaskGroup.
    std::uint32_t failed_item = kNoId;
    Phase failed_phase = Phase::kFailed;
    Stage stage = Stage::kWaiting;
    bool parked = false;
    /// How far the end of the TaskGroup itself is: its named hooks, then its exit hook.
    std::uint8_t group_end = 0;
    /// A text of State: why the results of the loop cannot be put into one list.
    std::uint32_t aggregate_error = 0;
};

/// A running steps or dag template.
struct Frame {
    NodeId node = kNoId;
    TemplateId template_id = kNoId;
    std::uint16_t depth = 0;
    bool on_exit = false;
    bool closed = false;
    bool assess_queued = false;
    /// A child failed and the template says failFast: nothing new is started.
    bool failing_fast = false;
    /// Position in State's attempts, kNoId outside of retries.
    std::uint32_t attempt = kNoId;
    /// Unfulfilled nodes below, counting a template with unfulfilled nodes of its own once.
    std::uint32_t n_busy = 0;
    /// Direct children, as Argo counts them for parallelism and failFast.
    std::uint32_t n_active_children = 0;
    std::uint32_t n_active_pods = 0;
    /// Steps: the current group and its unfinished slots.
    std::uint32_t group = 0;
    std::uint32_t n_open_slots = 0;
    /// Steps: the node of each group begun.
    std::vector<NodeId> group_nodes;
    /// Steps: all groups one after the other, `slot_offset` per group. Dag: the tasks.
    std::vector<Slot> slots;
    std::vector<std::uint32_t> slot_offset;
    std::vector<NodeId> outbound;
    /// Dag: position in State's dag_shapes; kNoId: the one of the template.
    std::uint32_t shape = kNoId;
};

/// A template under a retry strategy.
struct Retry {
    NodeId node = kNoId;
    std::uint16_t depth = 0;
    bool waiting = false;
    bool parked = false;
    std::uint32_t n_attempts = 0;
    NodeId last_attempt = kNoId;
    std::int64_t first_started_ms = 0;
    /// 0: none. Of backoff.maxDuration, for tasks of further attempts.
    std::int64_t deadline_ms = 0;
};

/// A call about to be made.
struct Invocation {
    NodeId name_parent = kNoId;
    std::string suffix;
    CallId call = kNoId;
    Owner owner;
    NodeId boundary = kNoId;
    std::uint32_t item = kNoId;
    std::uint16_t depth = 1;
    bool on_exit = false;
    bool hooked = false;
    /// The node that waited for a lock and becomes that of the call.
    NodeId reused = kNoId;
};

/// A call that could not be made because too much is running.
struct Parked {
    enum class Kind : std::uint8_t { kSlot, kAttempt, kHook, kNamedHook, kRunHook, kExitHandler };
    Kind kind = Kind::kSlot;
    /// kAttempt: position in State's retries.
    std::uint32_t frame = kNoId;
    std::uint32_t slot = kNoId;
    /// Hooks: the node that they belong to.
    NodeId node = kNoId;
    /// kNamedHook, kRunHook: which of the hooks.
    std::uint32_t hook = kNoId;
};

/// The named hooks of one node, or of the run.
struct Hooks {
    /// By position in the list of hooks.
    std::vector<bool> fired;
    std::uint32_t n_open = 0;
    /// The node has ended; it waits for hooks that have not.
    bool node_ended = false;
};

/// A mutex has the limit 1.
struct Lock {
    std::int64_t limit = 1;
    std::vector<NodeId> holders;
};

/// A call whose node waits until all its locks are free.
struct LockWaiter {
    Invocation invocation;
    TemplateId template_id = kNoId;
    std::uint32_t inputs = kNoId;
    std::vector<std::string> locks;
};

/// What a cache knows under a key.
struct CacheEntry {
    std::string node_id;
    Outputs outputs;
    std::int16_t exit_code = -1;
    std::int64_t created_ms = 0;
};
/// Entries by key, by the name of the cache.
using Caches = std::map<std::string, std::map<std::string, CacheEntry>>;

/// Of a node whose template is memoized.
struct Memoization {
    std::string cache;
    std::string key;
    bool hit = false;
};

/// Where a pod runs; empty where nobody knows.
struct Placement {
    std::string ip;
    std::string host;
};

/// What a node has been before this run, or before its controller was started again: a task that
/// had ended counts as done; of all others only the times count.
struct KeptNode {
    Phase phase = Phase::kSucceeded;
    std::string message;
    std::optional<Outputs> outputs;
    std::int16_t exit_code = -1;
    std::int64_t started_ms = 0;
    std::int64_t finished_ms = 0;
    /// Inputs by name that its pod was made with, and where that runs. Left out of journals: their
    /// runs have no pods.
    std::vector<std::pair<std::string, std::string>> inputs;
    Placement place;
    /// Of another run, whose pod had this name: the node is shown as one that was skipped.
    std::string original;
};
/// By the name of the node without that of the workflow.
using KeptNodes = std::map<std::string, KeptNode>;

/// Something to do before the event is dealt with completely.
struct Work {
    enum class Kind : std::uint8_t {
        kNodeDone,
        kSlotDone,
        kAssess,
        kFailFast,
        kHooks,
        kDaemonFailed
    };
    Kind kind = Kind::kNodeDone;
    std::uint32_t frame = kNoId;
    std::uint32_t slot = kNoId;
    NodeId node = kNoId;
    /// kNodeDone: the caller gets the node's message as an error of its own.
    bool with_error = false;
};

enum class RunPhase : std::uint8_t { kPending, kRunning, kSucceeded, kFailed, kError };
[[nodiscard]] std::string_view run_phase_name(RunPhase phase);

struct State {
    explicit State(const Plan& the_plan) : plan(&the_plan) {}

    const Plan* plan;
    RunPhase phase = RunPhase::kPending;
    std::string message;
    std::int64_t started_ms = 0;
    std::int64_t finished_ms = 0;
    /// Of the latest event.
    std::int64_t now_ms = 0;
    Shutdown shutdown = Shutdown::kNone;
    bool deadline_passed = false;
    /// Consequences wait in the agenda, and the begin of further attempts here.
    bool suspended = false;
    std::vector<NodeId> held_retries;
    KeptNodes kept;

    /// Not a vector, which would copy all of them when it grows.
    std::deque<Node> nodes;
    TextTable texts;
    struct ChildLink {
        NodeId node;
        std::uint32_t next;
    };
    std::deque<ChildLink> child_links;
    std::deque<Frame> frames;
    /// Of dags whose targets depend on what they were called with.
    std::deque<DagShape> dag_shapes;
    std::deque<Retry> retries;
    std::deque<Inputs> inputs;
    std::deque<Outputs> outputs;
    std::deque<ItemList> loops;
    std::deque<AttemptVariables> attempts;
    /// A hash table of nodes by Node::id_hash: positions in `nodes`, kNoId where there is none;
    /// as long as a power of two, and at most half full.
    std::vector<NodeId> ids;
    /// By the node that they belong to; those of the run by kNoId.
    std::map<NodeId, Hooks> hooks;
    std::map<std::string, Lock> locks;
    /// How often locks are held by other runs.
    std::map<std::string, std::int64_t> locks_outside;
    std::map<NodeId, std::vector<std::string>> held_locks;
    std::deque<LockWaiter> lock_waiters;
    Caches caches;
    std::map<NodeId, Memoization> memoizations;
    /// Of pods that have begun.
    std::map<NodeId, Placement> places;
    /// Nodes that are daemoned, or were.
    std::vector<NodeId> daemons;

    NodeId root = kNoId;
    NodeId exit_node = kNoId;
    /// `workflow.outputs.*`.
    Outputs global_outputs;
    /// `workflow.status` and `workflow.failures` for handlers.
    std::string status_variable = "Running";
    std::string failures_variable;

    /// Tasks that are queued or running.
    std::uint32_t n_active_pods = 0;
    std::deque<Work> agenda;
    std::deque<Parked> parked;
    std::deque<Work> assessments;
};

/// Reading the tree.
[[nodiscard]] std::string node_name(const State& state, NodeId node);
[[nodiscard]] std::string node_id(const State& state, NodeId node);
[[nodiscard]] std::string display_name(const State& state, NodeId node);
[[nodiscard]] std::string pod_name(const State& state, NodeId node);
[[nodiscard]] std::vector<NodeId> children_of(const State& state, NodeId node);
[[nodiscard]] inline std::string_view message_of(const State& state, NodeId node) {
    return state.texts.get(state.nodes[node].message);
}
[[nodiscard]] inline const Outputs* outputs_of(const State& state, NodeId node) {
    const std::uint32_t outputs = state.nodes[node].outputs;
    return outputs == kNoId ? nullptr : &state.outputs[outputs];
}

/// FNV-1a, 32 bits; `state` continues the hash of what stands before.
inline constexpr std::uint32_t kFnvStart = 0x811c9dc5U;
[[nodiscard]] std::uint32_t fnv1a(std::string_view text, std::uint32_t state = kFnvStart);

/// The name of the pod that Argo would make. Argo: workflow/util/pod_name.go.
[[nodiscard]] std::string pod_name(const Plan& plan, std::string_view node_name,
                                   std::string_view template_name, std::uint32_t name_hash);

} // namespace tiphys::run
