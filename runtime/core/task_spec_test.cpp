// What is set aside for a task.

#include <catch2/catch.hpp>

#include "runtime/core/task_spec.h"

namespace tiphys::run {
namespace {

ContainerSpec container(ProcessRole role, std::int64_t cpu_millis, std::int64_t memory_bytes) {
    ContainerSpec made;
    made.role = role;
    made.requests = {cpu_millis, memory_bytes};
    return made;
}

} // namespace

TEST_CASE("a pod requests the sum of its containers, or its greatest init container") {
    Template self;
    self.containers.push_back(container(ProcessRole::kInit, 100, 10));
    self.containers.push_back(container(ProcessRole::kInit, 900, 5));
    self.containers.push_back(container(ProcessRole::kMain, 300, 20));
    self.containers.push_back(container(ProcessRole::kSidecar, 200, 30));
    CHECK(requests_of(self) == Resources{900, 50});
}

} // namespace tiphys::run
