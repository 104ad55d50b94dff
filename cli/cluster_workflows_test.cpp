// Workflow objects of a cluster: what is shown of them, and what people's wishes make of them.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/cluster/again.h"
#include "cli/cluster/edit.h"
#include "cli/cluster/submission.h"
#include "cli/cluster/workflow_view.h"
#include "runtime/controller/packed_nodes.h"

using namespace tiphys;
using namespace tiphys::cli;
using nlohmann::json;

namespace {

constexpr std::int64_t kNow = 1'800'000'000'000;

/// A DAG whose task b has failed after a, with c skipped behind it; d waits for people.
json dag() {
    return json::parse(R"({
  "apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow",
  "metadata": {"name": "w", "namespace": "n", "generateName": "w-", "resourceVersion": "5",
    "labels": {"mine": "1", "workflows.argoproj.io/completed": "true",
               "workflows.argoproj.io/phase": "Failed"}},
  "spec": {"entrypoint": "main", "shutdown": "Stop",
           "arguments": {"parameters": [{"name": "p", "value": "1"}, {"name": "q", "value": 2}]}},
  "status": {"phase": "Failed", "startedAt": "2026-01-01T00:00:00Z",
    "finishedAt": "2026-01-01T00:01:00Z", "progress": "1/3", "message": "child failed",
    "conditions": [{"type": "Completed", "status": "True"}],
    "nodes": {
      "w": {"id": "w", "name": "w", "displayName": "w", "type": "DAG", "phase": "Failed",
            "templateName": "main", "children": ["w-1"]},
      "w-1": {"id": "w-1", "name": "w.a", "displayName": "a", "type": "Pod", "phase": "Succeeded",
              "boundaryID": "w", "templateName": "t", "children": ["w-2"],
              "outputs": {"result": "fine"}, "startedAt": "2026-01-01T00:00:00Z",
              "finishedAt": "2026-01-01T00:00:02Z"},
      "w-2": {"id": "w-2", "name": "w.b", "displayName": "b", "type": "Retry", "phase": "Failed",
              "boundaryID": "w", "templateName": "t", "children": ["w-3", "w-4"]},
      "w-3": {"id": "w-3", "name": "w.b(0)", "displayName": "b(0)", "type": "Pod",
              "phase": "Failed", "boundaryID": "w", "templateName": "t",
              "message": "exit code 1", "nodeFlag": {"retried": true}, "children": ["w-4"]},
      "w-4": {
    "id" : "w-4",
           "name" : "w.c",
                    "displayName" : "c",
                                    "type" : "Skipped",
                                             "phase" : "Omitted",
                                                       "boundaryID" : "w"
}
}
}
})");
}

json waiting() {
    json workflow = dag();
    workflow["status"]["phase"] = "Running";
    workflow["status"]["nodes"]["w-5"] = json::parse(R"({"id": "w-5", "name": "w.d",
        "displayName": "d", "type": "Suspend", "phase": "Running", "boundaryID": "w",
        "inputs": {"parameters": [{"name": "x", "value": "7"}]},
        "outputs": {"parameters": [
          {"name": "ok", "valueFrom": {"supplied": {}}, "globalName": "all"},
          {"name": "why", "valueFrom": {"supplied": {}, "default": "none"}}]}})");
    return workflow;
}

NodeSelector selector(const std::string& text) {
    return *NodeSelector::parse(text);
}

std::vector<std::string> keys(const json& object) {
    std::vector<std::string> names;
    for (const auto& [key, value] : object.items()) {
        names.push_back(key);
    }
    return names;
}

using Strings = std::vector<std::string>;

} // namespace

TEST_CASE("nodes are shown below their template, attempts below their retry") {
    const auto view = read_workflow(dag().dump());
    REQUIRE(view.has_value());
    CHECK(view->head.status == "Failed");
    CHECK(view->is_completed);
    CHECK(view->head.parameters.at(1).second == "2");
    CHECK(tree_lines(*view, kNow, false, true, nullptr) ==
          Strings{"✖ w · main", "├─ ✔ a  2.0 s  result=fine", "├─ ✖ b", "│  └─ ✖ b(0)  exit code 1",
                  "└─ ○ c"});
    const NodeSelector failed = selector("phase=Failed,displayName!=b");
    CHECK(tree_lines(*view, kNow, false, false, &failed) ==
          Strings{"✖ w · main", "└─ ✖ b", "   └─ ✖ b(0)  exit code 1"});
}

