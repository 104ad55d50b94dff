// Hooks, daemons, locks and caches.

#include <catch2/catch.hpp>

#include "runtime/scripted_run.h"

namespace tiphys::run {
namespace {

/// A workflow with an entrypoint `main` and the templates `ok`, `bad` and those in `templates`;
/// `spec` holds more fields of the spec.
std::string workflow(const std::string& templates, const std::string& spec = "") {
    return "apiVersion: argoproj.io/v1alpha1\n"
           "kind: Workflow\n"
           "metadata: {name: wf}\n"
           "spec:\n"
           "  entrypoint: main\n" +
           spec +
           "  templates:\n"
           "  - name: ok\n"
           "    container: {image: i, command: ['true']}\n"
           "  - name: bad\n"
           "    container: {image: i, command: ['false']}\n" +
           templates;
}

SimulatedTask by_command(const TaskSpec& spec) {
    const std::vector<std::string>& command = spec.processes[0].command;
    SimulatedTask task = command[0] == "false" ? fail_with(1) : succeed();
    if (command[0] == "serve") task.duration_ms = 3'600'000;
    if (command[0] == "sleep") task.duration_ms = 10'000;
    return task;
}

TEST_CASE("a named hook is called when its expression is true, and waited for") {
    const ScriptedRun run(workflow(R"(
  - name: main
    steps:
    - - name: a
        template: bad
        continueOn: {failed: true}
        hooks:
          running: {template: ok, expression: "steps.a.status == 'Running'"}
          failed: {template: ok, expression: "steps.a.status == 'Failed'"}
          never: {template: ok, expression: "steps.a.status == 'Succeeded'"}
    - - {name: b, template: ok}
)"),
                          by_command);
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.children("[0].a") == "[0].a.hooks.running [0].a.hooks.failed [1]");
    CHECK(run.node("[0].a.hooks.failed") == "Pod Succeeded");
    CHECK(run.node("[0].a.hooks.never") == "-");
    const NodeId hook = run.find("[0].a.hooks.failed");
    const NodeId group = run.find("[1]");
    CHECK(run.state().nodes[group].started_ms >= run.state().nodes[hook].finished_ms);
}

TEST_CASE("of a task's loop the group has hooks, not its elements") {
    const ScriptedRun run(workflow(R"(
  - name: main
    dag:
      tasks:
      - name: a
        template: ok
        withItems: [1, 2]
        hooks:
          done: {template: ok, expression: "tasks.a.status == 'Succeeded'"}
      - {name: b, template: ok, depends: a}
)"),
                          by_command);
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.node(".a.hooks.done") == "Pod Succeeded");
    CHECK(run.node(".a(0:1).hooks.done") == "-");
    CHECK(run.node(".b") == "Pod Succeeded");
}

TEST_CASE("skipped and omitted tasks have named hooks, skipped steps have none") {
    const ScriptedRun run(workflow(R"(
  - name: dag
    dag:
      tasks:
      - name: a
        template: ok
        when: "false"
        hooks: {h: {template: ok, expression: "tasks.a.status == 'Skipped'"}}
      - name: b
        template: ok
        depends: a.Failed
        hooks: {h: {template: ok, expression: "tasks.b.status == 'Omitted'"}}
  - name: main
    steps:
    - - {name: d, template: dag}
      - {name: s, template: ok, when: "false", hooks: {h: {template: ok, expression: "true"}}}
)"),
                          by_command);
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.node("[0].d.a.hooks.h") == "Pod Succeeded");
    CHECK(run.node("[0].d.b.hooks.h") == "Pod Succeeded");
    CHECK(run.node("[0].s.hooks.h") == "-");
}

