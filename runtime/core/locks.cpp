// Locks and memoization, which stand between a call and its start. Argo: workflow/sync,
// workflow/controller/cache, executeTemplate in workflow/controller/operator.go.

#include <algorithm>
#include <limits>

#include "runtime/core/kept_entries.h"
#include "runtime/core/lock_names.h"
#include "runtime/core/transition.h"
#include "runtime/plan/time_text.h"

namespace tiphys::run {
namespace {

/// What Argo takes as a key of a cache.
bool is_cache_key(std::string_view key) {
    const auto is_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    return !key.empty() && is_word(key.front()) &&
           std::all_of(key.begin(), key.end(), [&](char c) { return is_word(c) || c == '-'; });
}

/// The type of the node that the template will have. Argo: GetNodeType in workflow/util.
NodeType node_type_of(const Template& callee) {
    if (callee.retry) return NodeType::kRetry;
    switch (callee.kind) {
    case TemplateKind::kSteps:
        return NodeType::kSteps;
    case TemplateKind::kDag:
        return NodeType::kDag;
    case TemplateKind::kSuspend:
        return NodeType::kSuspend;
    case TemplateKind::kHttp:
        return NodeType::kHttp;
    case TemplateKind::kContainer:
    case TemplateKind::kScript:
    case TemplateKind::kContainerSet:
    case TemplateKind::kData:
    case TemplateKind::kResource:
        return NodeType::kPod;
    }
    return NodeType::kPod;
}

} // namespace

/// Fills `names` and makes the locks known. Returns why it cannot, or an empty text.
std::string Transition::names_of_locks(const Template& callee, const Scope& scope,
                                       std::vector<std::string>& names) {
    NamedLocks named = name_locks(callee.locks, scope);
    for (NamedLock& lock : named.locks) {
        state_.locks.emplace(lock.name, Lock{lock.limit, {}});
        names.push_back(std::move(lock.name));
    }
    return std::move(named.error);
}

const std::string* Transition::first_taken(const std::vector<std::string>& names) const {
    for (const std::string& name : names) {
        if (free_places(name) <= 0) return &name;
    }
    return nullptr;
}

std::int64_t Transition::free_places(const std::string& name) const {
    const Lock& lock = state_.locks.at(name);
    const auto outside = state_.locks_outside.find(name);
    return lock.limit - static_cast<std::int64_t>(lock.holders.size()) -
           (outside == state_.locks_outside.end() ? 0 : outside->second);
}

/// What is called within the call finds them taken.
void Transition::reserve_locks(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        state_.locks.at(name).holders.push_back(kNoId);
    }
}

/// The node takes over what was reserved for it; a call that has ended at once holds nothing.
void Transition::hold_locks(NodeId node, const std::vector<std::string>& names) {
    if (names.empty()) return;
    const bool is_over = is_fulfilled(state_.nodes[node].phase);
    for (const std::string& name : names) {
        std::vector<NodeId>& holders = state_.locks.at(name).holders;
        const auto reserved = std::find(holders.begin(), holders.end(), kNoId);
        if (is_over) {
            holders.erase(reserved);
        } else {
            *reserved = node;
        }
    }
    if (is_over) {
        wake_ = true;
        return;
    }
    state_.held_locks[node] = names;
    state_.nodes[node].holds_lock = true;
}

void Transition::release_locks(NodeId node) {
    for (const std::string& name : state_.held_locks[node]) {
        std::erase(state_.locks.at(name).holders, node);
    }
    state_.held_locks.erase(node);
    state_.nodes[node].holds_lock = false;
    wake_ = true;
}

CallResult Transition::admit(const Invocation& invocation, TemplateId template_id,
                             std::uint32_t stored) {
    const Template& callee = plan_.templates[template_id];
    if (callee.locks.empty()) return enter(invocation, template_id, stored);
    const Scope scope = scope_of_template(invocation, template_id, inputs_at(stored));
    std::vector<std::string> names;
    const std::string error = names_of_locks(callee, scope, names);
    if (!error.empty()) return call_failed(invocation, error, template_id);
    if (const std::string* taken = first_taken(names)) {
        const NodeId node = make_waiting_node(invocation, template_id, stored, *taken);
        LockWaiter waiter{invocation, template_id, stored, std::move(names)};
        waiter.invocation.reused = node;
        state_.lock_waiters.push_back(std::move(waiter));
        return {CallResult::Kind::kStarted, node, ""};
    }
    reserve_locks(names);
    CallResult result = enter(invocation, template_id, stored);
    hold_locks(result.node, names);
    return result;
}

