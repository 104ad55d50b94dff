// The tree of nodes: making nodes, linking them, changing their phases and keeping count.

#include <algorithm>

#include "compiler/base/assert.h"
#include "runtime/core/transition.h"

namespace tiphys::run {
namespace {

/// Argo counts these types for a template's parallelism and failFast.
/// Argo: workflow/controller/node_counters.go.
bool is_counted(NodeType type) {
    return type == NodeType::kPod || type == NodeType::kSteps || type == NodeType::kDag;
}

bool is_active(const Node& node) {
    return is_counted(node.type) && !node.waits_for_lock &&
           (node.phase == Phase::kPending || node.phase == Phase::kRunning);
}

/// Something that waits for the node goes on waiting.
bool is_open(const Node& node) {
    return !is_fulfilled(node.phase) && !node.daemoned && !node.given_up;
}

} // namespace

std::uint32_t Transition::frame_of(NodeId boundary) const {
    if (boundary == kNoId) return kNoId;
    const Node& node = state_.nodes[boundary];
    return node.type == NodeType::kSteps || node.type == NodeType::kDag ? node.body : kNoId;
}

/// Enters the node under its hash; false where another one has it.
bool Transition::enter_id(std::uint32_t hash, NodeId id) {
    std::vector<NodeId>& table = state_.ids;
    if (table.size() < 2 * (std::size_t{id} + 1)) {
        table.assign(std::max<std::size_t>(16, 2 * table.size()), kNoId);
        for (NodeId known = 0; known < id; ++known) {
            std::size_t at = state_.nodes[known].id_hash & (table.size() - 1);
            while (table[at] != kNoId) {
                at = (at + 1) & (table.size() - 1);
            }
            table[at] = known;
        }
    }
    std::size_t at = hash & (table.size() - 1);
    for (; table[at] != kNoId; at = (at + 1) & (table.size() - 1)) {
        if (state_.nodes[table[at]].id_hash == hash) return false;
    }
    table[at] = id;
    return true;
}

void Transition::set_id(Node& node) {
    const auto id = static_cast<NodeId>(state_.nodes.size());
    const std::uint32_t start =
        node.name_parent == kNoId ? kFnvStart : state_.nodes[node.name_parent].name_hash;
    node.name_hash = fnv1a(state_.texts.get(node.suffix), start);
    node.id_hash = node.name_hash;
    // Two names may have one hash: Argo 4.1.2 then loses a node, later versions hash the name with
    // `~1`, `~2` … appended. Argo: pull request 16883.
    for (int n = 1; !enter_id(node.id_hash, id); ++n) {
        node.id_hash = fnv1a("~" + std::to_string(n), node.name_hash);
    }
}

/// A node that waited for a lock becomes what it waited for.
NodeId Transition::reuse(const NewNode& blank) {
    const NodeId id = blank.reused;
    Node& node = state_.nodes[id];
    const bool was_active = is_active(node);
    node.type = blank.type;
    node.waits_for_lock = false;
    node.message = state_.texts.intern(blank.message);
    node.owner = blank.owner;
    node.phase = blank.phase;
    if (is_fulfilled(blank.phase)) node.finished_ms = now_ms_;
    account(id, true, was_active);
    actions_.emplace_back(NodeChanged{id});
    if (is_fulfilled(blank.phase)) announce_end(id);
    look_at_hooks(id);
    return id;
}

/// Whoever called for the node goes on.
void Transition::announce_end(NodeId id) {
    if (state_.nodes[id].owner.kind == Owner::Kind::kNobody) return;
    state_.agenda.push_back({Work::Kind::kNodeDone, kNoId, kNoId, id});
}

/// Hooks of a call may want to know that its node runs. Argo looks at those of steps and of a
/// dag's targets before that, too.
void Transition::look_at_hooks(NodeId id) {
    const Node& node = state_.nodes[id];
    if (node.owner.kind != Owner::Kind::kSlot || plan_.calls[node.call].hooks.empty()) return;
    if (node.phase == Phase::kPending) {
        const Template& around = plan_.templates[state_.frames[node.owner.frame].template_id];
        const std::vector<std::uint32_t>& targets = shape_of(node.owner.frame).targets;
        const bool is_target =
            std::find(targets.begin(), targets.end(), node.owner.slot) != targets.end();
        if (around.kind == TemplateKind::kDag && !is_target) return;
    } else if (node.phase != Phase::kRunning) {
        return;
    }
    state_.agenda.push_back({Work::Kind::kHooks, node.owner.frame, node.owner.slot, id});
}

NodeId Transition::create(const NewNode& blank) {
    if (blank.reused != kNoId) return reuse(blank);
    Node node;
    node.name_parent = blank.name_parent;
    node.suffix = state_.texts.add(blank.suffix);
    node.type = blank.type;
    node.phase = blank.phase;
    node.call = blank.call;
    node.template_id = blank.template_id;
    node.boundary = blank.boundary;
    node.owner = blank.owner;
    node.bare_flag = blank.bare_flag;
    node.waits_for_lock = blank.waits_for_lock;
    node.message = state_.texts.intern(blank.message);
    node.started_ms = now_ms_;
    if (is_fulfilled(blank.phase)) node.finished_ms = now_ms_;
    set_id(node);
    const auto id = static_cast<NodeId>(state_.nodes.size());
    state_.nodes.push_back(node);
    if (const KeptNode* kept = kept_of(id)) {
        if (kept->started_ms != 0) state_.nodes[id].started_ms = kept->started_ms;
        if (is_fulfilled(blank.phase)) state_.nodes[id].finished_ms = end_of(id);
    }
    account(id, false, false);
    actions_.emplace_back(NodeChanged{id});
    if (is_fulfilled(blank.phase)) announce_end(id);
    look_at_hooks(id);
    return id;
}

void Transition::add_child(NodeId parent, NodeId child) {
    Node& node = state_.nodes[parent];
    // A second link to the same child directly follows the first.
    if (node.last_child != kNoId && state_.child_links[node.last_child].node == child) return;
    const auto link = static_cast<std::uint32_t>(state_.child_links.size());
    state_.child_links.push_back({child, kNoId});
    if (node.last_child == kNoId) {
        node.first_child = link;
    } else {
        state_.child_links[node.last_child].next = link;
    }
    node.last_child = link;
}

void Transition::set_message(NodeId node, std::string_view message) {
    state_.nodes[node].message = state_.texts.intern(message);
}

void Transition::set_phase(NodeId id, Phase phase, std::string_view message) {
    set_message(id, message);
    set_phase(id, phase);
}

void Transition::set_phase(NodeId id, Phase phase) {
    Node& node = state_.nodes[id];
    const bool was_unfulfilled = is_open(node);
    const bool was_active = is_active(node);
    const bool was_daemoned = node.daemoned;
    node.phase = phase;
    if (is_fulfilled(phase)) {
        if (node.finished_ms == 0) node.finished_ms = end_of(id);
        node.daemoned = false;
        node.waits_for_lock = false;
        if (node.type == NodeType::kPod) end_processes(id);
        if (node.holds_lock) release_locks(id);
        if (node.memoized && phase == Phase::kSucceeded) memorize(id);
        const bool has_daemons = node.body != kNoId && node.type != NodeType::kRetry;
        if (has_daemons && !state_.daemons.empty()) end_daemons(id);
    }
    actions_.emplace_back(NodeChanged{id});
    account(id, was_unfulfilled, was_active);
    if (was_daemoned && is_failed(phase)) {
        state_.agenda.push_back({Work::Kind::kDaemonFailed, kNoId, kNoId, id});
    }
    look_at_hooks(id);
    if (was_unfulfilled && is_fulfilled(phase)) announce_end(id);
}

void Transition::account(NodeId id, bool was_unfulfilled, bool was_active) {
    const Node& node = state_.nodes[id];
    const std::uint32_t index = frame_of(node.boundary);
    const bool active = is_active(node);
    const bool is_pod = node.type == NodeType::kPod;
    const std::uint32_t more = active && !was_active ? 1 : 0;
    const std::uint32_t less = was_active && !active ? 1 : 0;
    if (is_pod) state_.n_active_pods += more - less;
    if (less > 0) wake_ = true;
    if (index == kNoId) return;
    Frame& frame = state_.frames[index];
    frame.n_active_children += more - less;
    if (is_pod) frame.n_active_pods += more - less;
    const bool unfulfilled = is_open(node);
    if (unfulfilled != was_unfulfilled) set_busy(index, unfulfilled);
    const bool fails_fast = plan_.templates[frame.template_id].fail_fast;
    if (!fails_fast || frame.closed || !is_counted(node.type)) return;
    const bool has_failed = is_failed(node.phase);
    if (has_failed) frame.failing_fast = true;
    // What fails without having been active may be the last thing to happen in the template: what
    // waited for a lock, or a success that a hook has spoiled.
    if (!frame.failing_fast || (less == 0 && !has_failed)) return;
    const Work work{Work::Kind::kFailFast, index, kNoId, is_pod ? kNoId : id};
    const bool is_spoiled = less == 0 && !was_unfulfilled;
    if (is_spoiled) {
        // Argo calls hooks within a walk, and assesses the dag before the next walk fails fast.
        state_.assessments.push_back(work);
    } else if (is_pod) {
        // Argo sees failed pods before it walks the templates, so their group never completes.
        state_.agenda.push_front(work);
    } else {
        state_.agenda.push_back(work);
    }
}

void Transition::set_busy(std::uint32_t index, bool busy) {
    while (index != kNoId) {
        Frame& frame = state_.frames[index];
        TIPHYS_ASSERT(busy || frame.n_busy > 0, "more nodes ended than began");
        frame.n_busy += busy ? 1U : 0U - 1U;
        if (frame.n_busy == 0 && !frame.assess_queued) {
            frame.assess_queued = true;
            state_.assessments.push_back({Work::Kind::kAssess, index, kNoId, kNoId});
        }
        const bool crossed = busy ? frame.n_busy == 1 : frame.n_busy == 0;
        if (!crossed) return;
        index = frame_of(state_.nodes[frame.node].boundary);
    }
}

void Transition::append_container_outbound(NodeId id, std::vector<NodeId>& out) const {
    const Node& node = state_.nodes[id];
    if (node.first_child == kNoId) {
        out.push_back(id);
        return;
    }
    for (const NodeId child : children_of(state_, id)) {
        const bool leaves =
            node.type == NodeType::kContainer && state_.nodes[child].boundary != node.boundary;
        if (leaves) {
            out.push_back(id);
        } else {
            append_outbound(child, out);
        }
    }
}

/// What hangs off a Retry node hangs off its last child: an attempt, or a hook, of which a dag
/// begins the one for the exit before those that follow from the end.
NodeId Transition::last_child_of_retry(NodeId id) const {
    const std::vector<NodeId> children = children_of(state_, id);
    // A cache knew its outputs.
    if (children.empty()) return kNoId;
    const NodeId last = children.back();
    const NodeId boundary = state_.nodes[id].boundary;
    const bool in_dag = boundary != kNoId && state_.nodes[boundary].type == NodeType::kDag;
    const bool is_exit = state_.nodes[last].owner.kind == Owner::Kind::kHook;
    if (!in_dag || !is_exit || children.size() < 2) return last;
    const NodeId before = children[children.size() - 2];
    const Node& other = state_.nodes[before];
    const bool is_later = other.hooked && other.started_ms >= state_.nodes[id].finished_ms;
    return is_later ? before : last;
}

// Argo: getOutboundNodes in workflow/controller/operator.go.
void Transition::append_outbound(NodeId id, std::vector<NodeId>& out) const {
    const Node& node = state_.nodes[id];
    switch (node.type) {
    case NodeType::kSkipped:
    case NodeType::kSuspend:
    case NodeType::kHttp:
        out.push_back(id);
        return;
    case NodeType::kPod:
        if (plan_.templates[node.template_id].kind != TemplateKind::kContainerSet) {
            out.push_back(id);
            return;
        }
        append_container_outbound(id, out);
        return;
    case NodeType::kContainer:
    case NodeType::kTaskGroup:
        append_container_outbound(id, out);
        return;
    case NodeType::kRetry:
        if (const NodeId last = last_child_of_retry(id); last != kNoId) out.push_back(last);
        return;
    case NodeType::kSteps:
    case NodeType::kDag:
        if (node.body == kNoId) {
            // Its outputs came from a cache.
            out.push_back(id);
            return;
        }
        for (const NodeId end : state_.frames[node.body].outbound) {
            append_outbound(end, out);
        }
        return;
    case NodeType::kStepGroup:
        return;
    }
}

} // namespace tiphys::run
