#pragma once
// Locks that whole runs hold (`spec.synchronization`), between all runs of one state folder.

#include <functional>
#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/plan/plan.h"

namespace tiphys::run {

/// Holds what it has got until it is destroyed, or its process ends in whatever way.
class RunLocks {
public:
    RunLocks() = default;
    RunLocks(const RunLocks&) = delete;
    RunLocks& operator=(const RunLocks&) = delete;
    ~RunLocks();

    /// Waits until all locks of the plan are free, and takes them. `folder` holds their files.
    /// `waits` is called once, with Argo's message, when one is taken.
    [[nodiscard]] Result<Done> acquire(const Plan& plan, const std::string& folder,
                                       const std::function<void(const std::string&)>& waits);

private:
    void release();

    std::vector<int> files_;
};

} // namespace tiphys::run
