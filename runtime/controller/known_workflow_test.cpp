// What is read from a Workflow object, and what a status is written as, fit together.

#include <catch2/catch.hpp>

#include "runtime/controller/known_workflow.h"
#include "runtime/controller/packed_nodes.h"
#include "runtime/controller/status_writer.h"
#include "runtime/scripted_run.h"
#include "runtime/status.h"

using namespace tiphys; // NOLINT(google-build-using-namespace)

namespace {

constexpr const char* kTwoSteps = R"(
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: wf}
spec:
  entrypoint: main
  templates:
    - name: main
      steps:
        - - {name: a, template: say}
        - - {name: b, template: say}
    - name: say
      script: {image: busybox, command: [sh], source: echo}
)";

std::string object_of(const run::State& state) {
    run::WorkflowObject object;
    object.created_ms = 1'700'000'000'000;
    return run::workflow_as_json(state, object);
}

} // namespace

TEST_CASE("a status that was written is known again") {
    const run::ScriptedRun done(kTwoSteps, [](const run::TaskSpec& spec) {
        return spec.display_name == "a" ? run::succeed("7") : run::fail_with(3);
    });
    const auto known = control::read_workflow(object_of(done.state()), true);
    REQUIRE(known);
    CHECK(known->phase == "Failed");
    CHECK(known->nodes.size() == done.state().nodes.size());
    const run::KeptNodes kept = control::kept_nodes(*known);
    REQUIRE(kept.contains("[0].a"));
    const run::KeptNode& a = kept.at("[0].a");
    CHECK(a.phase == run::Phase::kSucceeded);
    CHECK(a.outputs->result == "7");
    CHECK(a.started_ms != 0);
    const run::KeptNode& b = kept.at("[1].b");
    CHECK(b.phase == run::Phase::kFailed);
    CHECK(b.exit_code == 3);
}

TEST_CASE("what people ask for is read from the spec") {
    const auto known = control::read_workflow(
        R"({"metadata":{"name":"w","namespace":"n","uid":"u","resourceVersion":"12",
            "labels":{"workflows.argoproj.io/completed":"true"},
            "creationTimestamp":"2026-01-02T03:04:05Z"},
            "spec":{"suspend":true,"shutdown":"Stop","priority":4,
            "ttlStrategy":{"secondsAfterSuccess":5}}})",
        true);
    REQUIRE(known);
    CHECK(known->key() == "n/w");
    CHECK(known->is_suspended);
    CHECK(known->shutdown == run::Shutdown::kStop);
    CHECK(known->priority == 4);
    CHECK(known->ttl_success_s == 5);
    CHECK(known->is_completed());
    CHECK(known->phase.empty());
    CHECK_FALSE(control::read_workflow("[]", true));
}

TEST_CASE("copies of an earlier workflow are kept as such") {
    const auto known = control::read_workflow(
        R"({"metadata":{"name":"w"},"status":{"nodes":{"w-1":{"id":"w-1","name":"w.a",
            "type":"Skipped","phase":"Skipped","message":"original pod: old-3"}}}})",
        true);
    REQUIRE(known);
    const run::KeptNodes kept = control::kept_nodes(*known);
    CHECK(kept.at(".a").original == "old-3");
    CHECK(kept.at(".a").phase == run::Phase::kSucceeded);
}

TEST_CASE("the resource version is found without reading the object") {
    CHECK(control::resource_version_of(
              R"({"metadata":{"name":"a","resourceVersion":"417"},"spec":{}})") == "417");
    CHECK(control::resource_version_of("{}").empty());
}

TEST_CASE("nodes are packed as Argo packs them") {
    const std::string text(100'000, 'x');
    const std::string packed = control::pack_nodes(text);
    CHECK(packed.size() < text.size() / 10);
    // gzip's first bytes in base64.
    CHECK(packed.starts_with("H4sI"));
    CHECK(control::unpack_nodes(packed) == text);
    CHECK_FALSE(control::unpack_nodes("no base64"));
}

TEST_CASE("patches hold what has changed, and nothing where nothing has") {
    const run::ScriptedRun done(kTwoSteps);
    control::StatusExtras extras;
    extras.uid = "u";
    extras.may_end = true;
    control::StatusWriter writer;
    const std::string first = writer.patch(done.state(), extras);
    CHECK(first.find("\"phase\":\"Succeeded\"") != first.npos);
    CHECK(first.find("\"workflows.argoproj.io/completed\":\"true\"") != first.npos);
    CHECK(writer.accepted().size() == done.state().nodes.size());
    CHECK(writer.patch(done.state(), extras).empty());
    writer.lost();
    CHECK(writer.patch(done.state(), extras) == first);

    control::StatusWriter small(100);
    const std::string packed = small.patch(done.state(), extras);
    CHECK(packed.find("\"nodes\":null,\"compressedNodes\":\"H4sI") != packed.npos);
    const auto back = control::read_workflow(
        R"({"metadata":{"name":"wf"},)" + packed.substr(packed.find("\"status\"")), true);
    REQUIRE(back);
    CHECK(back->nodes.size() == done.state().nodes.size());
}

TEST_CASE("nodes that are too long even when packed go elsewhere, and come back") {
    const run::ScriptedRun done(kTwoSteps);
    std::string kept;
    control::StatusWriter writer(0, [&](const std::string& nodes) -> Result<std::string> {
        kept = nodes;
        return std::string("fnv:1");
    });
    const std::string patch = writer.patch(done.state(), {});
    CHECK(patch.find("\"compressedNodes\":null,\"offloadNodeStatusVersion\":\"fnv:1\"") !=
          patch.npos);
    auto known = control::read_workflow(
        R"({"metadata":{"name":"wf"},)" + patch.substr(patch.find("\"status\"")), true);
    REQUIRE(known);
    CHECK(known->is_unreadable);
    CHECK(known->offload_version == "fnv:1");
    REQUIRE(control::add_nodes(kept, *known));
    CHECK_FALSE(known->is_unreadable);
    CHECK(known->nodes.size() == done.state().nodes.size());
    CHECK_FALSE(control::add_nodes("[]", *known));

    // Where the archive is away, the object is tried.
    control::StatusWriter alone(
        0, [](const std::string&) -> Result<std::string> { return Error{"away"}; });
    CHECK(alone.patch(done.state(), {}).find("\"compressedNodes\":\"H4sI") != patch.npos);
}

TEST_CASE("a run that may not end yet is shown as running") {
    const run::ScriptedRun done(kTwoSteps);
    control::StatusWriter writer;
    const std::string patch = writer.patch(done.state(), {});
    CHECK(patch.find("\"workflows.argoproj.io/phase\":\"Running\"") != patch.npos);
    CHECK(patch.find("\"workflows.argoproj.io/completed\":\"false\"") != patch.npos);
}
