// What templates see of each other and of their workflow, and what nodes say of them.

#include <catch2/catch.hpp>

#include "runtime/scripted_run.h"
#include "runtime/status.h"

namespace tiphys::run {
namespace {

/// A workflow with the templates `main` and `ok` and those in `templates`; `head` is more of it.
std::string workflow(const std::string& templates, const std::string& head = "") {
    return "apiVersion: argoproj.io/v1alpha1\n"
           "kind: Workflow\n"
           "metadata: {name: wf}\n"
           "spec:\n"
           "  entrypoint: main\n" +
           head +
           "  templates:\n"
           "  - name: ok\n"
           "    container: {image: i, command: ['true']}\n"
           "  - name: echo\n"
           "    inputs: {parameters: [{name: m}]}\n"
           "    container: {image: i, command: [echo, '{{inputs.parameters.m}}']}\n"
           "  - name: made\n"
           "    container: {image: i, command: [make]}\n"
           "    outputs: {parameters: [{name: p, description: a text, valueFrom: {path: /p}}]}\n" +
           templates;
}

SimulatedTask with_outputs(const TaskSpec& spec) {
    SimulatedTask task = succeed();
    for (const ParameterFile& file : spec.parameter_files) {
        task.report.parameters.push_back({file.name, "made", file.global_name});
    }
    return task;
}

std::string shown(const ScriptedRun& run, std::string_view name) {
    return node_as_json(run.state(), run.find(name), {});
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
}

TEST_CASE("global outputs of a dag come with the end of the dag around it") {
    const std::string inner = R"(
  - name: inner
    dag:
      tasks: [{name: a, template: made}]
    outputs:
      parameters:
      - {name: r, globalName: g, valueFrom: {parameter: "{{tasks.a.outputs.parameters.p}}"}}
)";
    const auto globals_of = [&](const std::string& main) {
        const ScriptedRun run(workflow(inner + main), with_outputs);
        CHECK(run.outcome() == "Succeeded");
        return run.state().global_outputs.parameters.size();
    };
    CHECK(globals_of("  - name: main\n    dag: {tasks: [{name: i, template: inner}]}\n") == 1);
    CHECK(globals_of("  - name: main\n    steps: [[{name: i, template: inner}]]\n") == 0);
    CHECK(globals_of("  - name: main\n    steps: [[{name: a, template: made}]]\n"
                     "    outputs: {parameters: [{name: r, globalName: g, valueFrom: "
                     "{parameter: '{{steps.a.outputs.parameters.p}}'}}]}\n") == 1);
}

TEST_CASE("tags within expressions are replaced before these are read") {
    const ScriptedRun run(workflow(R"(
  - name: mid
    inputs: {parameters: [{name: want}]}
    steps:
    - - name: a
        template: ok
        hooks:
          good: {template: ok, expression: "steps.a.status == '{{inputs.parameters.want}}'"}
          bad: {template: ok, expression: "steps.a.status == '{{workflow.parameters.w}}'"}
    outputs:
      parameters:
      - {name: o, valueFrom: {expression: "'{{inputs.parameters.want}}-' + steps.a.status"}}
  - name: main
    steps:
    - - {name: m, template: mid, arguments: {parameters: [{name: want, value: Succeeded}]}}
    - - name: e
        template: echo
        arguments: {parameters: [{name: m, value: "{{steps.m.outputs.parameters.o}}"}]}
)",
                                   "  arguments: {parameters: [{name: w, value: Failed}]}\n"),
                          with_outputs);
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.input("[1].e", 0) == "Succeeded-Succeeded");
    CHECK(run.node("[0].m[0].a.hooks.good") == "Pod Succeeded");
    CHECK(run.node("[0].m[0].a.hooks.bad") == "-");
}

TEST_CASE("labels of the workflow are variables, also those that are computed") {
    const std::string metadata = "  arguments: {parameters: [{name: p, value: abc}]}\n"
                                 "  workflowMetadata:\n"
                                 "    labels: {fixed: f}\n"
                                 "    labelsFrom: {made: {expression: \"$E\"}}\n";
    const auto with_expression = [&](const std::string& expression) {
        std::string head = metadata;
        head.replace(head.find("$E"), 2, expression);
        return ScriptedRun(workflow(
            "  - name: main\n    steps: [[{name: a, template: echo, arguments: {parameters: "
            "[{name: m, value: '{{workflow.labels.fixed}} {{workflow.labels.made}}'}]}}]]\n",
            head));
    };
    const ScriptedRun run = with_expression("workflow.parameters.p + '-x'");
    CHECK(run.input("[0].a", 0) == "f abc-x");
    CHECK(run.plan().computed_labels.at("made") == "abc-x");
    CHECK(with_expression("len(workflow.parameters.p)").unsupported().size() == 1);
    CHECK(with_expression("'no label'").unsupported().size() == 1);
}