TEST_CASE("exit hooks without arguments get those of the workflow, and onExit comes first") {
    const ScriptedRun run(workflow(R"(
  - name: told
    inputs: {parameters: [{name: w}]}
    container: {image: i, command: [echo, '{{inputs.parameters.w}}']}
  - name: main
    steps:
    - - {name: a, template: ok, onExit: told, hooks: {exit: {template: bad}}}
      - {name: b, template: ok, hooks: {exit: {template: told}}}
)",
                                   "  hooks: {exit: {template: told}}\n"
                                   "  arguments: {parameters: [{name: w, value: W}]}\n"),
                          by_command);
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.input("[0].a.onExit", 0) == "W");
    CHECK(run.input("[0].b.onExit", 0) == "W");
    CHECK(run.input(".onExit", 0) == "W");
}

TEST_CASE("what follows a retried call hangs off its last child") {
    const ScriptedRun run(workflow(R"(
  - name: again
    retryStrategy: {limit: 1}
    container: {image: i, command: ['true']}
  - name: dag
    dag:
      tasks:
      - name: a
        template: again
        hooks:
          exit: {template: ok}
          h: {template: ok, expression: "tasks.a.status == 'Succeeded'"}
      - {name: b, template: ok, depends: a}
  - name: main
    steps:
    - - {name: s, template: again, hooks: {exit: {template: ok}}}
    - - {name: d, template: dag}
)"),
                          by_command);
    CHECK(run.children("[0].s.onExit") == "[1]");
    CHECK(run.children("[0].s(0)").empty());
    CHECK(run.children("[1].d.a.hooks.h") == "[1].d.b");
}

TEST_CASE("a hook may follow from a step that does not run yet") {
    const ScriptedRun run(workflow(R"(
  - name: main
    steps:
    - - name: a
        template: ok
        hooks: {h: {template: ok, expression: "steps.a.status == 'Pending'"}}
)"),
                          by_command);
    CHECK(run.node("[0].a.hooks.h") == "Pod Succeeded");
}

TEST_CASE("an exit hook of a task that cannot be called says so itself") {
    const ScriptedRun run(workflow(R"(
  - name: told
    inputs: {parameters: [{name: w}]}
    container: {image: i, command: [echo, '{{inputs.parameters.w}}']}
  - name: main
    dag:
      tasks:
      - {name: a, template: ok, hooks: {exit: {template: told}}}
      - {name: b, template: ok, depends: a}
)"),
                          by_command);
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.node(".a") == "Pod Succeeded");
    CHECK(run.node(".a.onExit") == "Skipped Error: inputs.parameters.w was not supplied");
}

TEST_CASE("hooks of the run come before its exit handler and spoil nothing") {
    const ScriptedRun run(workflow(R"(
  - name: main
    steps: [[{name: a, template: ok}]]
)",
                                   R"(
  onExit: ok
  hooks:
    begun: {template: ok, expression: workflow.status == 'Running'}
    ended: {template: bad, expression: workflow.status == 'Succeeded'}
    failed: {template: ok, expression: workflow.status == 'Failed'}
)"),
                          by_command);
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.node(".hooks.begun") == "Pod Succeeded");
    CHECK(run.node(".hooks.ended") == "Pod Failed: main: Error (exit code 1)");
    CHECK(run.node(".hooks.failed") == "-");
    CHECK(run.backend().started().back() == "wf.onExit");
}

TEST_CASE("hooks and further attempts keep to the parallelism of the run") {
    const ScriptedRun run(workflow(R"(
  - name: flaky
    retryStrategy: {limit: 2, backoff: {duration: 1s}}
    container: {image: i, command: ['false']}
  - name: main
    dag:
      failFast: false
      tasks:
      - name: a
        template: flaky
        hooks: {h: {template: ok, expression: "true"}, exit: {template: ok}}
      - {name: b, template: ok, withItems: [1, 2, 3, 4], hooks: {exit: {template: ok}}}
)",
                                   "  parallelism: 1\n"),
                          by_command);
    CHECK(run.outcome() == "Failed");
    CHECK(run.backend().most_running() == 1);
    CHECK(run.node(".a(2)") == "Pod Failed: main: Error (exit code 1)");
    CHECK(run.node(".a.hooks.h") == "Pod Succeeded");
}

