// The generator behind the tests of properties.

#include <random>

#include "runtime/random_workflow.h"

namespace tiphys::run {
namespace {

class Chance {
public:
    explicit Chance(std::uint32_t seed) : engine_(seed) {}
    std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(engine_() % n); }
    bool one_in(std::uint32_t n) { return below(n) == 0; }

private:
    std::mt19937 engine_;
};

std::string join(const std::vector<std::string>& words, const std::string& separator) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : separator) + word;
    }
    return text;
}

/// `group`: `steps` or `tasks`.
std::string hooks(Chance& chance, const std::string& group, const std::string& name) {
    static const char* const kPhases[] = {"Running", "Succeeded", "Failed", "Skipped"};
    if (chance.one_in(8)) return ", onExit: ok";
    if (!chance.one_in(6)) return "";
    std::string text = ", hooks: {";
    for (const char* hook : {"h", "k"}) {
        text += std::string(hook) + ": {template: " + (chance.one_in(3) ? "bad" : "ok") +
                ", expression: \"" + group + "." + name + ".status == '" +
                kPhases[chance.below(4)] + "'\"}, ";
    }
    return text + (chance.one_in(2) ? "exit: {template: ok}}" : "}");
}

std::string call_fields(Chance& chance, int level, bool in_dag, const std::string& name) {
    static const char* const kLeaves[] = {"ok",     "bad",    "flaky",  "ok",     "ok",
                                          "wait",   "locked", "shared", "cached", "held",
                                          "server", "hasty",  "set",    "again",  "stubborn"};
    std::string fields = "name: " + name;
    const bool nests = level < 2 && chance.one_in(4);
    if (nests) {
        fields += (chance.one_in(2) ? ", template: steps" : ", template: dag") +
                  std::to_string(level + 1);
    } else if (chance.one_in(10)) {
        fields += std::string(", templateRef: {name: lib, template: ") +
                  (chance.one_in(3) ? "pair" : "one") + "}";
    } else {
        fields += std::string(", template: ") + kLeaves[chance.below(15)];
    }
    if (chance.one_in(5)) {
        fields += ", withSequence: {count: '" + std::to_string(chance.below(4)) + "'}";
    } else if (chance.one_in(12)) {
        fields += ", withItems: [{a: x}, 2, 'three']";
    }
    if (chance.one_in(6)) {
        fields += std::string(", when: '") + (chance.one_in(2) ? "true" : "false") + "'";
    }
    return fields + hooks(chance, in_dag ? "tasks" : "steps", name);
}

std::string dag_tasks(Chance& chance, int level) {
    static const char* const kResults[] = {"", ".Failed", ".Succeeded", ".Skipped", ".Omitted"};
    std::string text;
    const std::uint32_t n_tasks = 1 + chance.below(7);
    for (std::uint32_t i = 0; i < n_tasks; ++i) {
        text += "      - {" + call_fields(chance, level, true, "t" + std::to_string(i));
        std::vector<std::string> conditions;
        for (std::uint32_t j = 0; j < i; ++j) {
            if (!chance.one_in(3)) continue;
            conditions.push_back((chance.one_in(6) ? "!t" : "t") + std::to_string(j) +
                                 kResults[chance.below(5)]);
        }
        // A negation needs a result to negate.
        for (std::string& condition : conditions) {
            const bool is_bare = condition.find('.') == condition.npos;
            if (condition[0] == '!' && is_bare) condition += ".Failed";
        }
        if (!conditions.empty()) {
            text += ", depends: \"" + join(conditions, chance.one_in(2) ? " && " : " || ") + "\"";
        }
        text += "}\n";
    }
    return text;
}

std::string step_groups(Chance& chance, int level) {
    std::string text;
    const std::uint32_t n_groups = 1 + chance.below(3);
    for (std::uint32_t g = 0; g < n_groups; ++g) {
        const std::uint32_t n_steps = 1 + chance.below(3);
        for (std::uint32_t i = 0; i < n_steps; ++i) {
            const std::string name = "s" + std::to_string(g) + std::to_string(i);
            text += i == 0 ? "    - - {" : "      - {";
            text += call_fields(chance, level, false, name);
            if (chance.one_in(3)) text += ", continueOn: {failed: true}";
            text += "}\n";
        }
    }
    return text;
}

std::string template_options(Chance& chance) {
    std::string options;
    // A daemon takes one place for itself, and may have a daemon beside it.
    if (chance.one_in(3)) {
        options += "    parallelism: " + std::to_string(1 + chance.below(3)) + "\n";
    }
    if (chance.one_in(6)) options += "    failFast: true\n";
    if (chance.one_in(6)) options += "    retryStrategy: {limit: 1}\n";
    if (chance.one_in(10)) options += "    synchronization: {mutexes: [{name: outer}]}\n";
    return options;
}

} // namespace

