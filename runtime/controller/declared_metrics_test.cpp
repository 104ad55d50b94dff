// What declared metrics come to.

#include <catch2/catch.hpp>

#include "runtime/controller/declared_metrics.h"
#include "runtime/scripted_run.h"

using namespace tiphys; // NOLINT(google-build-using-namespace)

namespace {

constexpr const char* kSpec = R"({
  "metrics": {"prometheus": [
    {"name": "runs", "help": "Runs", "labels": [{"key": "status", "value": "{{workflow.status}}"}],
     "counter": {"value": "1"}},
    {"name": "seconds", "help": "Seconds", "gauge": {"value": "{{workflow.duration}}"}}]},
  "templates": [
    {"name": "work", "metrics": {"prometheus": [
      {"name": "failures", "help": "F", "when": "{{status}} == Failed",
       "labels": [{"key": "who", "value": "{{inputs.parameters.who}} of {{workflow.name}}"}],
       "counter": {"value": "{{=1 + 1}}"}},
      {"name": "took", "help": "T", "histogram": {"buckets": [1, 2.5], "value": "{{duration}}"}},
      {"name": "free", "help": "D", "gauge": {"operation": "Sub", "value": "{{outputs.result}}"}},
      {"name": "tries", "help": "R", "gauge": {"value": "{{retries}}"}}]}}]})";

constexpr const char* kNode = R"({"id": "wf-1", "type": "Pod", "templateName": "work",
  "templateScope": "local/wf", "phase": "Failed", "startedAt": "2026-01-01T00:00:00Z",
  "finishedAt": "2026-01-01T00:00:02Z",
  "inputs": {"parameters": [{"name": "who", "value": "me"}]},
  "outputs": {"result": "7", "exitCode": "1"}})";

constexpr const char* kWorkflow = R"(
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: wf}
spec:
  entrypoint: main
  templates: [{name: main, container: {image: busybox, command: [work]}}]
)";

run::SimulatedTask succeed(const run::TaskSpec&) {
    return run::succeed();
}

std::string with(std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
}

} // namespace

TEST_CASE("metrics of a template are those of its nodes that have ended") {
    const run::ScriptedRun done(kWorkflow, succeed);
    const control::DeclaredMetrics declared(kSpec, "");
    CHECK_FALSE(declared.empty());
    const auto [values, problems] = declared.of_node(done.state(), kNode);
    REQUIRE(values.size() == 3);
    CHECK(values[0].name == "failures");
    CHECK(values[0].kind == metrics::MetricKind::kCounter);
    CHECK(values[0].labels == metrics::Labels{{"who", "me of wf"}});
    CHECK(values[0].value == 2);
    CHECK(values[1].buckets == std::vector<double>{1, 2.5});
    CHECK(values[1].value == 2);
    CHECK(values[2].is_added);
    CHECK(values[2].value == -7);
    // It is no retry.
    CHECK(problems ==
          std::vector<std::string>{"metric `tries` has no value: failed to resolve {{retries}}"});
    CHECK(declared.of_node(done.state(), with(kNode, "Failed", "Succeeded")).values.size() == 2);
    CHECK(declared.of_node(done.state(), with(kNode, "Failed", "Omitted")).values.empty());
    CHECK(declared.of_node(done.state(), with(kNode, "\"Pod\"", "\"TaskGroup\"")).values.empty());
    CHECK(declared.of_node(done.state(), with(kNode, "\"work\"", "\"other\"")).values.empty());
}