TEST_CASE("a daemon is waited for until it runs, and ends with the template around it") {
    const ScriptedRun run(workflow(R"(
  - name: server
    daemon: true
    container: {image: i, command: [serve]}
  - name: main
    dag:
      tasks:
      - {name: d, template: server}
      - {name: u, template: ok, depends: d.Daemoned}
      - {name: v, template: ok, depends: d.Succeeded}
)"),
                          by_command);
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.node(".d") == "Pod Succeeded");
    CHECK(run.node(".u") == "Pod Succeeded");
    CHECK(run.node(".v") == "Skipped Omitted: omitted: depends condition not met");
    CHECK(run.state().finished_ms - run.state().started_ms < 60'000);
}

TEST_CASE("a daemon that ends by itself has failed, and with it its steps") {
    const ScriptedRun run(workflow(R"(
  - name: server
    daemon: true
    container: {image: i, command: ['true']}
  - name: long
    container: {image: i, command: [sleep]}
  - name: main
    steps:
    - - {name: d, template: server}
    - - {name: c, template: long}
)"),
                          by_command);
    CHECK(run.node("[0].d") == "Pod Failed");
    CHECK(run.node("[0]").starts_with("StepGroup Failed: child"));
    CHECK(run.outcome().starts_with("Failed: child"));
}

TEST_CASE("all processes of a pod end with it, also those that another one comes before") {
    const std::string set = R"(
  - name: set
    DAEMON
    containerSet:
      containers:
      - {name: first, image: i, command: [serve]}
      - {name: second, image: i, command: ['true'], dependencies: [first]}
  - name: main
    dag:
      tasks:
      - {name: s, template: set}
      - {name: t, template: ok, depends: s.Skipped}
)";
    const auto with = [&](const std::string& field) {
        return std::string(set).replace(set.find("DAEMON"), 6, field);
    };
    const ScriptedRun late(workflow(with("timeout: 1h"), "  activeDeadlineSeconds: 5\n"),
                           by_command);
    CHECK(late.node(".s.first") == "Container Failed: Step exceeded its deadline");
    CHECK(late.node(".s.second") == "Container Failed: Step exceeded its deadline");
    CHECK(late.outcome() == "Failed");
    // While it serves, it is no failure of the tasks that were omitted after it.
    const ScriptedRun served(workflow(with("daemon: true")), by_command);
    CHECK(served.node(".s") == "Pod Succeeded");
    CHECK(served.node(".s.second") == "Container Succeeded");
    CHECK(served.node(".t") == "Skipped Omitted: omitted: depends condition not met");
    CHECK(served.outcome() == "Succeeded");
}

TEST_CASE("a mutex lets one in at a time, in order, and is held over all attempts") {
    std::vector<std::string> order;
    const ScriptedRun run(workflow(R"(
  - name: locked
    synchronization: {mutexes: [{name: m}]}
    retryStrategy: {limit: 1}
    container: {image: i, command: ['false']}
  - name: main
    dag:
      failFast: false
      tasks:
      - {name: a, template: locked}
      - {name: b, template: locked}
      - {name: c, template: ok}
)"),
                          by_command);
    CHECK(run.backend().started() ==
          std::vector<std::string>{"wf.a(0)", "wf.c", "wf.a(1)", "wf.b(0)", "wf.b(1)"});
    CHECK(run.node(".b") == "Retry Failed: No more retries left");
}

TEST_CASE("who waits for longer than its timeouts say has failed, and its step group at once") {
    const auto with_limit = [](const std::string& limit) {
        return workflow(R"(
  - name: holder
    synchronization: {mutexes: [{name: m}]}
    container: {image: i, command: [sleep]}
  - name: late
    )" + limit + R"(
    synchronization: {mutexes: [{name: m}]}
    container: {image: i, command: ['true']}
  - name: main
    steps:
    - - {name: a, template: holder}
      - {name: b, template: late}
    - - {name: c, template: ok}
)");
    };
    for (const char* limit : {"timeout: 3s", "pendingTimeout: 3s"}) {
        const ScriptedRun run(with_limit(limit), by_command);
        CHECK(run.node("[0].b") == "Pod Failed: timeout");
        CHECK(run.node("[0]") == "StepGroup Failed: timeout");
        CHECK(run.node("[1]") == "-");
        CHECK(run.outcome() == "Failed: timeout");
    }
    CHECK(ScriptedRun(with_limit("pendingTimeout: 11s"), by_command).outcome() == "Succeeded");
}

