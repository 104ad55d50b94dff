#pragma once
// A task without a pod, beside the thread that drives everything else: HTTP requests of templates,
// and lists of what is in a store.

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/core/step.h"

namespace tiphys::run {

class SideTask {
public:
    /// `work` runs in a thread of its own, and owns all that it needs.
    explicit SideTask(std::function<TaskReport()> work);

    [[nodiscard]] bool is_done() const { return shared_->done.load(); }
    /// Once it is done.
    [[nodiscard]] TaskReport take() { return std::move(shared_->report); }

private:
    /// Outlives whoever no longer waits for it.
    struct Shared {
        std::atomic<bool> done = false;
        TaskReport report;
    };
    std::shared_ptr<Shared> shared_;
};

/// Names of Secrets that hold the keys of the store that the task lists.
[[nodiscard]] std::vector<std::string> secrets_of(const TaskSpec& spec);
/// `data` of a Secret (JSON), decoded.
[[nodiscard]] ObjectData secret_data(std::string_view json);

/// Of a task with `http` or `listed`; null for others. `secrets`: those of the artifacts' stores.
[[nodiscard]] std::unique_ptr<SideTask>
begin_beside(const TaskSpec& spec, const std::map<std::string, ObjectData>& secrets);

} // namespace tiphys::run
