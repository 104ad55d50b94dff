// What statuses of pods mean.

#include <catch2/catch.hpp>

#include "runtime/backends/kubernetes/pod_gc.h"
#include "runtime/backends/kubernetes/pod_outcome.h"

namespace tiphys::run {
namespace {

TaskSpec task() {
    TaskSpec spec;
    spec.pod_name = "p";
    spec.processes.emplace_back().name = "main";
    return spec;
}

std::string terminated(const std::string& name, int code, const std::string& reason,
                       const std::string& message = "") {
    return R"({"name":")" + name + R"(","state":{"terminated":{"exitCode":)" +
           std::to_string(code) + R"(,"reason":")" + reason + R"(","message":")" + message +
           R"("}}})";
}

std::string waiting(const std::string& name, const std::string& reason,
                    const std::string& message = "") {
    return R"({"name":")" + name + R"(","state":{"waiting":{"reason":")" + reason +
           R"(","message":")" + message + R"("}}})";
}

std::string pod(const std::string& phase, const std::string& containers,
                const std::string& more = "") {
    return R"({"metadata":{"name":"p","namespace":"n"},"status":{"phase":")" + phase +
           R"(","containerStatuses":[)" + containers + "]" + more + "}}";
}

/// `Failed: message`, or the stage that is not the end.
std::string outcome(const std::string& json, const TaskSpec& spec = task(),
                    const ReportedResult* result = nullptr) {
    const PodOutcome made = judge_pod(spec, json, result);
    switch (made.stage) {
    case PodOutcome::Stage::kPending:
        return "pending " + made.waiting;
    case PodOutcome::Stage::kRunning:
        return "running";
    case PodOutcome::Stage::kReporting:
        return "reporting";
    case PodOutcome::Stage::kEnded:
        break;
    }
    const std::string phase(phase_name(made.report.phase));
    return made.report.message.empty() ? phase : phase + ": " + made.report.message;
}

const std::string kGoodWait = terminated("wait", 0, "Completed");
const std::string kGoodMain = terminated("main", 0, "Completed");

} // namespace

TEST_CASE("a container that was seen to fail outweighs the executor's word") {
    ReportedResult result;
    result.is_complete = true;
    result.has_succeeded = true;
    result.created_ms = 2'000'000'000'000;
    std::string json = pod("Running", terminated("main", 137, "OOMKilled"));
    const std::string key = R"("metadata":{)";
    json.insert(json.find(key) + key.size(), R"("creationTimestamp":"2026-01-01T00:00:00Z",)");
    CHECK(outcome(json, task(), &result) == "running");
    json.replace(json.find("137"), 3, "0");
    CHECK(outcome(json, task(), &result) == "Succeeded");
    TaskSpec daemon = task();
    daemon.is_daemon = true;
    CHECK(outcome(json, daemon, &result) == "pending ");
}

TEST_CASE("a pod waits for a reason") {
    CHECK(outcome(pod("Pending", waiting("main", "PodInitializing"))) == "pending ");
    CHECK(outcome(pod("Pending", waiting("main", "ImagePullBackOff", "no such image"))) ==
          "pending ImagePullBackOff: no such image");
    CHECK(outcome(pod("Pending", "",
                      R"(,"conditions":[{"reason":"Unschedulable","message":"0/1 nodes"}])")) ==
          "pending Unschedulable: 0/1 nodes");
}

TEST_CASE("main's failure counts before the executor's, and init's before both") {
    const std::string bad_main = terminated("main", 3, "Error");
    const std::string bad_wait = terminated("wait", 1, "Error", "cannot save");
    CHECK(outcome(pod("Failed", bad_wait + "," + bad_main)) == "Failed: main: Error (exit code 3)");
    CHECK(outcome(pod("Failed", bad_wait + "," + kGoodMain)) ==
          "Error: wait: Error (exit code 1): cannot save");
    CHECK(outcome(pod("Failed", waiting("main", "PodInitializing"),
                      R"(,"initContainerStatuses":[)" + terminated("init", 64, "Error", "gone") +
                          "]")) == "Error: init: Error (exit code 64): gone");
    CHECK(outcome(pod("Failed", waiting("main", "ContainerCreating", "m"))) ==
          "Error: Pod failed before main container starts due to ContainerCreating: m");
}

TEST_CASE("the pod's own message counts before all containers") {
    CHECK(outcome(pod("Failed", terminated("main", 137, "Error"),
                      R"(,"reason":"Evicted","message":"The node was low on resource")")) ==
          "Failed: The node was low on resource");
    CHECK(outcome(pod("Failed", terminated("main", 137, "OOMKilled"))) ==
          "Failed: main: OOMKilled (exit code 137)");
    CHECK(outcome(pod("Failed", "")) == "Failed: can't find failed message for pod p namespace n");
}

TEST_CASE("sidecars that were told to end do not fail a pod") {
    const std::string ended = "," + terminated("side", 143, "Error");
    CHECK(outcome(pod("Failed", kGoodWait + "," + kGoodMain + ended)) == "Succeeded");
    const std::string bad = "," + terminated("side", 2, "Error");
    CHECK(outcome(pod("Failed", kGoodWait + "," + kGoodMain + bad)) ==
          "Failed: side: Error (exit code 2)");
}