NodeId Transition::make_waiting_node(const Invocation& invocation, TemplateId template_id,
                                     std::uint32_t stored, const std::string& taken) {
    const Template& callee = plan_.templates[template_id];
    const Lock& lock = state_.locks.at(taken);
    const std::string message = "Waiting for " + taken +
                                " lock. Lock status: " + std::to_string(free_places(taken)) + "/" +
                                std::to_string(lock.limit);
    NewNode blank = new_node(invocation, node_type_of(callee), Phase::kPending, template_id);
    blank.message = message;
    blank.waits_for_lock = true;
    const NodeId node = create(blank);
    set_origin(node, invocation, stored);
    start_timers(node, callee, scope_of_template(invocation, template_id, inputs_at(stored)));
    return node;
}

/// In the order in which they began to wait (T37).
void Transition::wake_lock_waiters() {
    std::deque<LockWaiter> waiters = std::move(state_.lock_waiters);
    state_.lock_waiters.clear();
    for (LockWaiter& waiter : waiters) {
        const NodeId node = waiter.invocation.reused;
        if (is_fulfilled(state_.nodes[node].phase)) continue;
        if (!waiter.invocation.hooked && starts_nothing(waiter.invocation.boundary)) {
            set_phase(node, Phase::kFailed, kTemplateOver);
            continue;
        }
        const bool waits = first_taken(waiter.locks) != nullptr || is_blocked(waiter.invocation);
        if (waits) {
            state_.lock_waiters.push_back(std::move(waiter));
            continue;
        }
        reserve_locks(waiter.locks);
        CallResult result = enter(waiter.invocation, waiter.template_id, waiter.inputs);
        hold_locks(result.node, waiter.locks);
        if (result.kind != CallResult::Kind::kError) continue;
        Work work{Work::Kind::kNodeDone, kNoId, kNoId, result.node};
        work.with_error = true;
        state_.nodes[result.node].owner = waiter.invocation.owner;
        state_.agenda.push_back(work);
    }
}

/// Argo: failNodesWithoutCreatedPodsAfterDeadlineOrShutdown.
void Transition::fail_lock_waiters(std::string_view message, bool with_handlers) {
    for (const LockWaiter& waiter : state_.lock_waiters) {
        const NodeId node = waiter.invocation.reused;
        const bool spared = state_.nodes[node].on_exit && !with_handlers;
        if (spared || is_fulfilled(state_.nodes[node].phase)) continue;
        set_phase(node, Phase::kFailed, message);
    }
}

/// Finds the entry for a node that is about to be made; null: there is none.
const CacheEntry* Transition::find_entry(const Memoization& wanted, std::int64_t longest_ms,
                                         const Scope& scope) const {
    const std::string parent =
        scope.name_parent == kNoId ? "" : node_name(state_, scope.name_parent);
    const std::string name = parent + std::string(scope.suffix);
    const bool is_root = name == plan_.workflow_name;
    const std::string id = is_root ? name : plan_.workflow_name + "-" + std::to_string(fnv1a(name));
    const auto find = [&](const std::string& cache_name,
                          const std::string& key) -> const CacheEntry* {
        const auto cache = state_.caches.find(cache_name);
        if (cache == state_.caches.end()) return nullptr;
        const auto entry = cache->second.find(key);
        return entry == cache->second.end() ? nullptr : &entry->second;
    };
    if (const CacheEntry* decided = find(kKeptEntries, id)) {
        return decided->node_id == id ? nullptr : decided;
    }
    const CacheEntry* entry = find(wanted.cache, wanted.key);
    if (entry == nullptr || now_ms_ - entry->created_ms >= longest_ms) return nullptr;
    // What the node has left before the run was taken up again.
    const bool is_known =
        !state_.kept.empty() && state_.kept.contains(name.substr(plan_.workflow_name.size()));
    return is_known && entry->node_id == id ? nullptr : entry;
}

