// Dags: dependencies, results, failures, loops.

#include <catch2/catch.hpp>

#include "runtime/scripted_run.h"

namespace tiphys::run {
namespace {

/// A workflow that is one dag of `tasks`; templates `ok`, `bad` and `echo` (parameter `m`).
std::string dag(const std::string& tasks, const std::string& more = "") {
    return "apiVersion: argoproj.io/v1alpha1\n"
           "kind: Workflow\n"
           "metadata: {name: wf}\n"
           "spec:\n"
           "  entrypoint: main\n"
           "  templates:\n"
           "  - name: ok\n"
           "    container: {image: i, command: ['true']}\n"
           "  - name: bad\n"
           "    container: {image: i, command: ['false']}\n"
           "  - name: echo\n"
           "    inputs: {parameters: [{name: m}]}\n"
           "    container: {image: i, command: [echo], args: ['{{inputs.parameters.m}}']}\n"
           "  - name: main\n" +
           more + "    dag:\n      tasks:\n" + tasks;
}

SimulatedTask by_command(const TaskSpec& spec) {
    if (spec.processes[0].command[0] == "false") return fail_with(1);
    if (spec.processes[0].args.empty()) return succeed();
    if (spec.processes[0].args[0] == "fail") return fail_with(2);
    return succeed(spec.capture_result ? spec.processes[0].args[0] : "");
}

TEST_CASE("tasks follow their dependencies; those of a failed one are omitted") {
    const ScriptedRun run(dag(R"(
      - {name: a, template: ok}
      - {name: b, template: bad, dependencies: [a]}
      - {name: c, template: ok, dependencies: [b]}
      - {name: d, template: ok, dependencies: [c]}
      - {name: e, template: ok, depends: b.Failed}
)"),
                          by_command);
    CHECK(run.outcome() == "Failed");
    CHECK(run.tree() == ". DAG Failed\n"
                        ".a Pod Succeeded\n"
                        ".b Pod Failed: main: Error (exit code 1)\n"
                        ".c Skipped Omitted: omitted: depends condition not met\n"
                        ".e Pod Succeeded\n"
                        ".d Skipped Omitted: omitted: depends condition not met\n");
    CHECK(run.children("") == ".a");
    CHECK(run.children(".b") == ".c .e");
}

TEST_CASE("a failure is forgiven where each branch ends well") {
    const ScriptedRun run(dag(R"(
      - {name: a, template: bad}
      - {name: b, template: ok, depends: a.Failed || a.Succeeded}
)"),
                          by_command);
    CHECK(run.outcome() == "Succeeded");
}

TEST_CASE("each call of a dag has the targets that it was called with") {
    const char* const kTasks = R"(
      - {name: root, template: ok}
      - {name: left, template: ok, dependencies: [root]}
      - {name: right, template: bad, dependencies: [root]}
      - {name: last, template: ok, depends: right.Failed}
)";
    const auto target = [&](const std::string& targets) {
        std::string yaml =
            dag(kTasks, "    inputs: {parameters: [{name: t, value: '" + targets + "'}]}\n");
        const std::string plain = "    dag:\n";
        yaml.insert(yaml.find(plain) + plain.size(), "      target: '{{inputs.parameters.t}}'\n");
        return ScriptedRun(yaml, by_command);
    };
    const ScriptedRun left = target("left");
    CHECK(left.outcome() == "Succeeded");
    CHECK(left.node(".right") == "-");
    const ScriptedRun both = target("left right");
    CHECK(both.outcome() == "Failed");
    CHECK(both.node(".last") == "-");
    const ScriptedRun all = target("");
    CHECK(all.outcome() == "Succeeded");
    CHECK(all.node(".last") == "Pod Succeeded");
    const ScriptedRun unknown = target("lfet");
    CHECK(unknown.outcome() ==
          "Error: error in entry template execution: target lfet does not exist");
    CHECK(unknown.tree() == ". Skipped Error: target lfet does not exist\n");
}

TEST_CASE("a target that is written out must be a task") {
    std::string yaml = dag("      - {name: a, template: ok}\n");
    yaml.insert(yaml.find("      tasks:\n"), "      target: b\n");
    const ScriptedRun run(yaml, by_command);
    REQUIRE(run.unsupported().size() == 1);
    CHECK(run.unsupported()[0].reason == "there is no task `b`");
}

TEST_CASE("continueOn of a target and of others") {
    const ScriptedRun run(dag(R"(
      - {name: a, template: bad, continueOn: {failed: true}}
      - {name: b, template: ok, dependencies: [a]}
      - {name: z, template: bad, continueOn: {failed: true}}
)"),
                          by_command);
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.node(".b") == "Pod Succeeded");
}

TEST_CASE("independent branches go on after a failure") {
    const ScriptedRun run(dag(R"(
      - {name: a, template: bad}
      - {name: b, template: ok}
      - {name: c, template: ok, dependencies: [b]}
)"),
                          by_command);
    CHECK(run.outcome() == "Failed");
    CHECK(run.node(".c") == "Pod Succeeded");
}

TEST_CASE("a loop is a group that fails with its last failed element") {
    const ScriptedRun run(dag(R"(
      - {name: l, template: echo, withItems: [x, fail, z],
            arguments: {parameters: [{name: m, value: "{{item}}"}]}}
      - {name: any, template: ok, depends: l.AnySucceeded}
      - {name: all, template: ok, depends: l.AllFailed}
)"),
                          by_command);
    CHECK(run.node(".l") == "TaskGroup Failed");
    CHECK(run.children(".l") == ".l(0:x) .l(1:fail) .l(2:z)");
    CHECK(run.node(".any") == "Pod Succeeded");
    CHECK(run.node(".all") == "Skipped Omitted: omitted: depends condition not met");
    CHECK(run.children(".l(2:z)") == ".all .any");
}

