// What operators see of a controller: its lease, its log, its metrics, and Kubernetes' events.

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <thread>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "compiler/base/folder_for_test.h"
#include "runtime/kubernetes/client.h"
#include "tests/fake_cluster/controller_process.h"

namespace tiphys::fake {
namespace {

using Json = nlohmann::json;

constexpr int kLongestMs = 60'000;

std::string program() {
    const char* path = std::getenv("TIPHYS_PROGRAM");
    return path == nullptr ? "" : path;
}

std::string workflow(const std::string& metadata, const std::string& spec = "") {
    return R"({"metadata":{)" + metadata + R"(},"spec":{)" + spec +
           R"("entrypoint":"main","templates":[{"name":"main","container":{"image":"a",)"
           R"("command":["a"]}}]}})";
}

void submit(FakeCluster& cluster, const std::string& object) {
    static_cast<void>(cluster.store("workflows").create("default", object));
}

bool leads(const ControllerProcess& controller) {
    return controller.log().find("leading from now on") != std::string::npos;
}

/// `WorkflowRunning Normal: Workflow Running` of each event about the workflow.
std::multiset<std::string> events_of(FakeCluster& cluster, const std::string& workflow) {
    std::multiset<std::string> lines;
    for (const std::string& key : cluster.store("events").keys()) {
        const Json event = Json::parse(cluster.store("events").get(key).body);
        const Json& about = event["involvedObject"];
        if (about["name"] != workflow) continue;
        CHECK(about["kind"] == "Workflow");
        CHECK(about["apiVersion"] == "argoproj.io/v1alpha1");
        CHECK(event["source"]["component"] == "workflow-controller");
        lines.insert(event.value("reason", "") + " " + event.value("type", "") + ": " +
                     event.value("message", ""));
    }
    return lines;
}

Json annotations_of(FakeCluster& cluster, const std::string& reason) {
    for (const std::string& key : cluster.store("events").keys()) {
        const Json event = Json::parse(cluster.store("events").get(key).body);
        if (event["reason"] == reason) return event["metadata"]["annotations"];
    }
    return nullptr;
}

/// Names of metrics that the page on Kubernetes tells of, in its tables and its alerts.
std::set<std::string> told_metrics() {
    const char* root = std::getenv("TIPHYS_SOURCE_DIR");
    std::ifstream file(std::string(root == nullptr ? "." : root) + "/docs/kubernetes.md");
    const std::regex full("(argo_workflows|tiphys)_[a-z0-9_]*[a-z0-9]");
    const std::regex cell("`([a-z0-9_]+)(\\{[^`]*)?`");
    std::set<std::string> names;
    bool is_short = false;
    for (std::string line; std::getline(file, line);) {
        const bool is_head = line.starts_with("| metric (`argo_workflows_");
        is_short = is_head || (is_short && !line.empty());
        const std::string first = line.substr(0, line.find('|', 1));
        for (std::sregex_iterator at(line.begin(), line.end(), full), end; at != end; ++at) {
            const std::string name = at->str();
            if (!is_head && !name.ends_with("_workflows")) names.insert(name);
        }
        if (!is_short || is_head) continue;
        for (std::sregex_iterator at(first.begin(), first.end(), cell), end; at != end; ++at) {
            names.insert("argo_workflows_" + at->str(1));
        }
    }
    return names;
}

void add_cron(FakeCluster& cluster, const std::string& name, const std::string& schedule) {
    const std::string object = R"({"metadata":{"generation":1,"name":")" + name +
                               R"("},"spec":{"concurrencyPolicy":"Forbid","schedules":[")" +
                               schedule +
                               R"("],"workflowSpec":{"entrypoint":"main",)"
                               R"("templates":[{"name":"main","suspend":{}}]}}})";
    static_cast<void>(cluster.store("cronworkflows").create("default", object));
}

/// As a kubelet tells of it. `status`: members of the pod's status.
void show_pod(FakeCluster& cluster, const std::string& name, const std::string& status) {
    static_cast<void>(
        cluster.store("pods").patch("default/" + name, "{\"status\":{" + status + "}}"));
}

bool is_running(FakeCluster& cluster, const std::string& workflow) {
    const Json object = Json::parse(cluster.store("workflows").get("default/" + workflow).body);
    const Json status = object.value("status", Json::object());
    const Json nodes = status.value("nodes", Json::object());
    return nodes.contains(workflow) && nodes[workflow]["phase"] == "Running";
}

std::string page(const std::string& server, const std::string& path = "/metrics") {
    kube::Access access;
    access.server = server;
    const auto client = kube::Client::open(access);
    if (!client) return client.error().message;
    kube::Request request;
    request.resource.plural = path;
    return (*client)->call(request).body;
}

/// Of a server that is gone: nobody else has it soon.
std::string free_address() {
    const kube::ScriptedServer server(
        [](const std::string&, const std::string&) { return kube::ScriptedAnswer{}; });
    return server.address();
}

/// What gives each metric a value, together with play_kubelet().
void submit_all(FakeCluster& cluster) {
    submit(
        cluster,
        R"({"metadata":{"name":"made","labels":{"workflows.argoproj.io/workflow-template":"t"}},)"
        R"("spec":{"entrypoint":"main","metrics":{"prometheus":[{"name":"made_runs","help":"R",)"
        R"("labels":[{"key":"status","value":"{{workflow.status}}"}],"counter":{"value":"1"}}]},)"
        R"("templates":[{"name":"main","metrics":{"prometheus":[{"name":"made_pods","help":"P",)"
        R"("labels":[{"key":"phase","value":"{{status}}"}],"counter":{"value":"1"}}]},)"
        R"("container":{"image":"a","command":["a"]}}]}})");
    const std::string mutex = R"("synchronization":{"mutexes":[{"name":"m"}]},)";
    submit(cluster, workflow(R"("name":"first")", mutex));
    submit(cluster, workflow(R"("name":"second")", mutex));
    for (const char* name : {"pending", "vanished", "evicted"}) {
        submit(cluster, workflow(R"("name":")" + std::string(name) + "\""));
    }
    submit(cluster, R"({"metadata":{"name":"two"},"spec":{"entrypoint":"main","templates":[)"
                    R"({"name":"a","container":{"image":"a","command":["a"]}},{"name":"main",)"
                    R"("steps":[[{"name":"a","template":"a"}],[{"name":"b","template":"a"}]]}]}})");
    add_cron(cluster, "often", "@every 1s");
    add_cron(cluster, "wrong", "every now and then");
    REQUIRE(FakeCluster::waits([&] { return cluster.store("pods").size() == 6; }, kLongestMs));
    for (const std::string& key : cluster.store("pods").keys()) {
        if (key.starts_with("default/two-")) cluster.end_pod(key);
    }
}

