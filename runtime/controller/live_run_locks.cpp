// Locks of a run: which it needs, which it holds, how that is shown. Argo: workflow/sync.

#include <algorithm>

#include <nlohmann/json.hpp>

#include "runtime/controller/live_run.h"
#include "runtime/core/lock_names.h"
#include "runtime/io/json_fields.h"
#include "runtime/plan/global_variables.h"

namespace tiphys::control {
namespace {

using Json = nlohmann::json;

/// `namespace/ConfigMap/name/key`; anything else is a mutex.
bool is_semaphore(const std::string& lock) {
    return lock.find("/ConfigMap/") != lock.npos;
}

void add(Json& list, const std::string& lock, const std::vector<std::string>& holders) {
    if (is_semaphore(lock)) {
        list["semaphore"].push_back({{"semaphore", lock}, {"holders", holders}});
    } else if (!holders.empty()) {
        list["mutex"].push_back({{"mutex", lock}, {"holder", holders.front()}});
    }
}

} // namespace

void LiveRun::find_locks() {
    has_locks_ = std::any_of(built_.plan.templates.begin(), built_.plan.templates.end(),
                             [](const run::Template& made) { return !made.locks.empty(); });
    run::Scope scope;
    scope.state = state_.get();
    const run::NamedLocks named = run::name_locks(built_.plan.locks, scope);
    if (!named.error.empty()) {
        fail_early(run::RunPhase::kFailed,
                   "Failed to acquire the synchronization lock. " + named.error);
        return;
    }
    for (const run::NamedLock& lock : named.locks) {
        whole_locks_.push_back({lock.name, lock.limit});
    }
    has_locks_ = has_locks_ || !whole_locks_.empty();
}

void LiveRun::locks_changed() {
    if (!has_locks_ || !has_begun_ || outbox_.is_finished) return;
    run::LocksChanged changed{around_.locks.outside(workflow_.key())};
    if (changed.held_outside != state_->locks_outside) deliver(std::move(changed));
}

void LiveRun::config_map_changed(const std::string& name_space, const std::string& name) {
    if (!has_locks_ || outbox_.is_finished) return;
    const std::string* const object = around_.objects.find("ConfigMap", name_space, name);
    if (object == nullptr) return;
    const Json json = Json::parse(*object, nullptr, false);
    const Json data = run::object_at(json, "data");
    const std::string prefix = name_space + "/ConfigMap/" + name + "/";
    for (const auto& [key, value] : data.items()) {
        if (!value.is_string()) continue;
        // Of templates whose turn has not come.
        const auto known = built_.plan.config_maps.find(name);
        const bool is_own = name_space == workflow_.name_space;
        if (is_own && known != built_.plan.config_maps.end()) {
            known->second[key] = value.get<std::string>();
        }
        const auto limit = run::parse_integer(value.get<std::string>());
        if (!limit) continue;
        const auto lock = state_->locks.find(prefix + key);
        if (lock != state_->locks.end()) lock->second.limit = *limit;
        for (WholeLock& whole : whole_locks_) {
            if (whole.name == prefix + key) whole.limit = *limit;
        }
    }
    // Whoever waits looks again.
    if (has_begun_) deliver(run::LocksChanged{around_.locks.outside(workflow_.key())});
}

void LiveRun::count_awaited_locks(std::map<std::string, std::int64_t>& counts) const {
    if (!has_locks_ || outbox_.is_finished) return;
    if (!has_begun_ && !extras_.waits_for.empty()) {
        for (const WholeLock& lock : whole_locks_) {
            ++counts[lock.name];
        }
    }
    for (const run::LockWaiter& waiter : state_->lock_waiters) {
        for (const std::string& name : waiter.locks) {
            ++counts[name];
        }
    }
}

/// Argo: getHolderKey in workflow/sync/sync_manager.go.
std::string LiveRun::holder_key(run::NodeId node) const {
    return workflow_.key() + "/" + run::node_id(*state_, node);
}

void LiveRun::note_held_locks() {
    if (!has_locks_) return;
    LockTable::Holders held;
    if (!outbox_.is_finished) {
        for (const auto& [name, lock] : state_->locks) {
            for (const run::NodeId node : lock.holders) {
                held[name].push_back(holder_key(node));
            }
        }
        for (const WholeLock& lock : whole_locks_) {
            if (has_begun_) held[lock.name].push_back(workflow_.key());
        }
    }
    around_.locks.set(workflow_.key(), std::move(held));
    extras_.locks = locks_text();
}

/// JSON of `status.synchronization`, or nothing where no lock is held and none is waited for.
std::string LiveRun::locks_text() const {
    Json holding = Json::object();
    Json waiting = Json::object();
    if (outbox_.is_finished) return "";
    for (const WholeLock& lock : whole_locks_) {
        add(has_begun_ ? holding : waiting, lock.name,
            has_begun_ ? std::vector<std::string>{workflow_.key()}
                       : around_.locks.holders_of(lock.name));
    }
    if (has_begun_) {
        for (const auto& [name, lock] : state_->locks) {
            std::vector<std::string> holders;
            for (const run::NodeId node : lock.holders) {
                holders.push_back(holder_key(node));
            }
            if (!holders.empty()) add(holding, name, holders);
        }
        std::vector<std::string> wanted;
        for (const run::LockWaiter& waiter : state_->lock_waiters) {
            wanted.insert(wanted.end(), waiter.locks.begin(), waiter.locks.end());
        }
        std::sort(wanted.begin(), wanted.end());
        wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
        for (const std::string& name : wanted) {
            add(waiting, name, around_.locks.holders_of(name));
        }
    }
    // A merge patch leaves what it does not name: what is over is taken away.
    Json shown;
    for (const char* kind : {"mutex", "semaphore"}) {
        for (const auto& [what, lists] : {std::pair("holding", &holding), {"waiting", &waiting}}) {
            const auto list = lists->find(kind);
            if (list != lists->end()) shown[kind][what] = *list;
        }
        if (!shown.contains(kind)) continue;
        for (const char* what : {"holding", "waiting"}) {
            if (!shown[kind].contains(what)) shown[kind][what] = nullptr;
        }
    }
    return shown.is_null() ? "" : shown.dump();
}

} // namespace tiphys::control
