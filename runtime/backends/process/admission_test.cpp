// Room for tasks.

#include <catch2/catch.hpp>

#include "runtime/backends/process/admission.h"

namespace tiphys::run {
namespace {

TaskSpec task(std::int64_t cpu_millis, std::int64_t memory_bytes) {
    TaskSpec spec;
    spec.requests = {cpu_millis, memory_bytes};
    return spec;
}

} // namespace

TEST_CASE("tasks wait for room, and get it when others end") {
    Admission admission({2000, 1000});
    CHECK(admission.admit(1, task(1500, 100)).empty());
    CHECK(admission.admit(2, task(600, 100)) ==
          "Unschedulable: 0/1 nodes are available: 1 Insufficient cpu.");
    CHECK(admission.is_news(2));
    CHECK_FALSE(admission.is_news(2));
    CHECK(admission.admit(3, task(600, 950)) ==
          "Unschedulable: 0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.");
    CHECK(admission.admit(4, task(0, 950)) ==
          "Unschedulable: 0/1 nodes are available: 1 Insufficient memory.");
    CHECK(admission.admit(5, task(0, 0)).empty());
    admission.release(1);
    CHECK(admission.admit(2, task(600, 100)).empty());
    admission.release(9);
}

TEST_CASE("what asks for more than the machine has runs alone") {
    Admission admission({2000, 1000});
    CHECK(admission.admit(1, task(8000, 0)).empty());
    CHECK_FALSE(admission.admit(2, task(1, 0)).empty());
    admission.release(1);
    CHECK(admission.admit(2, task(1, 0)).empty());
    CHECK_FALSE(admission.admit(1, task(8000, 0)).empty());
}

TEST_CASE("without a capacity everything fits, and the machine has some") {
    Admission admission(Resources{});
    for (NodeId node = 0; node < 100; ++node) {
        CHECK(admission.admit(node, task(64'000, 1)).empty());
    }
    CHECK(machine_capacity().cpu_millis >= 1000);
    CHECK(machine_capacity().memory_bytes > 0);
}

} // namespace tiphys::run
