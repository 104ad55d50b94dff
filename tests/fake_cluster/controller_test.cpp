// The controller as a process: nodes in the archive, its end by a signal, and what it says where it
// cannot work.

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <thread>

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

/// Each gets an argument of that many letters.
std::string fan_out(int n_pods, std::size_t n_letters = 0) {
    return R"({"metadata":{"name":"wf"},"spec":{"entrypoint":"main","templates":[{"name":"ok",)"
           R"("inputs":{"parameters":[{"name":"p"}]},"container":{"image":"busybox","command":)"
           R"(["true"]}},{"name":"main","dag":{"tasks":[{"name":"l","template":"ok","arguments":)"
           R"({"parameters":[{"name":"p","value":")" +
           std::string(n_letters, 'x') + R"("}]},"withSequence":{"count":")" +
           std::to_string(n_pods) + R"("}}]}}]}})";
}

std::string chain(int n_steps) {
    std::string steps;
    for (int i = 0; i < n_steps; ++i) {
        steps += (i == 0 ? "" : ",") + std::string(R"([{"name":"s)") + std::to_string(i) +
                 R"(","template":"ok"}])";
    }
    return R"({"metadata":{"name":"wf"},"spec":{"entrypoint":"main","templates":[{"name":"ok",)"
           R"("container":{"image":"busybox","command":["true"]}},{"name":"main","steps":[)" +
           steps + "]}]}}";
}

