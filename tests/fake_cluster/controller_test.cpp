// The controller as a process: nodes in the archive, its end by a signal, and what it says where it
// cannot work.

#include <csignal>
#include <cstdlib>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "compiler/base/folder_for_test.h"
#include "tests/bench/frame/measure.h"
#include "tests/fake_cluster/controller_process.h"

namespace tiphys::fake {
namespace {

using Json = nlohmann::json;

constexpr int kLongestMs = 120'000;

std::string program() {
    const char* path = std::getenv("TIPHYS_PROGRAM");
    return path == nullptr ? "" : path;
}

std::string fan_out(int n_pods) {
    return R"({"metadata":{"name":"wf"},"spec":{"entrypoint":"main","templates":[{"name":"ok",)"
           R"("container":{"image":"busybox","command":["true"]}},{"name":"main","dag":{"tasks":)"
           R"([{"name":"l","template":"ok","withSequence":{"count":")" +
           std::to_string(n_pods) + R"("}}]}}]}})";
}

Json workflow_of(FakeCluster& cluster) {
    return Json::parse(cluster.store("workflows").get("default/wf").body);
}

/// What the controller says when all requests, or those about `plural`, are refused like that.
struct Refused {
    int exit_code = 0;
    std::string log;
    int n_requests = 0;
};
Refused refused(const Outcome& outcome, const std::string& plural = "",
                const std::vector<std::string>& options = {}) {
    const FolderForTest folder;
    FakeCluster cluster({}, [&](const ApiRequest& request) -> std::optional<kube::ScriptedAnswer> {
        if (!plural.empty() && request.plural != plural) return std::nullopt;
        kube::ScriptedAnswer answer;
        answer.status = outcome.status;
        answer.body = outcome.body;
        return answer;
    });
    ControllerProcess controller(program(), cluster, folder.path(), options);
    Refused seen;
    seen.exit_code = controller.wait(30'000);
    seen.log = controller.log();
    for (const auto& [what, n_calls] : cluster.counts()) {
        seen.n_requests += n_calls;
    }
    return seen;
}

} // namespace

TEST_CASE("a controller without rights says which one it lacks") {
    const Refused seen = refused(failure(
        403, "Forbidden",
        "workflows.argoproj.io is forbidden: User \"jane\" cannot list resource \"workflows\""));
    CHECK(seen.exit_code == 2);
    CHECK(seen.log == "tiphys: `jane` has no right to `list` `workflows.argoproj.io` in namespace "
                      "`default`; let a role allow the verb `list` on `workflows.argoproj.io`; "
                      "`tiphys install` prints all rights that are needed\n");
    CHECK(seen.n_requests <= 2);
}

TEST_CASE("a controller whose token has expired says so once") {
    const Refused seen = refused(failure(401, "Unauthorized", "Unauthorized"));
    CHECK(seen.exit_code == 2);
    CHECK(seen.log == "tiphys: the cluster does not take the credentials of the context `fake`: "
                      "they have expired or are not known; log in again, or renew the token in "
                      "the kubeconfig\n");
    CHECK(seen.n_requests <= 2);
}

TEST_CASE("a controller names definitions that the cluster has not") {
    const Refused seen = refused({404, "404 page not found\n"}, "workflows");
    CHECK(seen.exit_code == 2);
    CHECK(seen.log == "tiphys: the cluster has no `workflows.argoproj.io`; `tiphys install | "
                      "kubectl apply --server-side -f -` adds them\n");
    CHECK(seen.n_requests <= 3);
}

TEST_CASE("a controller names a namespace that is not there") {
    const Refused seen = refused(failure(404, "NotFound", "namespaces \"nowhere\" not found"),
                                 "namespaces", {"-n", "nowhere"});
    CHECK(seen.exit_code == 2);
    CHECK(seen.log == "tiphys: there is no namespace `nowhere`; create it with `kubectl create "
                      "namespace nowhere`\n");
    CHECK(seen.n_requests <= 2);
}