TEST_CASE("packed nodes are unpacked, and those in a database named") {
    json workflow = dag();
    const json nodes = workflow["status"]["nodes"];
    workflow["status"].erase("nodes");
    workflow["status"]["compressedNodes"] = control::pack_nodes(nodes.dump());
    CHECK(read_workflow(workflow.dump())->nodes.size() == 5);
    workflow["status"]["compressedNodes"] = "nonsense";
    CHECK(read_workflow(workflow.dump()).error().message ==
          "cannot unpack the nodes of workflow `w`");
    workflow["status"].erase("compressedNodes");
    workflow["status"]["offloadNodeStatusVersion"] = "fnv:1";
    CHECK(!read_workflow(workflow.dump()).has_value());
    CHECK(!read_workflow("[]").has_value());
}

TEST_CASE("suspending and resuming change the spec, and suspend nodes that wait") {
    json workflow = waiting();
    CHECK(json::parse(*suspended(workflow.dump()))["spec"]["suspend"] == true);
    CHECK(suspended(dag().dump()).error().message == "workflow `w` has ended: Failed");
    workflow["spec"]["suspend"] = true;
    // Its supplied output has no value.
    CHECK(resumed(workflow.dump(), nullptr, kNow)
              .error()
              .message.starts_with("the output parameter `ok` of node `d` has no value"));
    json& ok = workflow["status"]["nodes"]["w-5"]["outputs"]["parameters"][0];
    ok["valueFrom"]["default"] = "yes";
    const json after = json::parse(*resumed(workflow.dump(), nullptr, kNow));
    CHECK(!after["spec"].contains("suspend"));
    const json& node = after["status"]["nodes"]["w-5"];
    CHECK(node["phase"] == "Succeeded");
    CHECK(node["finishedAt"] == "2027-01-15T08:00:00Z");
    CHECK(node["outputs"]["parameters"][1] == json({{"name", "why"}, {"value", "none"}}));
    CHECK(resumed(dag().dump(), nullptr, kNow).error().message == "workflow `w` has ended: Failed");
}

TEST_CASE("people give suspend nodes phases, messages and outputs") {
    const std::string workflow = waiting().dump();
    const NodeChange change{"Succeeded", "by hand", {{"ok", "1"}}};
    const json after =
        json::parse(*nodes_set(workflow, selector("inputs.parameters.x.value=7"), change, kNow));
    const json& node = after["status"]["nodes"]["w-5"];
    CHECK(node["message"] == "by hand");
    CHECK(node["outputs"]["parameters"][0]["value"] == "1");
    CHECK(!node["outputs"]["parameters"][0].contains("valueFrom"));
    CHECK(after["status"]["outputs"]["parameters"] ==
          json::array({{{"name", "all"}, {"value", "1"}}}));
    CHECK(nodes_set(workflow, selector("displayName=b"), change, kNow).error().message ==
          "no suspend node of workflow `w` that waits matches");
    CHECK(nodes_set(workflow, selector(""), {"", "", {{"no", "1"}}}, kNow)
              .error()
              .message.starts_with("node `d` expects no output parameter `no`"));
}

TEST_CASE("a retry deletes what failed and lets the nodes above run again") {
    const auto again = retried(dag().dump(), nullptr, {}, kNow);
    REQUIRE(again.has_value());
    const json after = json::parse(again->workflow);
    const json& nodes = after["status"]["nodes"];
    CHECK(keys(nodes) == Strings{"w", "w-1", "w-2"});
    CHECK(nodes["w"]["phase"] == "Running");
    CHECK(nodes["w-1"]["phase"] == "Succeeded");
    CHECK(nodes["w-2"]["phase"] == "Running");
    CHECK(nodes["w-2"]["children"] == json::array());
    CHECK(again->pods.size() == 1);
    CHECK(again->pods[0].starts_with("w-t-"));
    CHECK(!after["status"].contains("phase"));
    CHECK(!after["spec"].contains("shutdown"));
    CHECK(!after["metadata"]["labels"].contains("workflows.argoproj.io/completed"));
    CHECK(after["status"]["conditions"][0]["status"] == "False");
}