void play_kubelet(FakeCluster& cluster) {
    show_pod(cluster, "pending",
             R"("phase":"Pending","containerStatuses":[{"name":"main","state":)"
             R"({"waiting":{"reason":"ErrImagePull","message":"gone"}}}])");
    show_pod(cluster, "evicted",
             R"("phase":"Failed","reason":"Evicted","message":)"
             R"("The node had condition: [DiskPressure].")");
    show_pod(cluster, "vanished",
             R"("phase":"Running","containerStatuses":[{"name":"main","state":{"running":{}}}])");
    REQUIRE(FakeCluster::waits([&] { return is_running(cluster, "vanished"); }, kLongestMs));
    static_cast<void>(cluster.store("pods").remove("default/vanished"));
    CHECK(cluster.waits_for_phase("default/vanished", "Error", kLongestMs));
    cluster.end_pod("default/made");
    CHECK(cluster.waits_for_phase("default/made", "Succeeded", kLongestMs));
}

/// The message of a condition of a workflow; empty: it has none.
std::string condition_of(FakeCluster& cluster, const std::string& workflow,
                         const std::string& type) {
    const Json object = Json::parse(cluster.store("workflows").get("default/" + workflow).body);
    for (const Json& condition : object["status"].value("conditions", Json::array())) {
        if (condition["type"] == type) return condition.value("message", "");
    }
    return "";
}

} // namespace

