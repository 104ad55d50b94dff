// Settings, retention, locks between runs, and what workflows refer to.

#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>
#include <string>

#include <catch2/catch.hpp>

#include "runtime/controller/cluster_objects.h"
#include "runtime/controller/config.h"
#include "runtime/controller/lock_table.h"
#include "runtime/controller/pod_usage.h"
#include "runtime/controller/retention.h"

using namespace tiphys; // NOLINT(google-build-using-namespace)

TEST_CASE("settings stand under keys of their own or under `config`") {
    const control::Config one = control::read_config({{"parallelism", "7"},
                                                      {"nodeEvents", "enabled: false\n"},
                                                      {"retentionPolicy", "completed: 3\n"},
                                                      {"images", "a/b:c:\n  cmd: [run]\n"},
                                                      {"nonsense", "1"}});
    CHECK(one.parallelism == 7);
    CHECK_FALSE(one.sends_node_events);
    CHECK(one.sends_workflow_events);
    CHECK(one.retention.n_completed == 3);
    CHECK(one.pods.images.at("a/b:c").cmd == std::vector<std::string>{"run"});
    CHECK(one.unknown == std::vector<std::string>{"nonsense"});
    const control::Config all = control::read_config(
        {{"config", "namespaceParallelism: 2\nworkflowDefaults:\n  spec: {hostNetwork: true}\n"}});
    CHECK(all.namespace_parallelism == 2);
    CHECK(all.workflow_defaults.find("hostNetwork") != std::string::npos);
}