TEST_CASE("the workflow's parameters are a list that says what is known of each") {
    const ScriptedRun run(
        workflow("  - name: main\n    steps: [[{name: a, template: echo, arguments: {parameters: "
                 "[{name: m, value: '{{workflow.parameters}}'}]}}]]\n",
                 "  arguments: {parameters: [{name: p, value: '1', description: d}, "
                 "{name: q, default: two, value: two, enum: [two, three]}]}\n"));
    CHECK(run.input("[0].a", 0) ==
          R"([{"name":"p","value":"1","description":"d"},)"
          R"({"name":"q","default":"two","value":"two","enum":["two","three"]}])");
}

TEST_CASE("a template with an expression that cannot be read is an error of its caller") {
    const ScriptedRun run(workflow(R"(
  - name: broken
    inputs: {parameters: [{name: m, default: "{{=1 +}}"}]}
    steps:
    - - {name: x, template: ok}
  - name: main
    dag:
      tasks: [{name: a, template: broken}, {name: b, template: ok, depends: a.Errored}]
)"));
    CHECK(contains(run.node(".a"), "Skipped Error: task 'wf.a' errored: failed to evaluate "
                                   "expression: unexpected token EOF"));
    CHECK(run.node(".b") == "Pod Succeeded");
}

TEST_CASE("outputs with a value of their own are there whatever the task does") {
    const ScriptedRun run(workflow(R"(
  - name: told
    container: {image: i, command: [x]}
    outputs: {parameters: [{name: p, value: "{{workflow.name}}"}]}
  - name: main
    steps:
    - - {name: a, template: told}
    - - name: b
        template: echo
        arguments: {parameters: [{name: m, value: "{{steps.a.outputs.parameters.p}}"}]}
)"));
    CHECK(run.input("[1].b", 0) == "wf");
}

TEST_CASE("a node may be shown under the name that its template says") {
    const ScriptedRun run(workflow(R"(
  - name: shown
    annotations: {workflows.argoproj.io/display-name: "at-{{inputs.parameters.m}}"}
    inputs: {parameters: [{name: m}]}
    container: {image: i, command: ['true']}
  - name: main
    steps:
    - - {name: a, template: shown, arguments: {parameters: [{name: m, value: x}]}}
      - {name: b, template: shown, when: "false", arguments: {parameters: [{name: m, value: x}]}}
    - - {name: c, template: shown, arguments: {parameters: [{name: m, value: "x y"}]}}
)"));
    CHECK(display_name(run.state(), run.find("[0].a")) == "at-x");
    CHECK(display_name(run.state(), run.find("[0].b")) == "b");
    CHECK(contains(run.node("[1].c"), "Error: displayName must match the regex"));
}

TEST_CASE("nodes say what inputs and outputs are for") {
    const ScriptedRun run(workflow(R"(
  - name: chosen
    inputs:
      parameters: [{name: c}, {name: o, default: d}]
    suspend: {duration: "1"}
    outputs: {parameters: [{name: o, valueFrom: {supplied: {}}}]}
  - name: main
    steps:
    - - {name: a, template: made}
      - name: s
        template: chosen
        arguments: {parameters: [{name: c, value: '{"enum": ["x", 2]}'}]}
    - - name: b
        template: echo
        arguments: {parameters: [{name: m, value: "{{steps.a.hostNodeName}}"}]}
)"),
                          with_outputs);
    CHECK(run.outcome() == "Succeeded");
    CHECK(contains(shown(run, "[0].a"), R"("description":"a text")"));
    CHECK(contains(shown(run, "[0].s"), R"("default":"x","enum":["x","2"],"name":"c")"));
    CHECK(contains(shown(run, "[0].s"), R"("value":"d")"));
    CHECK(run.input("[1].b", 0) == "localhost");
}

} // namespace
} // namespace tiphys::run