TEST_CASE("of several controllers one acts, and the next one takes over from it") {
    constexpr std::size_t kPods = 10;
    const FolderForTest folders[3];
    FakeCluster cluster({0, std::nullopt});
    ControllerProcess first(program(), cluster, folders[0].path(), {}, true);
    REQUIRE(FakeCluster::waits([&] { return leads(first); }, kLongestMs));
    ControllerProcess second(program(), cluster, folders[1].path(), {}, true);
    for (std::size_t i = 0; i < kPods; ++i) {
        submit(cluster, workflow("\"name\":\"w" + std::to_string(i) + "\""));
    }
    REQUIRE(FakeCluster::waits([&] { return cluster.store("pods").size() == kPods; }, kLongestMs));
    CHECK_FALSE(leads(second));
    // Who ends in good order gives the lease back: nobody has to wait for its time.
    CHECK(first.end(SIGTERM) == 0);
    CHECK(FakeCluster::waits([&] { return leads(second); }, 10'000));
    ControllerProcess third(program(), cluster, folders[2].path(), {}, true);
    cluster.end_pod("default/w0");
    CHECK(cluster.waits_for_phase("default/w0", "Succeeded", kLongestMs));
    CHECK_FALSE(leads(third));
    CHECK(second.end(SIGKILL) == -1);
    CHECK(FakeCluster::waits([&] { return leads(third); }, kLongestMs));
    for (const std::string& key : cluster.store("pods").keys()) {
        cluster.end_pod(key);
    }
    for (std::size_t i = 0; i < kPods; ++i) {
        CHECK(cluster.waits_for_phase("default/w" + std::to_string(i), "Succeeded", kLongestMs));
    }
    CHECK(cluster.counts()["create pods"] == kPods);
    const Json lease = Json::parse(cluster.store("leases").get("default/workflow-controller").body);
    CHECK(lease["spec"]["leaseTransitions"] == 1);
}

TEST_CASE("workflows and their nodes have the events that Argo emits") {
    const FolderForTest folder;
    FakeCluster cluster;
    // Somebody else's pod has the name that the second one needs.
    static_cast<void>(cluster.store("pods").create("default", R"({"metadata":{"name":"taken"}})"));
    ControllerProcess controller(program(), cluster, folder.path());
    submit(cluster, workflow(R"("name":"good")"));
    submit(cluster, workflow(R"("name":"taken")"));
    CHECK(cluster.waits_for_phase("default/good", "Succeeded", kLongestMs));
    CHECK(cluster.waits_for_phase("default/taken", "Error", kLongestMs));
    const auto are_told = [&] {
        return events_of(cluster, "good").size() + events_of(cluster, "taken").size() >= 8;
    };
    CHECK(FakeCluster::waits(are_told, 5'000));
    using Lines = std::multiset<std::string>;
    CHECK(events_of(cluster, "good") == Lines{"WorkflowRunning Normal: Workflow Running",
                                              "WorkflowNodeRunning Normal: Running node good",
                                              "WorkflowNodeSucceeded Normal: Succeeded node good",
                                              "WorkflowSucceeded Normal: Workflow completed"});
    const std::string why = "pods \"taken\" already exists";
    CHECK(events_of(cluster, "taken") ==
          Lines{"WorkflowRunning Normal: Workflow Running",
                "WorkflowNodeRunning Normal: Running node taken: " + why,
                "WorkflowNodeError Warning: Error node taken: " + why,
                "WorkflowFailed Warning: " + why});
    const Json annotations = annotations_of(cluster, "WorkflowNodeSucceeded");
    CHECK(annotations["workflows.argoproj.io/node-type"] == "Pod");
    CHECK(annotations["workflows.argoproj.io/node-name"] == "good");
    CHECK(annotations["workflows.argoproj.io/node-id"] == "good");
    CHECK(annotations["workflows.argoproj.io/node-start-time"].get<std::string>().size() == 19);
}

TEST_CASE("each line of the log is an object, or a line of text where that is asked for") {
    for (const bool is_json : {true, false}) {
        const FolderForTest folder;
        FakeCluster cluster;
        const std::string format = is_json ? "json" : "text";
        ControllerProcess controller(program(), cluster, folder.path(), {"--log-format", format});
        submit(cluster, workflow(R"("name":"wf")"));
        const auto tells_end = [&] {
            return controller.log().find("workflow has ended") != std::string::npos;
        };
        CHECK(FakeCluster::waits(tells_end, kLongestMs));
        CHECK(controller.end(SIGTERM) == 0);
        std::istringstream lines(controller.log());
        int n_about = 0;
        for (std::string line; std::getline(lines, line);) {
            const Json object = Json::parse(line, nullptr, false);
            CHECK(object.is_object() == is_json);
            if (!is_json) {
                n_about +=
                    line.find(" info ") != line.npos && line.find(" workflow=wf") != line.npos;
                continue;
            }
            CHECK(object.value("time", "").ends_with('Z'));
            CHECK(object.value("level", "") == "info");
            CHECK_FALSE(object.value("msg", "").empty());
            n_about += object.value("workflow", "") == "wf";
        }
        // It begins, and it ends.
        CHECK(n_about >= 2);
    }
}

TEST_CASE("the metrics that the page on Kubernetes names are there") {
    const FolderForTest folder;
    // Pods neither begin nor end by themselves.
    FakeCluster cluster({10 * kLongestMs, std::nullopt});
    static_cast<void>(cluster.store("configmaps")
                          .create("default",
                                  R"({"metadata":{"name":"workflow-controller-configmap")"
                                  R"(},"data":{"failedPodRestart":"{enabled: true}"}})"));
    const std::string server = free_address();
    const std::string address = server.substr(server.find("//") + 2);
    ControllerProcess controller(
        program(), cluster, folder.path(),
        {"--metrics-address", address, "--archive", folder.at("archive.db")});
    submit_all(cluster);
    play_kubelet(cluster);
    std::string text;
    const auto has = [&](const std::string& words) { return text.find(words) != text.npos; };
    const auto is_complete = [&] {
        text = page(server);
        return has("tiphys_archived_total{") && has("locks_pending{") &&
               has("concurrencypolicy_triggered{") && has("pod_restarts_total{") &&
               has("tiphys_hop_seconds_count ");
    };
    CHECK(FakeCluster::waits(is_complete, kLongestMs));
    const std::set<std::string> names = told_metrics();
    CHECK(names.size() > 15);
    for (const std::string& name : names) {
        INFO(name);
        CHECK((has("\n" + name + "{") || has("\n" + name + " ") || has("\n" + name + "_count{") ||
               has("\n" + name + "_count ")));
    }
    const std::string lock = R"({type="mutex",storage="configmap",lock_name="m",)"
                             R"(namespace="default"} 1)";
    CHECK(has("argo_workflows_locks_held" + lock));
    CHECK(has("argo_workflows_locks_pending" + lock));
    CHECK(has(R"(cronworkflows_triggered_total{name="often",namespace="default"} )"));
    CHECK(has(R"(total_count{phase="Succeeded",namespace="default"} 1)"));
    CHECK(has(R"(concurrencypolicy_triggered{name="often",namespace="default",)"
              R"(concurrency_policy="Forbid"} )"));
    CHECK(has(R"(error_count{cause="CronWorkflowSpecError"} 1)"));
    CHECK(has(R"(pod_pending_count{reason="ErrImagePull",namespace="default"} 1)"));
    CHECK(has(R"(pod_restarts_total{reason="Evicted",condition="DiskPressure",)"
              R"(namespace="default"} 1)"));
    CHECK(has(R"(pod_missing{node_phase="Running",recently_started="true"} 1)"));
    CHECK(has(R"(k8s_request_total{kind="pods",verb="Create",status_code="201"} )"));
    CHECK(has(R"(tiphys_archived_total{outcome="ok"} )"));
    CHECK(has("argo_workflows_is_leader 1\n"));
    // Those of the workflow itself.
    CHECK(has(R"(argo_workflows_made_runs{status="Succeeded"} 1)"));
    CHECK(has(R"(argo_workflows_made_pods{phase="Succeeded"} 1)"));
    CHECK(controller.end(SIGTERM) == 0);
}

TEST_CASE("gauges count while a workflow runs, and what has no value is a condition of it") {
    const FolderForTest folder;
    FakeCluster cluster;
    static_cast<void>(
        cluster.store("configmaps")
            .create(
                "default",
                R"({"metadata":{"name":)"
                R"("workflow-controller-configmap"},"data":{"metricsConfig":"path: /numbers\n)"
                R"(metricsTTL: 1s\nsecure: true\nmodifiers: {is_leader: {disabled: true}}"}})"));
    const std::string server = free_address();
    ControllerProcess controller(program(), cluster, folder.path(),
                                 {"--metrics-address", server.substr(server.find("//") + 2)});
    submit(
        cluster,
        R"({"metadata":{"name":"waits"},"spec":{"entrypoint":"main","metrics":{"prometheus":[)"
        R"({"name":"age","help":"A","gauge":{"realtime":true,"value":"{{workflow.duration}}"}}]},)"
        R"("templates":[{"name":"main","suspend":{},"metrics":{"prometheus":[{"name":"wait",)"
        R"("help":"W","gauge":{"realtime":true,"value":"{{duration}}"}}]}}]}})");
    submit(cluster,
           workflow(R"("name":"broken")",
                    R"("metrics":{"prometheus":[{"name":"ended","help":"E","counter":)"
                    R"({"value":"1"}},{"name":"took","help":"T","labels":[{"key":"le",)"
                    R"("value":"x"}],"histogram":{"buckets":[1],"value":"{{duration}}"}}]},)"));
    CHECK(cluster.waits_for_phase("default/broken", "Succeeded", kLongestMs));
    CHECK(condition_of(cluster, "broken", "MetricsError") ==
          "metric `took` is a histogram with a label `le`, which is that of its buckets");
    const auto value_of = [&](const std::string& name) {
        const std::string text = page(server, "/numbers");
        const std::size_t at = text.find("\nargo_workflows_" + name + " ");
        return at == text.npos ? -1.0 : std::stod(text.substr(text.find(' ', at)));
    };
    CHECK(FakeCluster::waits([&] { return value_of("age") > 0 && value_of("wait") > 0; },
                             kLongestMs));
    const double before = value_of("age");
    CHECK(FakeCluster::waits([&] { return value_of("age") > before; }, kLongestMs));
    // It is kept for a second without an update, unless it counts.
    CHECK(FakeCluster::waits([&] { return value_of("ended") < 0; }, kLongestMs));
    CHECK(value_of("age") > 0);
    CHECK(value_of("is_leader") < 0);
    CHECK(page(server).find("there is /numbers, /healthz") != std::string::npos);
    static_cast<void>(cluster.store("workflows").remove("default/waits"));
    CHECK(FakeCluster::waits([&] { return value_of("age") < 0; }, kLongestMs));
    CHECK(controller.log().find("metricsConfig.secure") != std::string::npos);
    CHECK(controller.end(SIGTERM) == 0);
}

} // namespace tiphys::fake