TEST_CASE("what pods get of the settings") {
    const control::Config config =
        control::read_config({{"podGCDeleteDelayDuration", "1m"},
                              {"podGCGracePeriodSeconds", "0"},
                              {"executor", "image: mine\nimagePullPolicy: Never"},
                              {"workflowRestrictions", "templateReferencing: Strict"},
                              {"persistence", "archive: true"},
                              {"sso", "issuer: x"}});
    CHECK(config.pods.gc_delay_ms == 60'000);
    CHECK(config.pods.gc_grace_s == 0);
    CHECK(config.pods.executor_image == "mine");
    CHECK(config.pods.executor_pull_policy == "Never");
    CHECK(config.template_referencing == "Strict");
    CHECK(config.unused == std::vector<std::string>{"persistence"});
    CHECK(config.unknown.empty());
}

TEST_CASE("the page on Kubernetes tells of each setting") {
    const char* const root = std::getenv("TIPHYS_SOURCE_DIR");
    std::ifstream file(std::string(root == nullptr ? "." : root) + "/docs/kubernetes.md");
    std::map<std::string, std::string> told;
    for (std::string line; std::getline(file, line);) {
        const std::size_t end = line.find("` |");
        if (line.starts_with("| `") && end != line.npos) told[line.substr(3, end - 3)] = line;
    }
    for (const control::Setting& setting : control::settings()) {
        INFO(setting.key);
        const std::string& line = told[std::string(setting.key)];
        CHECK_FALSE(line.empty());
        const bool is_unused = line.find("| not used") != line.npos;
        CHECK(is_unused == (setting.use != control::SettingUse::kUsed));
    }
    CHECK(control::settings().size() == 31);
}

TEST_CASE("the endpoint of metrics is as its settings say") {
    const control::MetricsSettings plain = control::read_config({}).metrics;
    CHECK(plain.is_enabled);
    CHECK(plain.path == "/metrics");
    CHECK(plain.ttl_ms == 0);
    const control::Config config = control::read_config(
        {{"metricsConfig", "enabled: false\npath: /m\nport: 8080\nmetricsTTL: 2d\nsecure: true\n"
                           "ignoreErrors: true\nmodifiers:\n  total_count: {disabled: true}\n"
                           "  workflowtemplate_runtime: {histogramBuckets: [5, 1], "
                           "disabledAttributes: [name]}\n"}});
    CHECK_FALSE(config.metrics.is_enabled);
    CHECK(config.metrics.path == "/m");
    CHECK(config.metrics.port == 8080);
    CHECK(config.metrics.ttl_ms == 172'800'000);
    CHECK(config.metrics.modifiers.at("total_count").is_disabled);
    CHECK(config.metrics.modifiers.at("workflowtemplate_runtime").buckets ==
          std::vector<double>{1, 5});
    CHECK(config.unused ==
          std::vector<std::string>{
              "metricsConfig.modifiers.workflowtemplate_runtime.disabledAttributes",
              "metricsConfig.secure"});
    const control::Config odd =
        control::read_config({{"metricsConfig", "metricsTTL: soon\nport: [1]\nmodifiers: {a: 5}"}});
    CHECK(odd.unreadable == std::vector<std::string>{"metricsConfig.metricsTTL"});
    CHECK(odd.metrics.port == 0);
    CHECK(control::read_config({{"metricsConfig", "metricsTTL: 90m"}}).metrics.ttl_ms == 5'400'000);
}

TEST_CASE("finished workflows go when their time has come, or when there are too many") {
    control::Retention retention;
    retention.set_policy({1, std::nullopt, std::nullopt});
    control::KnownWorkflow workflow;
    workflow.name_space = "n";
    workflow.phase = "Succeeded";
    for (const auto& [name, finished_ms] : {std::pair("old", 1'000), std::pair("new", 2'000)}) {
        workflow.name = name;
        workflow.finished_ms = finished_ms;
        retention.add(workflow);
    }
    auto expired = retention.take_expired(0);
    REQUIRE(expired.size() == 1);
    CHECK(expired[0].name == "old");
    CHECK(retention.take_expired(0).empty());
    workflow.name = "short";
    workflow.phase = "Failed";
    workflow.ttl_completion_s = 100;
    workflow.ttl_failure_s = 3;
    retention.add(workflow);
    CHECK(retention.next_ms() == 5'000);
    CHECK(retention.take_expired(4'999).empty());
    CHECK(retention.take_expired(5'000).size() == 1);
    CHECK(retention.next_ms() == std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("runs see the locks that others hold") {
    control::LockTable table;
    table.set("n/a", {{"n/Mutex/m", {"n/a"}}});
    table.set("n/b", {{"n/ConfigMap/c/k", {"n/b/x", "n/b/y"}}});
    CHECK(table.take_news());
    CHECK_FALSE(table.take_news());
    CHECK(table.outside("n/a") == control::LockTable::Counts{{"n/ConfigMap/c/k", 2}});
    CHECK(table.outside("n/c").size() == 2);
    CHECK(table.holders_of("n/ConfigMap/c/k") == std::vector<std::string>{"n/b/x", "n/b/y"});
    table.set("n/b", {{"n/ConfigMap/c/k", {"n/b/x", "n/b/y"}}});
    CHECK_FALSE(table.take_news());
    table.set("n/a", {});
    CHECK(table.take_news());
    CHECK(table.outside("n/b").empty());
}

TEST_CASE("what a workflow refers to is found through templates") {
    control::ClusterObjects objects;
    objects.set("WorkflowTemplate", "n", "outer",
                R"({"metadata":{"name":"outer"},"spec":{"templates":[{"steps":[[{"templateRef":
                    {"name":"inner","template":"x","clusterScope":true}}]]}]}})");
    objects.set("ClusterWorkflowTemplate", "", "inner", R"({"metadata":{"name":"inner"},
        "spec":{"arguments":{"parameters":[{"valueFrom":{"configMapKeyRef":{"name":"c"}}}]}}})");
    objects.set("ConfigMap", "n", "c", R"({"metadata":{"name":"c"},"data":{}})");
    objects.set("ConfigMap", "n", "other", R"({"metadata":{"name":"other"},"data":{}})");
    const std::string spec = R"({"workflowTemplateRef":{"name":"outer"}})";
    CHECK(objects.gather(spec, "n").size() == 3);
    CHECK(objects.gather(spec, "elsewhere").empty());
    const std::string dynamic = R"({"a":{"configMapKeyRef":{"name":"{{inputs.parameters.x}}"}}})";
    CHECK(objects.gather(dynamic, "n").size() == 2);
    objects.set("ConfigMap", "n", "c", "");
    CHECK(objects.find("ConfigMap", "n", "c") == nullptr);
}

TEST_CASE("what pods have used is counted once") {
    const auto pod = control::read_pod(R"({"metadata":{"name":"p","uid":"u",
        "labels":{"workflows.argoproj.io/workflow":"w"},
        "annotations":{"workflows.argoproj.io/node-id":"w-1"}},
        "spec":{"containers":[{"name":"main","resources":{"requests":{"cpu":"2"}}}]},
        "status":{"phase":"Succeeded","containerStatuses":[{"name":"main","state":{"terminated":
        {"startedAt":"2026-01-01T00:00:00Z","finishedAt":"2026-01-01T00:00:10Z"}}}]}})");
    REQUIRE(pod);
    CHECK(pod->has_ended);
    CHECK(pod->node_id == "w-1");
    control::PodUsage usage;
    std::map<run::NodeId, std::string> texts;
    usage.add(4, *pod, texts);
    usage.add(4, *pod, texts);
    CHECK(texts.at(4) == R"({"cpu":20,"memory":10})");
    CHECK(usage.total() == R"({"cpu":20,"memory":10})");
}
