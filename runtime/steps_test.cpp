// Steps, conditions, loops and the nodes that they make.

#include <catch2/catch.hpp>

#include "runtime/scripted_run.h"

namespace tiphys::run {
namespace {

/// A workflow whose entrypoint is `main`, with templates `work` (one parameter `m`) and `bad`.
std::string workflow(const std::string& main) {
    return "apiVersion: argoproj.io/v1alpha1\n"
           "kind: Workflow\n"
           "metadata: {name: wf}\n"
           "spec:\n"
           "  entrypoint: main\n"
           "  templates:\n"
           "  - name: work\n"
           "    inputs: {parameters: [{name: m, default: none}]}\n"
           "    container: {image: i, command: [echo], args: ['{{inputs.parameters.m}}']}\n"
           "    outputs: {parameters: [{name: p, valueFrom: {path: /tmp/p, default: d}}]}\n"
           "  - name: bad\n"
           "    container: {image: i, command: ['false']}\n" +
           main;
}

SimulatedTask by_command(const TaskSpec& spec) {
    if (spec.processes[0].command[0] == "false") return fail_with(1);
    const bool speaks = spec.capture_result && !spec.processes[0].args.empty();
    SimulatedTask task = succeed(speaks ? spec.processes[0].args[0] : "");
    for (const ParameterFile& file : spec.parameter_files) {
        task.report.parameters.push_back({file.name, "made", file.global_name});
    }
    return task;
}

TEST_CASE("groups run one after the other and hang off what came before") {
    const ScriptedRun run(workflow(R"(
  - name: main
    steps:
    - - {name: a, template: work}
      - {name: b, template: work}
    - - {name: c, template: work,
          arguments: {parameters: [{name: m, value: "{{steps.a.outputs.parameters.p}}"}]}}
)"),
                          by_command);
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.tree() == ". Steps Succeeded\n"
                        "[0] StepGroup Succeeded\n"
                        "[0].a Pod Succeeded\n"
                        "[0].b Pod Succeeded\n"
                        "[1] StepGroup Succeeded\n"
                        "[1].c Pod Succeeded\n");
    CHECK(run.children("[0]") == "[0].a [0].b");
    CHECK(run.children("[0].a") == "[1]");
    CHECK(run.children("[0].b") == "[1]");
    CHECK(run.input("[1].c", 0) == "made");
}

TEST_CASE("a failed step ends the template after its group") {
    const ScriptedRun run(workflow(R"(
  - name: main
    steps:
    - - {name: a, template: bad}
      - {name: b, template: work}
    - - {name: c, template: work}
)"),
                          by_command);
    const std::string message = "child '" + node_id(run.state(), run.find("[0].a")) + "' failed";
    CHECK(run.outcome() == "Failed: " + message);
    CHECK(run.node("[0]") == "StepGroup Failed: " + message);
    CHECK(run.node("[0].b") == "Pod Succeeded");
    CHECK(run.node("[1]") == "-");
}

TEST_CASE("continueOn keeps the group going, and its step can be asked about") {
    const ScriptedRun run(workflow(R"(
  - name: main
    steps:
    - - {name: a, template: bad, continueOn: {failed: true}}
    - - {name: c, template: work,
          arguments: {parameters: [{name: m, value: "{{steps.a.status}} {{steps.a.exitCode}}"}]}}
)"),
                          by_command);
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.input("[1].c", 0) == "Failed 1");
}

TEST_CASE("a false condition skips a step without looking at its arguments") {
    const ScriptedRun run(workflow(R"(
  - name: main
    steps:
    - - {name: a, template: work, when: "1 == 2"}
    - - {name: b, template: work, when: "{{steps.a.status}} == Succeeded",
          arguments: {parameters: [{name: m, value: "{{steps.a.outputs.result}}"}]}}
      - {name: c, template: work,
            arguments: {parameters: [{name: m, value: "{{=steps.a.outputs.parameters.p ?? 'x'}}"}]}}
)"),
                          by_command);
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.node("[0].a") == "Skipped Skipped: when '1 == 2' evaluated false");
    CHECK(run.node("[1].b") == "Skipped Skipped: when 'Skipped == Succeeded' evaluated false");
    CHECK(run.input("[1].c", 0) == "d");
}

TEST_CASE("a reference to a sibling of the same group is an error that names it") {
    const ScriptedRun run(workflow(R"(
  - name: main
    steps:
    - - {name: a, template: work}
      - {name: b, template: work,
            arguments: {parameters: [{name: m, value: "{{steps.a.outputs.result}}"}]}}
)"),
                          by_command);
    CHECK(run.outcome() == "Failed: failed to resolve references: failed to resolve "
                           "{{steps.a.outputs.result}}");
    CHECK(run.node("[0].a") == "-");
}

TEST_CASE("loops expand to nodes with the element in their names, and aggregate") {
    const ScriptedRun run(workflow(R"(
  - name: main
    steps:
    - - {name: l, template: work, withItems: [7, b(c), {k: v, a: 1}],
          arguments: {parameters: [{name: m, value: '"{{item}}"'}]}}
      - {name: w, template: work, withItems: [7, 8], when: "{{item}} != 7"}
      - {name: s, template: work, withSequence: {start: "3", end: "1", format: "n%02d"},
            arguments: {parameters: [{name: m, value: '{{item}}'}]}}
    - - {name: c, template: work,
          arguments: {parameters: [{name: m, value: "{{steps.s.outputs.parameters.p}}"}]}}
)"),
                          by_command);
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.node("[0].w(0:7)") == "Skipped Skipped: when '7 != 7' evaluated false");
    CHECK(run.node("[0].l(1:bc)") == "Pod Succeeded");
    CHECK(run.input("[0].l(1:bc)", 0) == "\"b(c)\"");
    CHECK(run.input("[0].l(2:a:1,k:v)", 0) == "\"{\"a\":1,\"k\":\"v\"}\"");
    CHECK(run.input("[0].s(2:n01)", 0) == "n01");
    CHECK(run.input("[1].c", 0) == R"(["made","made","made"])");
}

