// Properties of the core on workflows made by chance: everything ends, nothing starts too early,
// limits hold, and the same events give the same actions.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "runtime/scripted_run.h"

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

std::string call_fields(Chance& chance, int level) {
    static const char* const kLeaves[] = {"ok", "bad", "flaky", "ok", "ok", "wait"};
    std::string fields = "template: ";
    const bool nests = level < 2 && chance.one_in(4);
    fields += nests ? (chance.one_in(2) ? "steps" : "dag") + std::to_string(level + 1)
                    : kLeaves[chance.below(6)];
    if (chance.one_in(5))
        fields += ", withSequence: {count: '" + std::to_string(chance.below(4)) + "'}";
    if (chance.one_in(6))
        fields += std::string(", when: '") + (chance.one_in(2) ? "true" : "false") + "'";
    if (chance.one_in(8)) fields += ", onExit: ok";
    return fields;
}

std::string dag_tasks(Chance& chance, int level) {
    static const char* const kResults[] = {"", ".Failed", ".Succeeded", ".Skipped", ".Omitted"};
    std::string text;
    const std::uint32_t n_tasks = 1 + chance.below(7);
    for (std::uint32_t i = 0; i < n_tasks; ++i) {
        text += "      - {name: t" + std::to_string(i) + ", " + call_fields(chance, level);
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
            text += i == 0 ? "    - - {" : "      - {";
            text += "name: s" + std::to_string(i) + ", " + call_fields(chance, level);
            if (chance.one_in(3)) text += ", continueOn: {failed: true}";
            text += "}\n";
        }
    }
    return text;
}

std::string template_options(Chance& chance) {
    std::string options;
    if (chance.one_in(3))
        options += "    parallelism: " + std::to_string(1 + chance.below(3)) + "\n";
    if (chance.one_in(6)) options += "    failFast: true\n";
    if (chance.one_in(6)) options += "    retryStrategy: {limit: 1}\n";
    return options;
}

std::string make_workflow(std::uint32_t seed) {
    Chance chance(seed);
    std::string text = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: wf}\n"
                       "spec:\n  entrypoint: " +
                       std::string(chance.one_in(2) ? "dag0" : "steps0") + "\n";
    if (chance.one_in(3)) text += "  parallelism: " + std::to_string(1 + chance.below(4)) + "\n";
    if (chance.one_in(3)) text += "  onExit: ok\n";
    text += "  templates:\n"
            "  - name: ok\n    container: {image: i, command: ['true']}\n"
            "  - name: bad\n    container: {image: i, command: ['false']}\n"
            "  - name: wait\n    suspend: {duration: '30'}\n"
            "  - name: flaky\n    retryStrategy: {limit: 2, backoff: {duration: '5'}}\n"
            "    container: {image: i, command: [flaky]}\n";
    for (int level = 0; level < 3; ++level) {
        const std::string number = std::to_string(level);
        text += "  - name: dag" + number + "\n" + template_options(chance) +
                "    dag:\n      tasks:\n" + dag_tasks(chance, level);
        text += "  - name: steps" + number + "\n" + template_options(chance) + "    steps:\n" +
                step_groups(chance, level);
    }
    return text;
}

ScriptedRun::Behaviour behaviour(std::uint32_t seed) {
    return [seed](const TaskSpec& spec) {
        // What a task does depends on its name alone, so that two runs are the same.
        const std::uint32_t hash = fnv1a(spec.node_name, seed * 2654435761U);
        const std::string& command = spec.processes[0].command[0];
        SimulatedTask task = succeed();
        if (command == "false" || (command == "flaky" && hash % 3 == 0)) task = fail_with(1);
        task.duration_ms = 1000 + hash % 9000;
        return task;
    };
}

/// Every task began after all that it depends on had ended, their hooks included.
void check_order(const ScriptedRun& run) {
    const State& state = run.state();
    for (const Frame& frame : state.frames) {
        if (!frame.group_nodes.empty()) continue;
        for (const Slot& slot : frame.slots) {
            if (slot.node == kNoId) continue;
            for (const std::uint32_t before : run.plan().calls[slot.call].dependencies) {
                const NodeId dependency = frame.slots[before].node;
                REQUIRE(dependency != kNoId);
                CHECK(state.nodes[dependency].finished_ms <= state.nodes[slot.node].started_ms);
                CHECK(state.nodes[dependency].finished_ms != 0);
            }
        }
    }
}

void check_end(const ScriptedRun& run) {
    const State& state = run.state();
    CHECK(state.finished_ms != 0);
    CHECK(state.phase != RunPhase::kRunning);
    CHECK(state.agenda.empty());
    std::set<std::string> names;
    std::set<std::string> ids;
    for (NodeId id = 0; id < state.nodes.size(); ++id) {
        CHECK(names.insert(node_name(state, id)).second);
        CHECK(ids.insert(node_id(state, id)).second);
        const Node& node = state.nodes[id];
        CHECK(is_fulfilled(node.phase) == (node.finished_ms != 0));
        // What still runs when a workflow fails is told to end.
        const bool left = node.type == NodeType::kPod && !is_fulfilled(node.phase);
        if (left) CHECK(node.kill_reason != KillReason::kNone);
        if (state.phase == RunPhase::kSucceeded) CHECK(is_fulfilled(node.phase));
    }
    if (run.plan().parallelism) {
        CHECK(run.backend().most_running() <= static_cast<std::size_t>(*run.plan().parallelism));
    }
}

TEST_CASE("workflows made by chance end as they must") {
    for (std::uint32_t seed = 1; seed <= 400; ++seed) {
        CAPTURE(seed);
        if (getenv("SHOW")) fprintf(stderr, "seed %u\n", seed);
        const std::string yaml = make_workflow(seed);
        if (getenv("SHOW") && seed == 125) {
            FILE* f = fopen("/tmp/seed.yaml", "w");
            fputs(yaml.c_str(), f);
            fclose(f);
        }
        const ScriptedRun run(yaml, behaviour(seed));
        REQUIRE(run.unsupported().empty());
        INFO(yaml);
        INFO(run.tree());
        check_end(run);
        check_order(run);
        const ScriptedRun again(yaml, behaviour(seed));
        CHECK(again.tree() == run.tree());
        CHECK(again.backend().started() == run.backend().started());
    }
}

TEST_CASE("a loop of many elements costs the same for each of them") {
    const auto loop_of = [](int n) {
        return ScriptedRun("apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n"
                           "metadata: {name: wf}\nspec:\n  entrypoint: main\n  templates:\n"
                           "  - name: ok\n    container: {image: i, command: ['true']}\n"
                           "  - name: main\n    parallelism: 50\n    dag:\n      tasks:\n"
                           "      - {name: l, template: ok, withSequence: {count: '" +
                           std::to_string(n) + "'}}\n");
    };
    const ScriptedRun run = loop_of(20'000);
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.state().nodes.size() == 20'002);
    CHECK(run.backend().most_running() == 50);
}

} // namespace
} // namespace tiphys::run
