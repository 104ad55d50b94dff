// Patches of pods, laid over processes.
#include <catch2/catch.hpp>

#include "runtime/core/spec_patch.h"

namespace tiphys::run {
namespace {

struct Patched {
    std::vector<ProcessSpec> processes;
    std::vector<Resources> requests;

    std::string take(const std::string& patch) {
        return apply_spec_patch(patch, {processes, requests});
    }
};

Patched two_containers() {
    Patched task;
    ProcessSpec init;
    init.name = "prepare";
    init.role = ProcessRole::kInit;
    ProcessSpec main;
    main.name = "main";
    main.command = {"sh", "-c"};
    main.args = {"echo"};
    main.env = {{"KEPT", "1"}, {"CHANGED", "2"}};
    task.processes = {init, main};
    task.requests = {{}, {100, 0}};
    return task;
}

} // namespace

TEST_CASE("a patch changes the containers that it names and no others") {
    Patched task = two_containers();
    REQUIRE(task.take("containers:\n"
                      "  - name: main\n"
                      "    image: other:1\n"
                      "    args: [\"echo 1\", 2]\n"
                      "    workingDir: /srv\n"
                      "    env: [{name: CHANGED, value: new}, {name: NEW, value: \"3\"},\n"
                      "          {name: KEPT, valueFrom: {fieldRef: {fieldPath: x}}}]\n"
                      "  - {name: nobody, command: [boom]}\n"
                      "initContainers: [{name: prepare, command: [\"true\"]}]\n"
                      "terminationGracePeriodSeconds: 3\n")
                .empty());
    const ProcessSpec& main = task.processes[1];
    CHECK(main.image == "other:1");
    CHECK(main.command == std::vector<std::string>{"sh", "-c"});
    CHECK(main.args == std::vector<std::string>{"echo 1", "2"});
    CHECK(main.working_dir == "/srv");
    CHECK(main.env == decltype(main.env){{"KEPT", "1"}, {"CHANGED", "new"}, {"NEW", "3"}});
    CHECK(task.processes[0].command == std::vector<std::string>{"true"});
    CHECK(task.processes[0].env.empty());
}

TEST_CASE("a patch in JSON changes what is requested; limits count where nothing is") {
    Patched task = two_containers();
    REQUIRE(task.take(R"({"containers": [{"name": "main", "resources":
                          {"limits": {"memory": "1Mi", "cpu": "3"},
                           "requests": {"cpu": "250m"}}}]})")
                .empty());
    CHECK(task.requests[1] == Resources{250, 1024 * 1024});
    REQUIRE(task.take(R"({"containers": [{"name": "main", "resources": {
                          "limits": {"memory": "2Mi"}}}]})")
                .empty());
    CHECK(task.requests[1] == Resources{250, 1024 * 1024});
}

TEST_CASE("a patch that is no mapping is an error of the task") {
    Patched task = two_containers();
    CHECK(task.take("[1, 2]") == "Error applying PodSpecPatch");
    CHECK(task.take("{\"containers\": [") == "Error applying PodSpecPatch");
}

} // namespace tiphys::run