Transition::Recalled Transition::recall(const Template& callee, const Scope& scope) const {
    Recalled recalled;
    const auto text_of = [&](const Text& text) {
        return resolve(text, scope, Strictness::kLenient).text;
    };
    Memoization& made = recalled.memoization.emplace();
    made.cache = text_of(callee.memoize->cache_name);
    made.key = text_of(callee.memoize->key);
    if (!is_cache_key(made.key)) {
        recalled.error = "invalid cache key: " + made.key;
        return recalled;
    }
    const std::string longest = text_of(callee.memoize->max_age);
    const auto max_age_ms = parse_duration_ms(longest);
    if (!longest.empty() && !max_age_ms) {
        recalled.error = "invalid maxAge: " + go_duration_error(longest);
        return recalled;
    }
    constexpr std::int64_t kForEver = std::numeric_limits<std::int64_t>::max();
    recalled.entry = find_entry(made, max_age_ms.value_or(kForEver), scope);
    made.hit = recalled.entry != nullptr;
    return recalled;
}

/// A node that has what the cache knows, in place of doing it again.
CallResult Transition::restore(const Invocation& invocation, TemplateId template_id,
                               std::uint32_t stored, const Recalled& recalled) {
    NewNode blank = new_node(invocation, node_type_of(plan_.templates[template_id]),
                             Phase::kPending, template_id);
    const NodeId node = create(blank);
    set_origin(node, invocation, stored);
    Node& record = state_.nodes[node];
    record.exit_code = recalled.entry->exit_code;
    record.outputs = static_cast<std::uint32_t>(state_.outputs.size());
    record.memoized = true;
    state_.outputs.push_back(recalled.entry->outputs);
    publish_outputs(recalled.entry->outputs);
    state_.memoizations[node] = *recalled.memoization;
    set_phase(node, Phase::kSucceeded);
    return {CallResult::Kind::kStarted, node, ""};
}

/// Keeps what the node has produced, for later calls and other runs.
void Transition::memorize(NodeId id) {
    const Memoization& memoization = state_.memoizations.at(id);
    if (memoization.hit) return;
    const Node& node = state_.nodes[id];
    CacheEntry entry;
    entry.node_id = node_id(state_, id);
    entry.exit_code = node.exit_code;
    entry.created_ms = now_ms_;
    if (const Outputs* outputs = outputs_of(state_, id)) entry.outputs = *outputs;
    auto& cache = state_.caches[memoization.cache];
    if (has_kept_end(id)) {
        // It was saved before that end was written down; others may have changed it since.
        cache.try_emplace(memoization.key, std::move(entry));
        return;
    }
    cache[memoization.key] = entry;
    actions_.emplace_back(SaveCacheEntry{memoization.cache, memoization.key, std::move(entry)});
}

/// The limits and locks let it pass.
CallResult Transition::enter(const Invocation& invocation, TemplateId template_id,
                             std::uint32_t stored) {
    const Template& callee = plan_.templates[template_id];
    std::optional<Memoization> memoization;
    if (callee.memoize) {
        const Scope scope = scope_of_template(invocation, template_id, inputs_at(stored));
        Recalled recalled = recall(callee, scope);
        if (!recalled.error.empty()) return call_failed(invocation, recalled.error, template_id);
        if (recalled.entry != nullptr) return restore(invocation, template_id, stored, recalled);
        memoization = std::move(recalled.memoization);
    }
    if (!callee.retry) return start_body(invocation, template_id, stored, kNoId, memoization);
    const NodeId node =
        create(new_node(invocation, NodeType::kRetry, Phase::kRunning, template_id));
    set_origin(node, invocation, stored);
    // Argo: a hook and its attempts share one NodeFlag.
    state_.nodes[node].retried = invocation.hooked;
    if (memoization) set_memoization(node, *memoization);
    start_retry(invocation, node);
    return {CallResult::Kind::kStarted, node, ""};
}

} // namespace tiphys::run