TEST_CASE("results of a loop become a list in its order") {
    const ScriptedRun run(workflow(R"(
  - name: main
    steps:
    - - {name: l, template: work, withItems: [2, 1],
          arguments: {parameters: [{name: m, value: '{{item}}'}]}}
    - - {name: c, template: work, withParam: "{{steps.l.outputs.result}}",
          arguments: {parameters: [{name: m, value: "{{item}}"}]}}
)"),
                          [](const TaskSpec& spec) {
                              SimulatedTask task = by_command(spec);
                              // The second element ends first.
                              task.duration_ms = spec.processes[0].args[0] == "2" ? 5000 : 1000;
                              return task;
                          });
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.children("[1]") == "[1].c(0:2) [1].c(1:1)");
}

TEST_CASE("an element that lacks a key stops the whole loop") {
    const ScriptedRun run(workflow(R"(
  - name: main
    steps:
    - - {name: l, template: work, withItems: [{k: 1}, {x: 2}],
          arguments: {parameters: [{name: m, value: '{{item.k}}'}]}}
)"),
                          by_command);
    CHECK(run.outcome() == "Failed: failed to resolve {{item.k}}");
    CHECK(run.children("[0]").empty());
}

TEST_CASE("an empty loop leaves one skipped node") {
    const ScriptedRun run(workflow(R"(
  - name: main
    steps:
    - - {name: l, template: work, withParam: "[]"}
      - {name: i, template: work, withParam: "no list", when: "false"}
)"),
                          by_command);
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.node("[0].l") == "Skipped Skipped: Skipped, empty params");
    CHECK(run.node("[0].i") == "Skipped Skipped: Skipped, empty params");
}

TEST_CASE("parallelism of a template holds its children back") {
    const ScriptedRun run(workflow(R"(
  - name: main
    parallelism: 2
    steps:
    - - {name: l, template: work, withSequence: {count: "7"}}
)"),
                          by_command);
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.backend().most_running() == 2);
    CHECK(run.backend().started().size() == 7);
}

TEST_CASE("failFast of a template starts nothing after a failure") {
    const ScriptedRun run(workflow(R"(
  - name: main
    parallelism: 1
    failFast: true
    steps:
    - - {name: a, template: work}
      - {name: b, template: bad}
      - {name: c, template: work}
)"),
                          by_command);
    const std::string message = "template has failed or errored children and failFast enabled";
    CHECK(run.outcome() == "Failed: " + message);
    CHECK(run.node("[0]") == "StepGroup Failed: " + message);
    CHECK(run.node("[0].c") == "-");
}

TEST_CASE("recursion ends at its limit and the failure travels up") {
    const ScriptedRun run(workflow(R"(
  - name: main
    steps:
    - - {name: again, template: main}
)"),
                          by_command);
    CHECK(run.state().phase == RunPhase::kFailed);
    const NodeId last = static_cast<NodeId>(run.state().nodes.size() - 1);
    CHECK(message_of(run.state(), last).find("Maximum recursion depth") == 0);
}

TEST_CASE("exit handlers see how the run went, and spoil a success only") {
    const ScriptedRun good(workflow(R"(
  - name: main
    steps:
    - - {name: a, template: bad}
  onExit: work
)"),
                           by_command);
    CHECK(good.node(".onExit") == "Pod Succeeded");
    CHECK(good.state().phase == RunPhase::kFailed);
    const ScriptedRun spoiled(workflow(R"(
  - name: main
    steps:
    - - {name: a, template: work}
  onExit: bad
)"),
                              by_command);
    CHECK(spoiled.outcome() == "Failed: main: Error (exit code 1)");
}

TEST_CASE("a step's exit hook is called once it has completed, and waited for") {
    const ScriptedRun run(workflow(R"(
  - name: main
    steps:
    - - {name: a, template: bad, continueOn: {failed: true}, onExit: work}
      - {name: b, template: work, when: "false", onExit: work}
    - - {name: c, template: work}
)"),
                          by_command);
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.node("[0].a.onExit") == "Pod Succeeded");
    CHECK(run.node("[0].b.onExit") == "-");
    CHECK(run.backend().started().back() == "wf[1].c");
}

TEST_CASE("a task that cannot be started for its values is an error of its caller") {
    const ScriptedRun run(workflow(R"(
  - name: needy
    inputs: {parameters: [{name: must}]}
    container: {image: i, command: [echo]}
  - name: main
    steps:
    - - {name: a, template: needy}
)"),
                          by_command);
    CHECK(run.outcome() == "Failed: step group deemed errored due to child wf[0].a error: "
                           "inputs.parameters.must was not supplied");
    CHECK(run.node("[0].a") == "Skipped Error: inputs.parameters.must was not supplied");
}

TEST_CASE("unsupported fields are found before anything starts") {
    const ScriptedRun run(workflow(R"(
  - name: main
    resource: {action: get}
  - name: unused
    plugin: {hello: {}}
)"),
                          by_command);
    REQUIRE(run.unsupported().size() == 1);
    CHECK(run.unsupported()[0].path == "spec.templates.main.resource");
    CHECK(run.backend().started().empty());
}

} // namespace
} // namespace tiphys::run