TEST_CASE("failFast ends a template whose only failure waited for a lock") {
    const ScriptedRun run(workflow(R"(
  - name: locked
    synchronization: {mutexes: [{name: m}]}
    container: {image: i, command: [sleep]}
  - name: inner
    failFast: true
    steps:
    - - {name: w, template: locked, continueOn: {failed: true}}
    - - {name: x, template: ok}
  - name: main
    steps:
    - - {name: holder, template: locked}
      - {name: inner, template: inner}
)",
                                   "  activeDeadlineSeconds: 5\n"),
                          by_command);
    const std::string message = "template has failed or errored children and failFast enabled";
    CHECK(run.node("[0].inner[0].w") == "Pod Failed: Step exceeded its deadline");
    CHECK(run.node("[0].inner[0]") == "StepGroup Failed: " + message);
    CHECK(run.node("[0].inner[1]") == "-");
    CHECK(run.node("[0].inner") == "Steps Failed: " + message);
    CHECK(run.outcome().starts_with("Failed: child"));
}

TEST_CASE("failFast ends a dag in which a hook has spoiled a success") {
    const ScriptedRun run(workflow(R"(
  - name: main
    failFast: true
    dag:
      tasks:
      - name: a
        template: ok
        hooks: {h: {template: ok, expression: "1 + nothing.here"}}
      - {name: b, template: ok, dependencies: [a]}
)"),
                          by_command);
    CHECK(run.node(".a").starts_with("Pod Error: "));
    CHECK(run.node(".b") == "-");
    CHECK(run.outcome().starts_with("Failed: "));
}

TEST_CASE("a semaphore has its limit in a ConfigMap, and must find it") {
    const std::string templates = R"(
  - name: locked
    synchronization: {semaphores: [{configMapKeyRef: {name: limits, key: n}}]}
    container: {image: i, command: ['true']}
  - name: main
    dag:
      tasks:
      - {name: a, template: locked, withItems: [1, 2, 3, 4, 5]}
)";
    const std::string map = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: limits}\n"
                            "data: {n: '2'}\n";
    const ScriptedRun run(workflow(templates) + map, by_command);
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.backend().most_running() == 2);
    const ScriptedRun without(workflow(templates), by_command);
    CHECK(without.state().phase != RunPhase::kSucceeded);
    CHECK(without.backend().started().empty());
}

TEST_CASE("what a cache knows is not done again; failures are not kept") {
    const ScriptedRun run(workflow(R"(
  - name: cached
    inputs: {parameters: [{name: k}]}
    memoize: {key: "{{inputs.parameters.k}}", cache: {configMap: {name: c}}}
    container: {image: i, command: ['true']}
  - name: failing
    memoize: {key: f, cache: {configMap: {name: c}}}
    container: {image: i, command: ['false']}
  - name: main
    steps:
    - - {name: a, template: cached, arguments: {parameters: [{name: k, value: x}]}}
    - - {name: b, template: cached, arguments: {parameters: [{name: k, value: x}]}}
      - {name: c, template: cached, arguments: {parameters: [{name: k, value: y}]}}
      - {name: d, template: failing, continueOn: {failed: true}}
    - - {name: e, template: failing, continueOn: {failed: true}}
)"),
                          by_command);
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.node("[1].b") == "Pod Succeeded");
    CHECK(run.state().memoizations.at(run.find("[1].b")).hit);
    CHECK(run.backend().started() ==
          std::vector<std::string>{"wf[0].a", "wf[1].c", "wf[1].d", "wf[2].e"});
}

} // namespace
} // namespace tiphys::run