std::string random_workflow(std::uint32_t seed) {
    Chance chance(seed);
    std::string text = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: wf}\n"
                       "spec:\n  entrypoint: " +
                       std::string(chance.one_in(2) ? "dag0" : "steps0") + "\n";
    if (chance.one_in(3)) text += "  parallelism: " + std::to_string(1 + chance.below(4)) + "\n";
    if (chance.one_in(3)) text += "  onExit: ok\n";
    if (chance.one_in(6)) text += "  activeDeadlineSeconds: 40\n";
    if (chance.one_in(4)) {
        text += "  hooks: {begun: {template: ok, expression: workflow.status == 'Running'}}\n";
    }
    text += "  templates:\n"
            "  - name: ok\n    container: {image: i, command: ['true']}\n"
            "  - name: bad\n    container: {image: i, command: ['false']}\n"
            "  - name: wait\n    suspend: {duration: '30'}\n"
            "  - name: hasty\n    timeout: 5s\n    container: {image: i, command: ['true']}\n"
            "  - name: server\n    daemon: true\n    container: {image: i, command: [serve]}\n"
            "  - name: locked\n    synchronization: {mutexes: [{name: m}]}\n"
            "    container: {image: i, command: [flaky]}\n"
            "  - name: held\n    synchronization: {mutexes: [{name: m}]}\n"
            "    retryStrategy: {limit: 1}\n    container: {image: i, command: [flaky]}\n"
            "  - name: shared\n"
            "    synchronization: {semaphores: [{configMapKeyRef: {name: s, key: n}}]}\n"
            "    container: {image: i, command: ['true']}\n"
            "  - name: cached\n    memoize: {key: k, cache: {configMap: {name: c}}}\n"
            "    container: {image: i, command: [flaky]}\n"
            "  - name: set\n    containerSet:\n      containers:\n"
            "      - {name: first, image: i, command: [flaky]}\n"
            "      - {name: second, image: i, command: ['true'], dependencies: [first]}\n"
            // It calls itself until its counter is empty.
            "  - name: again\n    inputs: {parameters: [{name: n, default: xx}]}\n"
            "    steps:\n    - - {name: work, template: flaky}\n"
            "    - - {name: more, template: again, when: \"'{{inputs.parameters.n}}' != x\","
            " arguments: {parameters: [{name: n, value: x}]}}\n"
            "  - name: stubborn\n    retryStrategy:\n      limit: 3\n"
            "      expression: asInt(lastRetry.exitCode) == 1 && asInt(retries) < 2\n"
            "    container: {image: i, command: [flaky]}\n"
            "  - name: flaky\n    retryStrategy: {limit: 2, backoff: {duration: '5'}}\n"
            "    container: {image: i, command: [flaky]}\n";
    for (int level = 0; level < 3; ++level) {
        const std::string number = std::to_string(level);
        text += "  - name: dag" + number + "\n" + template_options(chance) +
                "    dag:\n      tasks:\n" + dag_tasks(chance, level);
        text += "  - name: steps" + number + "\n" + template_options(chance) + "    steps:\n" +
                step_groups(chance, level);
    }
    text += "---\napiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\n"
            "metadata: {name: lib}\nspec:\n  templates:\n"
            "  - name: one\n    container: {image: i, command: [flaky]}\n"
            "  - name: pair\n    dag:\n      tasks:\n      - {name: p, template: one}\n"
            "      - {name: q, template: one, depends: p.Succeeded || p.Failed}\n";
    return text + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\ndata: {n: '2'}\n";
}

ScriptedRun::Behaviour random_behaviour(std::uint32_t seed) {
    return [seed](const TaskSpec& spec) {
        const std::uint32_t hash = fnv1a(spec.node_name, seed * 2654435761U);
        const std::string& command = spec.processes[0].command[0];
        SimulatedTask task = succeed();
        if (command == "false" || (command == "flaky" && hash % 3 == 0)) task = fail_with(1);
        if (spec.is_set) {
            for (const ProcessSpec& process : spec.processes) {
                const bool fails = process.command[0] == "flaky" && hash % 3 == 0;
                ProcessReport part;
                if (fails) part.end = ProcessReport::End::kFailed;
                task.report.processes.push_back(std::move(part));
            }
        }
        task.duration_ms = 1000 + hash % 9000;
        // Some daemons end before they should.
        if (command == "serve" && hash % 4 != 0) task.duration_ms = 100'000'000;
        return task;
    };
}

} // namespace tiphys::run
