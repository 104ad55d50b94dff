#pragma once
// Which locks a template, or a whole run, asks for.

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/core/scope.h"

namespace tiphys::run {

/// A lock by its full name: `namespace/Mutex/name`, `namespace/ConfigMap/name/key`.
struct NamedLock {
    std::string name;
    /// How many may hold it at the same time.
    std::int64_t limit = 1;
};

struct NamedLocks {
    std::vector<NamedLock> locks;
    /// Why they cannot be told; empty otherwise.
    std::string error;
};

[[nodiscard]] NamedLocks name_locks(const std::vector<LockSpec>& specs, const Scope& scope);

} // namespace tiphys::run