TEST_CASE("results that are no JSON cannot be aggregated") {
    const ScriptedRun run(dag(R"(
      - {name: l, template: echo, withItems: [x],
            arguments: {parameters: [{name: m, value: "{{item}}"}]}}
      - {name: z, template: echo, depends: l,
            arguments: {parameters: [{name: m, value: "{{tasks.l.outputs.result}}"}]}}
)"),
                          by_command);
    CHECK(run.node(".z") == "Skipped Error: invalid character 'x' looking for beginning of value");
}

TEST_CASE("only ancestors can be asked") {
    const ScriptedRun run(dag(R"(
      - {name: a, template: ok}
      - {name: b, template: ok, dependencies: [a]}
      - {name: c, template: echo, dependencies: [b],
            arguments: {parameters: [{name: m, value: "{{tasks.a.status}}"}]}}
      - {name: d, template: echo, dependencies: [a],
            arguments: {parameters: [{name: m, value: "{{=tasks.b.status}}"}]}}
)"),
                          by_command);
    CHECK(run.input(".c", 0) == "Succeeded");
    CHECK(run.node(".d").find("Skipped Error: failed to evaluate expression") == 0);
}

TEST_CASE("the target decides what runs") {
    const ScriptedRun run(dag(R"(
      - {name: a, template: ok}
      - {name: b, template: ok, dependencies: [a]}
      - {name: c, template: bad, dependencies: [b]}
      target: b
)"),
                          by_command);
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.node(".c") == "-");
}

TEST_CASE("a dag's outputs come from its tasks") {
    const ScriptedRun run(dag(R"(
      - {name: a, template: echo, arguments: {parameters: [{name: m, value: "5"}]}}
)",
                              "    outputs: {parameters: [{name: o, valueFrom: {expression: "
                              "\"asInt(tasks.a.outputs.result) + 1\"}}]}\n"),
                          by_command);
    REQUIRE(run.outcome() == "Succeeded");
    CHECK(outputs_of(run.state(), 0)->parameters[0].value == "6");
}

TEST_CASE("attempts follow each other until the limit") {
    const ScriptedRun run(dag(R"(
      - {name: r, template: flaky}
      - {name: s, template: ok, dependencies: [r]}
  - name: flaky
    retryStrategy: {limit: "2", backoff: {duration: "10s", factor: "2"}}
    container: {image: i, command: [echo], args: ["{{retries}} {{lastRetry.exitCode}}"]}
)"),
                          [](const TaskSpec& spec) {
                              const bool is_last = !spec.processes[0].args.empty() &&
                                                   spec.processes[0].args[0] == "2 7";
                              return is_last || spec.processes[0].args.empty() ? succeed()
                                                                               : fail_with(7);
                          });
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.children(".r") == ".r(0) .r(1) .r(2)");
    CHECK(run.children(".r(2)") == ".s");
    CHECK(run.node(".r") == "Retry Succeeded");
    const State& state = run.state();
    const auto gap = [&](const char* before, const char* after) {
        return state.nodes[run.find(after)].started_ms - state.nodes[run.find(before)].finished_ms;
    };
    CHECK(gap(".r(0)", ".r(1)") == 10'000);
    CHECK(gap(".r(1)", ".r(2)") == 20'000);
}

TEST_CASE("retries end for policy, expression and limit") {
    const auto retried = [](const std::string& strategy) {
        return ScriptedRun(dag("      - {name: r, template: f}\n  - name: f\n    retryStrategy: " +
                               strategy + "\n    container: {image: i, command: ['false']}\n"),
                           by_command)
            .node(".r");
    };
    CHECK(retried("{limit: 1}") == "Retry Failed: No more retries left");
    CHECK(retried("{limit: 5, retryPolicy: OnError}") == "Retry Failed: main: Error (exit code 1)");
    CHECK(retried("{expression: \"asInt(lastRetry.exitCode) > 1\"}") ==
          "Retry Failed: retryStrategy.expression evaluated to false");
    CHECK(retried("{limit: 9, backoff: {duration: 1m, maxDuration: 30s}}") ==
          "Retry Failed: Backoff would exceed max duration limit");
}

TEST_CASE("suspended nodes go on by themselves, deadlines end what runs") {
    const ScriptedRun run(dag(R"(
      - {name: w, template: wait}
      - {name: t, template: slow}
  - name: wait
    suspend: {duration: 1h}
  - name: slow
    activeDeadlineSeconds: 5
    container: {image: i, command: [sleep]}
)"),
                          [](const TaskSpec&) {
                              SimulatedTask task = succeed();
                              task.duration_ms = 60'000;
                              return task;
                          });
    CHECK(run.node(".w") == "Suspend Succeeded");
    CHECK(run.node(".t") == "Pod Failed: Pod was active on the node longer than the specified "
                            "deadline");
    const Node& waited = run.state().nodes[run.find(".w")];
    CHECK(waited.finished_ms - waited.started_ms == 3'600'000);
}

TEST_CASE("ids are those of Argo, and two names of one hash stay apart") {
    CHECK(fnv1a("custom-job-thbh7[0]") == 1277661780U);
    CHECK(fnv1a("custom-job-thbh7[0].custom-job[0].custom-job-main") == 1277661780U);
    const ScriptedRun run(dag("      - {name: a, template: ok}\n"), by_command);
    CHECK(node_id(run.state(), run.find(".a")) == "wf-" + std::to_string(fnv1a("wf.a")));
}

} // namespace
} // namespace tiphys::run
