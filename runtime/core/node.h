#pragma once
// One record for each node of a run, and the numbers that tie it to others.

#include <cstdint>
#include <string_view>

#include "runtime/plan/plan.h"

namespace tiphys::run {

/// Position in State's nodes.
using NodeId = std::uint32_t;

enum class NodeType : std::uint8_t {
    kPod,
    kContainer,
    kSteps,
    kStepGroup,
    kDag,
    kTaskGroup,
    kRetry,
    kSkipped,
    kSuspend,
    kHttp
};

enum class Phase : std::uint8_t {
    kPending,
    kRunning,
    kSucceeded,
    kSkipped,
    kFailed,
    kError,
    kOmitted
};

/// As in the status of a workflow: "Pod", "TaskGroup"; "Succeeded".
[[nodiscard]] std::string_view type_name(NodeType type);
[[nodiscard]] std::string_view phase_name(Phase phase);

[[nodiscard]] constexpr bool is_failed(Phase phase) {
    return phase == Phase::kFailed || phase == Phase::kError;
}
[[nodiscard]] constexpr bool is_completed(Phase phase) {
    return is_failed(phase) || phase == Phase::kSucceeded;
}
[[nodiscard]] constexpr bool is_fulfilled(Phase phase) {
    return is_completed(phase) || phase == Phase::kSkipped || phase == Phase::kOmitted;
}

/// Who waits for a node.
struct Owner {
    /// kHook: the exit hook of a call. kNamedHook: another one of it. kRunHook: of the run.
    enum class Kind : std::uint8_t {
        kRoot,
        kExitHandler,
        kSlot,
        kHook,
        kNamedHook,
        kRunHook,
        kAttempt,
        kNobody
    };
    /// kSlot and hooks of calls: position in State's frames. kAttempt: in its retries.
    std::uint32_t frame = kNoId;
    /// kSlot and hooks of calls: position in the frame's slots.
    std::uint32_t slot = kNoId;
    Kind kind = Kind::kNobody;
};

/// Why a running task was told to end; it decides the message of its node.
enum class KillReason : std::uint8_t { kNone, kDeadline, kShutdown, kRunOver };

struct Node {
    /// The name is the name of this node and `suffix`, a text of State.
    NodeId name_parent = kNoId;
    std::uint32_t suffix = 0;
    /// FNV-1a of the name; and the one in the node's id, which differs after a collision.
    std::uint32_t name_hash = 0;
    std::uint32_t id_hash = 0;
    NodeId boundary = kNoId;
    CallId call = kNoId;
    TemplateId template_id = kNoId;
    Owner owner;
    /// kSteps, kDag: position in frames. kRetry: in retries.
    std::uint32_t body = kNoId;
    std::uint32_t first_child = kNoId;
    std::uint32_t last_child = kNoId;
    std::uint32_t message = 0;
    std::uint32_t inputs = kNoId;
    std::uint32_t outputs = kNoId;
    /// Position in the loop that made the node.
    std::uint32_t item = kNoId;
    std::int64_t started_ms = 0;
    std::int64_t finished_ms = 0;
    std::int16_t exit_code = -1;
    NodeType type = NodeType::kPod;
    Phase phase = Phase::kPending;
    KillReason kill_reason = KillReason::kNone;
    /// Called by, or below, the exit handler of the run or of a call.
    bool on_exit : 1 = false;
    bool hooked : 1 = false;
    bool retried : 1 = false;
    /// Argo gives such nodes an empty `nodeFlag`.
    bool bare_flag : 1 = false;
    /// Skipped producers have outputs of their template's defaults only.
    bool has_task : 1 = false;
    /// A daemon that runs: whoever waits for it goes on.
    bool daemoned : 1 = false;
    /// It has no task yet, but waits for a lock.
    bool waits_for_lock : 1 = false;
    /// It stays open although its template has ended; nobody waits for it.
    bool given_up : 1 = false;
    /// It holds a lock until it is fulfilled.
    bool holds_lock : 1 = false;
    /// It has an entry in State's memoizations.
    bool memoized : 1 = false;
    /// A task of another run, which is shown as skipped here.
    bool is_copy : 1 = false;
};

static_assert(sizeof(Node) <= 128, "the budget of a node");

} // namespace tiphys::run
