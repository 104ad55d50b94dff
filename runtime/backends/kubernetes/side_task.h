#pragma once
// A task without a pod, beside the thread that drives everything else: HTTP requests of templates,
// and lists of what is in a store.

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/core/step.h"

namespace tiphys::run {

/// Something that may take its time, and comes to a `Result`.
template <class Result>
class SideWork {
public:
    /// `work` runs in a thread of its own, and owns all that it needs.
    explicit SideWork(std::function<Result()> work);

    [[nodiscard]] bool is_done() const { return shared_->done.load(); }
    /// Once it is done.
    [[nodiscard]] Result take() { return std::move(shared_->result); }

private:
    /// Outlives whoever no longer waits for it.
    struct Shared {
        std::atomic<bool> done = false;
        Result result;
    };
    std::shared_ptr<Shared> shared_;
};

template <class Result>
SideWork<Result>::SideWork(std::function<Result()> work) : shared_(std::make_shared<Shared>()) {
    std::thread([shared = shared_, work = std::move(work)] {
        shared->result = work();
        shared->done.store(true);
    }).detach();
}

using SideTask = SideWork<TaskReport>;

/// Names of Secrets that hold the keys of the artifact's store.
[[nodiscard]] std::vector<std::string> secrets_of(const Artifact& artifact);
/// The same of the store that the task lists.
[[nodiscard]] std::vector<std::string> secrets_of(const TaskSpec& spec);
/// `data` of a Secret (JSON), decoded.
[[nodiscard]] ObjectData secret_data(std::string_view json);

/// Of a task with `http` or `listed`; null for others. `secrets`: those of the artifacts' stores.
[[nodiscard]] std::unique_ptr<SideTask>
begin_beside(const TaskSpec& spec, const std::map<std::string, ObjectData>& secrets);

} // namespace tiphys::run