TEST_CASE("a controller of one namespace does without what belongs to the cluster") {
    const FolderForTest folder;
    FakeCluster cluster({}, [](const ApiRequest& request) -> std::optional<kube::ScriptedAnswer> {
        if (request.plural != "clusterworkflowtemplates") return std::nullopt;
        kube::ScriptedAnswer answer;
        answer.status = 403;
        answer.body = failure(403, "Forbidden", "User \"jane\" cannot list").body;
        return answer;
    });
    ControllerProcess controller(program(), cluster, folder.path());
    static_cast<void>(cluster.store("workflows").create("default", fan_out(2)));
    CHECK(cluster.waits_for_phase("default/wf", "Succeeded", kLongestMs));
    CHECK(controller.end(SIGTERM) == 0);
    CHECK(controller.log().find("\"level\":\"warn\"") == std::string::npos);
}

TEST_CASE("a controller that is asked to end writes down what it knows") {
    const FolderForTest folder;
    FakeCluster cluster({0, std::nullopt});
    ControllerProcess controller(program(), cluster, folder.path());
    static_cast<void>(cluster.store("workflows").create("default", fan_out(30)));
    REQUIRE(FakeCluster::waits([&] { return cluster.store("pods").size() == 30; }, kLongestMs));
    CHECK(controller.end(SIGTERM) == 0);
    const Json nodes = workflow_of(cluster)["status"]["nodes"];
    CHECK(nodes.size() == 32);
    cluster.set_kubelet({0, 0});
    const int n_created = cluster.counts()["create pods"];
    CHECK(n_created == 30);
}

TEST_CASE("a workflow is followed in the namespace that its file names") {
    const FolderForTest folder;
    FakeCluster cluster;
    ControllerProcess controller(program(), cluster, folder.path(), {"--cluster-scoped"});
    folder.write("wf.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n"
                            "metadata: {name: wf, namespace: elsewhere}\n"
                            "spec:\n  entrypoint: main\n  templates:\n  - name: main\n"
                            "    container: {image: 'busybox:1', command: ['true']}\n");
    const auto cost = bench::run_process({program(), "submit", "--kubeconfig",
                                          folder.at("kubeconfig"), "--wait", folder.at("wf.yaml")});
    REQUIRE(cost);
    CHECK(cost->exit_code == 0);
    CHECK(cluster.waits_for_phase("elsewhere/wf", "Succeeded", kLongestMs));
}

TEST_CASE("nodes in the archive are taken up by the next controller") {
    const FolderForTest folder;
    constexpr int kPods = 20;
    const std::vector<std::string> options = {"--archive", folder.at("archive.db"), "--offload"};
    ::setenv("ALWAYS_OFFLOAD_NODE_STATUS", "true", 1);
    FakeCluster cluster({0, std::nullopt});
    {
        ControllerProcess first(program(), cluster, folder.path(), options);
        static_cast<void>(cluster.store("workflows").create("default", fan_out(kPods)));
        const auto is_there = [&] {
            return workflow_of(cluster)["status"].contains("offloadNodeStatusVersion") &&
                   cluster.store("pods").size() == kPods;
        };
        REQUIRE(FakeCluster::waits(is_there, kLongestMs));
        cluster.end_pod(cluster.store("pods").keys().front());
        const auto is_released = [&] { return cluster.counts()["patch pods"] == 1; };
        CHECK(FakeCluster::waits(is_released, kLongestMs));
        CHECK(first.end(SIGKILL) == -1);
    }
    CHECK_FALSE(workflow_of(cluster)["status"].contains("nodes"));
    CHECK_FALSE(workflow_of(cluster)["status"].contains("compressedNodes"));
    ControllerProcess second(program(), cluster, folder.path(), options);
    for (const std::string& key : cluster.store("pods").keys()) {
        cluster.end_pod(key);
    }
    CHECK(cluster.waits_for_phase("default/wf", "Succeeded", kLongestMs));
    // The one that had ended was in the archive alone.
    CHECK(cluster.counts()["create pods"] == kPods);
    CHECK(second.end(SIGTERM) == 0);
    ::unsetenv("ALWAYS_OFFLOAD_NODE_STATUS");
}

} // namespace tiphys::fake