TEST_CASE("outputs are waited for while the executor may still report them") {
    TaskSpec wants = task();
    wants.parameter_files.push_back({"o", "/o", std::nullopt, "g"});
    const std::string ended = pod("Succeeded", kGoodWait + "," + kGoodMain);
    CHECK(outcome(ended) == "Succeeded");
    CHECK(outcome(ended, wants) == "reporting");
    const ReportedResult begun = read_task_result(
        R"({"metadata":{"labels":{"workflows.argoproj.io/report-outputs-completed":"false"}}})");
    CHECK(outcome(ended, task(), &begun) == "reporting");
    const ReportedResult done = read_task_result(
        R"({"metadata":{"labels":{"workflows.argoproj.io/report-outputs-completed":"true"}},
            "outputs":{"result":"r","parameters":[{"name":"o","value":"7"}],
                       "artifacts":[{"name":"a","path":"/a","s3":{"key":"k/a.tgz"}}]}})");
    const PodOutcome made = judge_pod(wants, ended, &done);
    CHECK(made.stage == PodOutcome::Stage::kEnded);
    CHECK(made.report.result == "r");
    REQUIRE(made.report.parameters.size() == 1);
    CHECK(made.report.parameters[0].value == "7");
    CHECK(made.report.parameters[0].global_name == "g");
    REQUIRE(made.report.artifacts.size() == 1);
    CHECK(made.report.artifacts[0].location == "k/a.tgz");
    CHECK(made.report.exit_code == 0);
    const std::string lost = pod("Failed", terminated("wait", 137, "OOMKilled") + "," + kGoodMain);
    CHECK(outcome(lost, wants, &begun) == "Error: wait: OOMKilled (exit code 137)");
}

TEST_CASE("a daemon has begun when all of its containers are ready") {
    TaskSpec daemon = task();
    daemon.is_daemon = true;
    const std::string up = R"({"name":"main","ready":true,"state":{"running":{}}})";
    const std::string down = R"({"name":"wait","ready":false,"state":{"running":{}}})";
    CHECK(outcome(pod("Running", up + "," + down), daemon) == "pending ");
    CHECK(outcome(pod("Running", up), daemon) == "running");
    CHECK(outcome(pod("Running", down)) == "running");
}

TEST_CASE("containers of a set end one by one") {
    TaskSpec set = task();
    set.is_set = true;
    set.processes.emplace_back().name = "b";
    set.processes.emplace_back().name = "c";
    const PodOutcome made = judge_pod(set,
                                      pod("Failed", terminated("main", 0, "Completed") + "," +
                                                        terminated("b", 64, "Error", "m") + "," +
                                                        terminated("c", 2, "Error")),
                                      nullptr);
    REQUIRE(made.report.processes.size() == 3);
    CHECK(made.report.processes[0].end == ProcessReport::End::kSucceeded);
    CHECK(made.report.processes[1].end == ProcessReport::End::kError);
    CHECK(made.report.processes[1].message == "b: Error (exit code 64): m");
    CHECK(made.report.processes[2].end == ProcessReport::End::kFailed);
    CHECK(report_of_deleted(set).processes[2].message == "container deleted");
}

TEST_CASE("pods go as the strategy says, and only those that it selects") {
    const auto gc_of = [](const std::string& gc) {
        PodManifest manifest;
        manifest.specs = {R"({"podGC":)" + gc + "}"};
        return read_pod_gc(manifest);
    };
    using Next = PodGc::Action;
    CHECK(read_pod_gc({}).action(true, true, false, false) == Next::kLabel);
    const PodGc success = gc_of(R"({"strategy":"OnPodSuccess","deleteDelayDuration":"0s"})");
    CHECK(success.delay_ms == 0);
    CHECK(success.action(true, true, false, false) == Next::kDelete);
    CHECK(success.action(true, false, false, false) == Next::kLabel);
    CHECK(success.action(false, true, false, false) == Next::kLabel);
    const PodGc whole = gc_of(R"({"strategy":"OnWorkflowSuccess",
        "labelSelector":{"matchExpressions":[{"key":"a","operator":"In","values":["x","y"]}]}})");
    CHECK(whole.action(true, true, false, false) == Next::kLater);
    CHECK(whole.action(true, true, true, true) == Next::kDelete);
    CHECK(whole.action(true, true, true, false) == Next::kLabel);
    CHECK(whole.selects(R"({"metadata":{"labels":{"a":"y"}}})"));
    CHECK_FALSE(whole.selects(R"({"metadata":{"labels":{"a":"z"}}})"));
}

TEST_CASE("the essence of a pod is judged like the pod") {
    const std::string failed = pod("Failed", terminated("main", 3, "Error"));
    const std::string pending =
        pod("Pending", waiting("main", "ImagePullBackOff", "no such image"));
    for (const std::string& whole : {failed, pending, pod("Succeeded", kGoodMain)}) {
        const std::string essence = essence_of_pod(whole);
        CHECK(outcome(essence) == outcome(whole));
        CHECK(identity_of(essence).node_id == identity_of(whole).node_id);
        CHECK(identity_of(essence).owner_uid == identity_of(whole).owner_uid);
    }
    CHECK(essence_of_pod("[]") == R"({"metadata":{},"spec":null,"status":{}})");
    CHECK(essence_of_pod(R"({"spec":{"volumes":[{"name":"v"}]},"metadata":{"managedFields":[1]}})")
              .find("volumes") == std::string::npos);
}

} // namespace tiphys::run
