// Names and limits of locks. Argo: workflow/sync/lock_name.go.

#include "runtime/core/lock_names.h"

#include "runtime/core/resolve.h"
#include "runtime/plan/global_variables.h"

namespace tiphys::run {
namespace {

std::optional<std::int64_t> limit_of(const Plan& plan, const std::string& name,
                                     const std::string& key) {
    const auto map = plan.config_maps.find(name);
    if (map == plan.config_maps.end()) return std::nullopt;
    const auto found = map->second.find(key);
    return found == map->second.end() ? std::nullopt : parse_integer(found->second);
}

} // namespace

NamedLocks name_locks(const std::vector<LockSpec>& specs, const Scope& scope) {
    NamedLocks named;
    const Plan& plan = *scope.state->plan;
    const auto text_of = [&](const Text& text) {
        return resolve(text, scope, Strictness::kLenient).text;
    };
    for (const LockSpec& spec : specs) {
        const std::string own = text_of(spec.namespace_name);
        const std::string prefix = (own.empty() ? plan.namespace_name : own) + "/";
        const std::string name = text_of(spec.name);
        NamedLock lock{prefix + "Mutex/" + name, 1};
        if (spec.limit_key) {
            const std::string key = text_of(*spec.limit_key);
            lock.name = prefix + "ConfigMap/" + name + "/" + key;
            const auto limit = limit_of(plan, name, key);
            // Argo: newInternalSemaphore in workflow/sync/semaphore.go.
            if (limit.value_or(0) == 0) {
                named.error = "failed to initialize semaphore " + lock.name + " with limit";
                return named;
            }
            lock.limit = *limit;
        }
        named.locks.push_back(std::move(lock));
    }
    return named;
}

} // namespace tiphys::run