TEST_CASE("real-time gauges count from the beginning, and stop at the end") {
    const run::ScriptedRun done(kWorkflow, succeed);
    const control::DeclaredMetrics declared(R"({
      "metrics": {"prometheus": [
        {"name": "age", "help": "A", "gauge": {"realtime": true, "value": "{{workflow.duration}}"}},
        {"name": "runs", "help": "R", "counter": {"value": "1"}},
        {"name": "mixed", "help": "M", "gauge": {"realtime": true, "value": "1{{duration}}"}},
        {"name": "other", "help": "O", "gauge": {"realtime": true, "value": "{{status}}"}}]},
      "templates": [{"name": "work", "metrics": {"prometheus": [
        {"name": "took", "help": "T", "gauge": {"realtime": true, "value": "{{ duration }}"}},
        {"name": "end", "help": "E", "counter": {"value": "1"}}]}}]})",
                                            "");
    CHECK(declared.has_realtime());
    run::State begun(done.plan());
    begun.started_ms = 1'000;
    const auto [values, problems] = declared.of_begun_run(begun);
    REQUIRE(values.size() == 1);
    CHECK(values[0].name == "age");
    CHECK(values[0].since_ms == begun.started_ms);
    CHECK(problems ==
          std::vector<std::string>{"metric `mixed` has no value: a real-time gauge shows one "
                                   "variable, as `{{workflow.duration}}`",
                                   "metric `other` has no value: `status` is not available as a "
                                   "real-time metric"});
    const auto ended = declared.of_run(done.state()).values;
    REQUIRE(ended.size() == 2);
    CHECK(ended[0].since_ms == 0);
    CHECK(ended[0].value ==
          static_cast<double>(done.state().finished_ms - done.state().started_ms) / 1000);

    std::string running = with(kNode, "Failed", "Running");
    running = with(running, "\"finishedAt\": \"2026-01-01T00:00:02Z\",", "");
    const auto of_node = declared.of_begun_node(begun, running).values;
    REQUIRE(of_node.size() == 1);
    CHECK(of_node[0].name == "took");
    CHECK(of_node[0].since_ms == 1'767'225'600'000);
    const auto of_ended = declared.of_node(begun, kNode).values;
    REQUIRE(of_ended.size() == 2);
    CHECK(of_ended[0].since_ms == 0);
    CHECK(of_ended[0].value == 2);
}

TEST_CASE("a metric without help has no value, and one of the run knows its entry point") {
    const run::ScriptedRun done(kWorkflow, succeed);
    const control::DeclaredMetrics declared(
        R"({"metrics": {"prometheus": [{"name": "mute", "counter": {"value": "1"}},
            {"name": "told", "help": "T", "labels": [{"key": "s", "value": "{{status}}"}],
             "counter": {"value": "1"}}]}})",
        "");
    CHECK_FALSE(declared.has_realtime());
    const auto [values, problems] = declared.of_run(done.state());
    REQUIRE(values.size() == 1);
    CHECK(values[0].labels == metrics::Labels{{"s", "Succeeded"}});
    CHECK(problems == std::vector<std::string>{"metric `mute` has no value: it has no `help`"});
}

TEST_CASE("metrics of the run, and of templates of other objects") {
    const run::ScriptedRun done(kWorkflow, succeed);
    const control::DeclaredMetrics declared(kSpec,
                                            R"({"namespaced/lib/work": {"metrics": {"prometheus": [
            {"name": "lib", "help": "L", "counter": {"value": "1"}}]}}})");
    const auto [values, problems] = declared.of_run(done.state());
    REQUIRE(values.size() == 2);
    CHECK(values[0].labels == metrics::Labels{{"status", "Succeeded"}});
    CHECK(values[1].kind == metrics::MetricKind::kGauge);
    CHECK(problems.empty());
    const std::string called = with(kNode, "\"templateName\": \"work\"",
                                    R"("templateRef": {"name": "lib", "template": "work"})");
    REQUIRE(declared.of_node(done.state(), called).values.size() == 1);
    CHECK(declared.of_node(done.state(), called).values[0].name == "lib");
    const std::string within = with(kNode, "local/wf", "namespaced/lib");
    CHECK(declared.of_node(done.state(), within).values.size() == 1);
    // A template of the library that has the name of one here, and declares nothing.
    const std::string other = with(kNode, "local/wf", "namespaced/other");
    CHECK(declared.of_node(done.state(), other).values.empty());
    CHECK(declared.of_node(done.state(), other).problems.empty());
    CHECK(control::DeclaredMetrics(R"({"templates": []})", "").empty());
}