TEST_CASE("a retry starts again what the selector chooses, and refuses what has not failed") {
    json workflow = dag();
    const NodeSelector chosen = selector("displayName=a");
    const auto again = retried(workflow.dump(), &chosen, {{"p", "9"}}, kNow);
    REQUIRE(again.has_value());
    const json after = json::parse(again->workflow);
    CHECK(keys(after["status"]["nodes"]) == Strings{"w"});
    CHECK(after["spec"]["arguments"]["parameters"][0] == json({{"name", "p"}, {"value", "9"}}));
    CHECK(again->pods.size() == 2);
    workflow["status"]["phase"] = "Succeeded";
    CHECK(retried(workflow.dump(), nullptr, {}, kNow)
              .error()
              .message.starts_with("workflow `w` has succeeded; `--restart-successful"));
    workflow["status"]["phase"] = "Running";
    CHECK(retried(workflow.dump(), nullptr, {}, kNow).error().message ==
          "workflow `w` has not ended");
}

TEST_CASE("a copy carries the user's labels, and memoized what succeeded") {
    const json copy = json::parse(*resubmitted(dag().dump(), false, "abcde", {{"p", "3"}}, kNow));
    CHECK(copy["metadata"]["generateName"] == "w-");
    CHECK(copy["metadata"]["labels"] ==
          json({{"mine", "1"}, {"workflows.argoproj.io/resubmitted-from-workflow", "w"}}));
    CHECK(!copy.contains("status"));
    CHECK(!copy["spec"].contains("shutdown"));
    const json kept = json::parse(*resubmitted(dag().dump(), true, "abcde", {}, kNow));
    CHECK(kept["metadata"]["name"] == "w-abcde");
    const json& nodes = kept["status"]["nodes"];
    REQUIRE(nodes.contains("w-abcde"));
    CHECK(nodes["w-abcde"]["phase"] == "Pending");
    bool has_kept = false;
    for (const auto& [id, node] : nodes.items()) {
        CHECK(node["id"] == id);
        if (node["displayName"] != "a") continue;
        has_kept = true;
        CHECK(node["phase"] == "Skipped");
        CHECK(node["message"] == "original pod: w-1");
        CHECK(node["boundaryID"] == "w-abcde");
    }
    CHECK(has_kept);
}

TEST_CASE("submissions take what the command line says") {
    Overrides overrides;
    overrides.entrypoint = "other";
    overrides.service_account = "robot";
    overrides.labels = "a=b,c=";
    overrides.parameters = {{"p", "8"}, {"new", "n"}};
    overrides.priority = 3;
    const json made = json::parse(*with_overrides(dag().dump(), overrides));
    CHECK(made["spec"]["entrypoint"] == "other");
    CHECK(made["spec"]["serviceAccountName"] == "robot");
    CHECK(made["spec"]["priority"] == 3);
    CHECK(made["metadata"]["labels"]["a"] == "b");
    CHECK(made["metadata"]["labels"]["c"] == "");
    CHECK(made["spec"]["arguments"]["parameters"] ==
          json::parse(R"([{"name":"p","value":"8"},{"name":"new","value":"n"},
                          {"name":"q","value":2}])"));
    overrides.labels = "nonsense";
    CHECK(with_overrides(dag().dump(), overrides).error().message ==
          "`nonsense` is no label; write `NAME=VALUE,NAME=VALUE`");
}

TEST_CASE("templates and cron workflows become workflows as Argo makes them") {
    const json of_template = json::parse(workflow_of_template("t", true));
    CHECK(of_template["metadata"]["generateName"] == "t-");
    CHECK(of_template["metadata"]["labels"]["workflows.argoproj.io/cluster-workflow-template"] ==
          "t");
    CHECK(of_template["spec"]["workflowTemplateRef"] ==
          json({{"name", "t"}, {"clusterScope", true}}));
    const json of_cron = json::parse(workflow_of_cron(R"({"metadata":{"name":"c","uid":"u"},
        "spec":{"schedule":"@daily","workflowMetadata":{"labels":{"x":"y"}},
                "workflowSpec":{"entrypoint":"main"}}})",
                                                      kNow));
    CHECK(of_cron["spec"] == json({{"entrypoint", "main"}}));
    CHECK(of_cron["metadata"]["labels"] ==
          json({{"workflows.argoproj.io/cron-workflow", "c"}, {"x", "y"}}));
    CHECK(of_cron["metadata"]["ownerReferences"][0]["uid"] == "u");
    CHECK(of_cron["metadata"]["annotations"]["workflows.argoproj.io/scheduled-time"] ==
          "2027-01-15T08:00:00Z");
}