/// One memoized task, and perhaps one after it.
std::string memoized(const std::string& name, bool with_another = false) {
    const std::string another = with_another ? R"(,[{"name":"z","template":"ok"}])" : "";
    return R"({"metadata":{"name":")" + name +
           R"("},"spec":{"entrypoint":"main","templates":[{"name":"ok",)"
           R"("container":{"image":"busybox","command":["true"]}},{"name":"memo","memoize":)"
           R"({"key":"k","cache":{"configMap":{"name":"memo"}}},"container":{"image":"busybox",)"
           R"("command":["true"]}},{"name":"main","steps":[[{"name":"a","template":"memo"}])" +
           another + "]}]}}";
}

/// The nodes that had to do with a cache, and whether it knew them.
std::set<std::string> finds_of(FakeCluster& cluster, const std::string& name) {
    const Json object = Json::parse(cluster.store("workflows").get("default/" + name).body);
    std::set<std::string> finds;
    const Json status = object.value("status", Json::object());
    for (const Json& node : status.value("nodes", Json::object())) {
        const auto memoization = node.find("memoizationStatus");
        if (memoization == node.end()) continue;
        finds.insert(node.value("displayName", "") + ((*memoization)["hit"] ? " hit" : " missed"));
    }
    return finds;
}

Json workflow_of(FakeCluster& cluster) {
    return Json::parse(cluster.store("workflows").get("default/wf").body);
}

std::string output_of(std::vector<std::string> command, const FolderForTest& folder) {
    const std::string path = folder.at("output");
    command.insert(command.begin(),
                   {"sh", "-c", "out=$1; shift; exec \"$@\" >\"$out\"", "sh", path});
    static_cast<void>(bench::run_process(command));
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The nodes of a workflow that is shown as JSON.
struct Phases {
    std::size_t n_nodes = 0;
    std::size_t n_bytes = 0;
    std::map<std::string, int> n_by_phase;
};
Phases phases_of(const std::string& json) {
    const Json object = Json::parse(json, nullptr, false);
    Phases phases;
    if (!object.is_object() || !object.contains("status")) return phases;
    const Json nodes = object["status"].value("nodes", Json::object());
    phases.n_nodes = nodes.size();
    phases.n_bytes = nodes.dump().size();
    for (const Json& node : nodes) {
        ++phases.n_by_phase[node.value("phase", "")];
    }
    return phases;
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

TEST_CASE("a workflow of foreign types, as short definitions let it through, is its own trouble") {
    const FolderForTest folder;
    FakeCluster cluster;
    static_cast<void>(cluster.store("configmaps")
                          .create("default",
                                  R"({"metadata":{"name":"workflow-controller-configmap"},)"
                                  R"("data":{"workflowRestrictions":"templateReferencing: true",)"
                                  R"("workflowDefaults":"metadata: odd\nspec: [odd]",)"
                                  R"("executor":"image: 5\nimagePullPolicy: [odd]",)"
                                  R"("images":"odd: 5\nother: {cmd: 5, entrypoint: {}}"}})"));
    ControllerProcess controller(program(), cluster, folder.path());
    for (const char* spec :
         {R"("workflowTemplateRef":{"name":5,"clusterScope":"yes"})",
          R"("entrypoint":"main","artifactRepositoryRef":{"configMap":5,"key":7},"podGC":{)"
          R"("strategy":1,"deleteDelayDuration":[]},"volumeClaimGC":{"strategy":2},"templates":[)"
          R"({"name":"main","container":{"image":"a","command":["a"]}}])",
          R"("entrypoint":"main","workflowMetadata":"odd","templates":"odd")",
          R"("entrypoint":"main","metrics":{"prometheus":[{"name":5,"labels":"odd","gauge":[]}]},)"
          R"("templates":[{"name":"main","resource":{"action":"create",)"
          R"("manifest":"metadata: x"}}])"}) {
        static_cast<void>(cluster.store("workflows")
                              .create("default", R"({"metadata":{"generateName":"odd-"},"spec":{)" +
                                                     std::string(spec) + "}}"));
    }
    static_cast<void>(
        cluster.store("workflows")
            .create(
                "default",
                R"({"metadata":{"name":"patched"},"spec":{"entrypoint":"main","podSpecPatch":)"
                R"("containers: odd","templates":[{"name":"main","container":{"image":"a"}}]}})"));
    CHECK(cluster.waits_for_phase("default/patched", "Error", kLongestMs));
    static_cast<void>(cluster.store("workflows").create("default", chain(1)));
    CHECK(cluster.waits_for_phase("default/wf", "Succeeded", kLongestMs));
    INFO(controller.log());
    CHECK(controller.end(SIGTERM) == 0);
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
    const std::vector<std::string> options = {"--archive", folder.at("archive.db"), "--offload",
                                              "--cluster-name", "prod"};
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
    const std::vector<std::string> get = {program(), "get", "--kubeconfig", folder.at("kubeconfig"),
                                          "wf",      "-o",  "json"};
    CHECK(phases_of(output_of(get, folder)).n_nodes == 0);
    // Looking makes no database where there is none.
    ::setenv("TIPHYS_ARCHIVE", folder.at("mistyped.db").c_str(), 1);
    CHECK(phases_of(output_of(get, folder)).n_nodes == 0);
    CHECK_FALSE(std::filesystem::exists(folder.at("mistyped.db")));
    ::setenv("TIPHYS_ARCHIVE", folder.at("archive.db").c_str(), 1);
    CHECK(phases_of(output_of(get, folder)).n_nodes == kPods + 2);
    ::unsetenv("TIPHYS_ARCHIVE");
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

TEST_CASE("a pod that vanishes before its workflow is known is made anew") {
    const FolderForTest folder;
    enum Stage { kUsual, kPodThere, kPodGone, kAllTold };
    std::atomic<int> stage{kUsual};
    FakeCluster* told = nullptr;
    const auto before = [&](const ApiRequest& request) -> std::optional<kube::ScriptedAnswer> {
        kube::ScriptedAnswer answer;
        const std::string verb = request.verb();
        // The controller looks for one workflow before it begins.
        const bool is_listing = request.query.contains("limit") && request.query.at("limit") != "1";
        if (request.plural == "workflows" && is_listing && stage != kUsual && stage != kAllTold) {
            answer.status = 503;
            return answer;
        }
        if (request.plural != "pods" || verb != "watch") return std::nullopt;
        if (stage == kPodGone) stage = kAllTold;
        if (stage != kPodThere) return std::nullopt;
        stage = kPodGone;
        static_cast<void>(told->store("pods").remove(told->store("pods").keys().front()));
        answer.pieces = {R"({"type":"ERROR","object":{"kind":"Status","code":410}})"
                         "\n"};
        return answer;
    };
    FakeCluster cluster({0, std::nullopt}, before);
    told = &cluster;
    {
        ControllerProcess first(program(), cluster, folder.path());
        static_cast<void>(cluster.store("workflows").create("default", chain(1)));
        const auto is_running = [&] {
            return workflow_of(cluster).dump().find("\"type\":\"Pod\"") != std::string::npos;
        };
        REQUIRE(FakeCluster::waits(is_running, kLongestMs));
        CHECK(first.end(SIGKILL) == -1);
    }
    stage = kPodThere;
    ControllerProcess second(program(), cluster, folder.path());
    REQUIRE(FakeCluster::waits([&] { return cluster.counts()["create pods"] == 2; }, kLongestMs));
    REQUIRE(FakeCluster::waits([&] { return cluster.store("pods").size() == 1; }, kLongestMs));
    cluster.end_pod(cluster.store("pods").keys().front());
    CHECK(cluster.waits_for_phase("default/wf", "Succeeded", kLongestMs));
}

TEST_CASE("a server that takes long for a status is asked less often") {
    constexpr std::chrono::milliseconds kDelay{500};
    const FolderForTest folder;
    std::mutex mutex;
    std::vector<std::chrono::steady_clock::time_point> writes;
    FakeCluster cluster({0, 40}, [&](const ApiRequest& request) {
        if (request.verb() == "patch" && request.plural == "workflows") {
            {
                const std::lock_guard lock(mutex);
                writes.push_back(std::chrono::steady_clock::now());
            }
            std::this_thread::sleep_for(kDelay);
        }
        return std::optional<kube::ScriptedAnswer>();
    });
    ControllerProcess controller(program(), cluster, folder.path());
    static_cast<void>(cluster.store("workflows").create("default", chain(80)));
    CHECK(cluster.waits_for_phase("default/wf", "Succeeded", kLongestMs));
    const std::lock_guard lock(mutex);
    REQUIRE(writes.size() >= 4);
    // But for the end, which is written at once.
    for (std::size_t i = 1; i + 1 < writes.size(); ++i) {
        CHECK(writes[i] - writes[i - 1] >= 3 * kDelay);
    }
}

TEST_CASE("a status that is packed is written seldom, and taken up by the next controller") {
    constexpr int kPods = 300;
    const FolderForTest folder;
    FakeCluster cluster({0, std::nullopt});
    const auto is_packed = [&] {
        const Json status = workflow_of(cluster).value("status", Json::object());
        return status.contains("compressedNodes") && !status.contains("nodes");
    };
    const auto end_pods = [&](std::size_t n_pods) {
        for (const std::string& key : cluster.store("pods").keys()) {
            if (n_pods-- == 0) return;
            cluster.end_pod(key);
        }
    };
    {
        ControllerProcess first(program(), cluster, folder.path());
        static_cast<void>(cluster.store("workflows").create("default", fan_out(kPods, 5'000)));
        REQUIRE(
            FakeCluster::waits([&] { return cluster.store("pods").size() == kPods; }, kLongestMs));
        end_pods(kPods / 2);
        REQUIRE(FakeCluster::waits([&] { return cluster.counts()["patch pods"] == kPods / 2; },
                                   kLongestMs));
        CHECK(is_packed());
        CHECK(cluster.counts()["patch workflows"] < 10);
        CHECK(first.end(SIGKILL) == -1);
    }
    ControllerProcess second(program(), cluster, folder.path());
    end_pods(kPods);
    CHECK(cluster.waits_for_phase("default/wf", "Succeeded", kLongestMs));
    CHECK(is_packed());
    CHECK(cluster.counts()["create pods"] == kPods);
}

TEST_CASE("the nodes of a workflow of 2,500 pods are packed, shown, taken up and archived") {
    constexpr int kPods = 2'500;
    const FolderForTest folder;
    const std::vector<std::string> options = {"--archive", folder.at("archive.db"), "--offload"};
    FakeCluster cluster({0, std::nullopt});
    const auto end_pods = [&](std::size_t n_pods) {
        for (const std::string& key : cluster.store("pods").keys()) {
            if (n_pods-- == 0) return;
            cluster.end_pod(key);
        }
    };
    {
        ControllerProcess first(program(), cluster, folder.path(), options);
        static_cast<void>(cluster.store("workflows").create("default", fan_out(kPods, 100)));
        REQUIRE(
            FakeCluster::waits([&] { return cluster.store("pods").size() == kPods; }, kLongestMs));
        end_pods(kPods / 2);
        REQUIRE(FakeCluster::waits([&] { return cluster.counts()["patch pods"] == kPods / 2; },
                                   kLongestMs));
        CHECK(first.end(SIGKILL) == -1);
    }
    const Json status = workflow_of(cluster)["status"];
    CHECK_FALSE(status.contains("nodes"));
    // Plain, they are too many for the object; packed, there is room for ten times as many.
    CHECK(status.value("compressedNodes", "").size() < (std::size_t{1} << 20) / 4);
    const auto phases = phases_of(output_of(
        {program(), "get", "--kubeconfig", folder.at("kubeconfig"), "wf", "-o", "json"}, folder));
    CHECK(phases.n_nodes == kPods + 2);
    CHECK(phases.n_bytes > (std::size_t{1} << 20));
    CHECK(phases.n_by_phase.at("Succeeded") == kPods / 2);
    ControllerProcess second(program(), cluster, folder.path(), options);
    end_pods(kPods);
    CHECK(cluster.waits_for_phase("default/wf", "Succeeded", kLongestMs));
    CHECK(cluster.counts()["create pods"] == kPods);
    const std::vector<std::string> archived = {
        program(), "archive", "get", "wf", "--archive", folder.at("archive.db"), "-o", "json"};
    CHECK(FakeCluster::waits(
        [&] { return phases_of(output_of(archived, folder)).n_nodes == kPods + 2; }, kLongestMs));
    CHECK(phases_of(output_of(archived, folder)).n_by_phase.at("Succeeded") == kPods + 2);
    CHECK(second.end(SIGTERM) == 0);
}

TEST_CASE("a run that has made a cache's entry does not find it when it is taken up") {
    const FolderForTest folder;
    std::atomic<bool> is_status_lost{true};
    FakeCluster cluster({}, [&](const ApiRequest& request) -> std::optional<kube::ScriptedAnswer> {
        if (!is_status_lost || request.verb() != "patch" || request.plural != "workflows") {
            return std::nullopt;
        }
        kube::ScriptedAnswer answer;
        answer.status = 503;
        answer.body = failure(503, "ServiceUnavailable", "later").body;
        return answer;
    });
    {
        ControllerProcess first(program(), cluster, folder.path());
        static_cast<void>(cluster.store("workflows").create("default", memoized("wf")));
        REQUIRE(FakeCluster::waits([&] { return cluster.store("configmaps").size() == 1; },
                                   kLongestMs));
        CHECK(first.end(SIGKILL) == -1);
    }
    is_status_lost = false;
    ControllerProcess second(program(), cluster, folder.path());
    CHECK(cluster.waits_for_phase("default/wf", "Succeeded", kLongestMs));
    CHECK(finds_of(cluster, "wf") == std::set<std::string>{"a missed"});
    CHECK(cluster.store("pods").size() == 1);
}

TEST_CASE("a run goes on with what a cache knew when the cache is gone") {
    const FolderForTest folder;
    FakeCluster cluster;
    {
        ControllerProcess first(program(), cluster, folder.path());
        static_cast<void>(cluster.store("workflows").create("default", memoized("one")));
        CHECK(cluster.waits_for_phase("default/one", "Succeeded", kLongestMs));
        CHECK(finds_of(cluster, "one") == std::set<std::string>{"a missed"});
        cluster.set_kubelet({0, std::nullopt});
        static_cast<void>(cluster.store("workflows").create("default", memoized("two", true)));
        REQUIRE(FakeCluster::waits([&] { return !finds_of(cluster, "two").empty(); }, kLongestMs));
        CHECK(first.end(SIGKILL) == -1);
    }
    static_cast<void>(cluster.store("configmaps").remove("default/memo"));
    ControllerProcess second(program(), cluster, folder.path());
    REQUIRE(FakeCluster::waits([&] { return cluster.store("pods").size() == 2; }, kLongestMs));
    for (const std::string& key : cluster.store("pods").keys()) {
        cluster.end_pod(key);
    }
    CHECK(cluster.waits_for_phase("default/two", "Succeeded", kLongestMs));
    CHECK(finds_of(cluster, "two") == std::set<std::string>{"a hit"});
    CHECK(cluster.store("pods").size() == 2);
    CHECK(cluster.store("configmaps").size() == 0);
}

} // namespace tiphys::fake
