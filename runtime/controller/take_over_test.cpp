// A controller that ends at any moment: the status is all that the next one has.

#include <algorithm>
#include <functional>
#include <set>

#include <catch2/catch.hpp>

#include "runtime/controller/cache_entries.h"
#include "runtime/controller/known_workflow.h"
#include "runtime/outbox.h"
#include "runtime/runner.h"
#include "runtime/scripted_run.h"
#include "runtime/status.h"

using namespace tiphys; // NOLINT(google-build-using-namespace)

namespace {

run::KeptNodes kept_of(const run::State& state) {
    const auto known = control::read_workflow(run::workflow_as_json(state, {}), true);
    return known ? control::kept_nodes(*known) : run::KeptNodes();
}

std::set<std::string> nodes_of(const run::State& state) {
    const std::vector<run::Progress> progress = run::progress_of_nodes(state);
    std::set<std::string> nodes;
    for (run::NodeId id = 0; id < state.nodes.size(); ++id) {
        nodes.insert(run::node_as_json(state, id, progress[id]));
    }
    return nodes;
}

constexpr const char* kPipeline = R"(
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: wf}
spec:
  entrypoint: main
  onExit: bye
  templates:
    - name: main
      dag:
        tasks:
          - {name: list, template: work}
          - name: each
            template: work
            depends: list
            arguments: {parameters: [{name: n, value: '{{item}}'}]}
            withParam: '{{tasks.list.outputs.result}}'
          - {name: flaky, template: flaky, depends: list}
          - {name: fails, template: bad, depends: each}
          - {name: after, template: work, depends: fails.Failed && flaky}
    - name: work
      inputs: {parameters: [{name: n, value: ''}]}
      container: {image: busybox, command: [work]}
    - name: flaky
      retryStrategy: {limit: 3, backoff: {duration: 2s, maxDuration: 1h}}
      container: {image: busybox, command: [flaky]}
    - name: bad
      container: {image: busybox, command: [bad]}
    - name: bye
      steps:
        - - {name: say, template: work}
)";

run::SimulatedTask behave(const run::TaskSpec& spec) {
    if (spec.display_name == "list") return run::succeed(R"(["a", "b", "c"])");
    if (spec.display_name == "fails") return run::fail_with(3);
    const bool is_early = spec.node_name.ends_with("(0)") || spec.node_name.ends_with("(1)");
    return is_early ? run::fail_with(1) : run::succeed();
}

/// Notes what has happened, as a controller would see it.
class Recorder : public run::Observer {
public:
    void node_changed(const run::State& state, run::NodeId) override {
        kept.push_back(kept_of(state));
    }
    void output(const run::State&, const run::Backend::Output&) override {}
    void tick(const run::State&, std::int64_t) override {}
    void finished(const run::State&) override {}

    std::vector<run::KeptNodes> kept;
};

/// Starts a run with what is known, and lets its tasks do what they do.
run::State go_on(const run::Plan& plan, run::RunStarted started,
                 const std::function<void(const run::State&)>& look = {}) {
    run::State state(plan);
    std::int64_t now_ms = 1'700'000'600'000;
    run::Outbox outbox;
    const auto deliver = [&](run::EventKind what) {
        outbox.take(run::step(state, {now_ms, std::move(what)}), [](run::NodeId) {});
        if (look) look(state);
    };
    deliver(std::move(started));
    while (!outbox.is_finished) {
        std::vector<run::Action> effects;
        effects.swap(outbox.effects);
        for (run::Action& action : effects) {
            auto* task = std::get_if<run::StartTask>(&action);
            if (task == nullptr) continue;
            deliver(run::TaskStarted{task->node, {}});
            deliver(run::TaskFinished{task->node, behave(*task->spec).report});
        }
        if (!effects.empty()) continue;
        const auto next_ms = outbox.next_timer_ms();
        REQUIRE(next_ms);
        now_ms = std::max(now_ms, *next_ms);
        deliver(*outbox.take_timer(now_ms));
    }
    return state;
}

std::set<std::string> phases(const run::State& state) {
    std::set<std::string> all;
    for (run::NodeId id = 0; id < state.nodes.size(); ++id) {
        all.insert(run::node_name(state, id) + " " +
                   std::string(run::phase_name(state.nodes[id].phase)) + " " +
                   std::string(run::message_of(state, id)));
    }
    return all;
}

} // namespace

TEST_CASE("the nodes of a pipeline keep their times, messages and outputs") {
    const run::ScriptedRun done(kPipeline, behave);
    run::State again(done.plan());
    run::RunStarted started;
    started.kept = kept_of(done.state());
    static_cast<void>(run::step(again, {2'000'000'000'000, std::move(started)}).size());
    CHECK(nodes_of(again) == nodes_of(done.state()));
    CHECK(again.started_ms / 1000 == done.state().started_ms / 1000);
}

TEST_CASE("a controller that ends after any change is continued to the same end") {
    const run::ScriptedRun done(kPipeline, behave);
    run::State state(done.plan());
    run::SimulatedBackend backend(run::SimulatedOptions{behave});
    Recorder recorder;
    REQUIRE(run::run_to_end(state, backend, recorder, {}));
    REQUIRE(recorder.kept.size() > 20);
    for (std::size_t n = 0; n < recorder.kept.size(); ++n) {
        CAPTURE(n);
        run::RunStarted started;
        started.kept = recorder.kept[n];
        const run::State resumed = go_on(done.plan(), std::move(started));
        CHECK(resumed.phase == state.phase);
        CHECK(phases(resumed) == phases(state));
    }
}

namespace {

constexpr const char* kMemoized = R"(
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: wf}
spec:
  entrypoint: main
  templates:
    - name: main
      steps:
        - - {name: pod, template: pod}
          - {name: whole, template: whole}
        - - {name: last, template: work}
    - name: pod
      memoize: {key: one, cache: {configMap: {name: c}}}
      container: {image: busybox, command: [work]}
    - name: whole
      memoize: {key: two, cache: {configMap: {name: c}}}
      steps:
        - - {name: inner, template: work}
    - name: work
      container: {image: busybox, command: [work]}
)";

using ConfigMaps = std::map<std::string, run::ObjectData>;

ConfigMaps maps_of(const run::Caches& caches) {
    ConfigMaps maps;
    for (const auto& [name, entries] : caches) {
        for (const auto& [key, entry] : entries) {
            maps[name][key] = control::cache_entry_json(entry);
        }
    }
    return maps;
}

/// Nodes with their types, phases and whether a cache knew them.
std::set<std::string> finds(const run::State& state) {
    std::set<std::string> all;
    for (run::NodeId id = 0; id < state.nodes.size(); ++id) {
        std::string line = run::node_name(state, id) + " " +
                           std::string(run::type_name(state.nodes[id].type)) + " " +
                           std::string(run::phase_name(state.nodes[id].phase));
        if (state.nodes[id].memoized) line += state.memoizations.at(id).hit ? " hit" : " missed";
        all.insert(std::move(line));
    }
    return all;
}

/// Ends the controller at each moment; others do something to the ConfigMaps before the next one.
void check_moments(const run::Plan& plan, const run::Caches& caches,
                   const std::function<void(ConfigMaps&)>& others) {
    struct Moment {
        control::KnownWorkflow workflow;
        ConfigMaps config_maps;
    };
    std::vector<Moment> moments;
    control::KnownWorkflow written;
    written.name = "wf";
    run::RunStarted first;
    first.caches = caches;
    const run::State done = go_on(plan, std::move(first), [&](const run::State& state) {
        // Entries are saved before the status is written.
        moments.push_back({written, maps_of(state.caches)});
        written = control::read_workflow(run::workflow_as_json(state, {}), true).value();
        moments.push_back({written, maps_of(state.caches)});
    });
    REQUIRE(done.phase == run::RunPhase::kSucceeded);
    REQUIRE(moments.size() >= 6);
    for (std::size_t n = 0; n < moments.size(); ++n) {
        CAPTURE(n);
        if (!moments[n].workflow.nodes.empty()) others(moments[n].config_maps);
        run::RunStarted again;
        again.kept = control::kept_nodes(moments[n].workflow);
        again.caches = control::caches_of(moments[n].config_maps, moments[n].workflow);
        const run::State resumed = go_on(plan, std::move(again));
        CHECK(finds(resumed) == finds(done));
    }
}

run::Caches entries_of_others() {
    run::Caches caches;
    for (const char* key : {"one", "two"}) {
        run::CacheEntry& entry = caches["c"][key];
        entry.node_id = "other-12345";
        entry.created_ms = 1'600'000'000'000;
    }
    return caches;
}

} // namespace

TEST_CASE("a run that has made entries does not find them when it is taken up") {
    const run::ScriptedRun scripted(kMemoized);
    check_moments(scripted.plan(), {}, [](ConfigMaps&) {});
    check_moments(scripted.plan(), {}, [](ConfigMaps& maps) { maps.clear(); });
    check_moments(scripted.plan(), {},
                  [](ConfigMaps& maps) { maps = maps_of(entries_of_others()); });
}

TEST_CASE("what a cache knew stays known when the cache is gone") {
    const run::ScriptedRun scripted(kMemoized);
    const std::set<std::string> known = {
        "wf Steps Succeeded",          "wf[0] StepGroup Succeeded",
        "wf[0].pod Pod Succeeded hit", "wf[1] StepGroup Succeeded",
        "wf[1].last Pod Succeeded",    "wf[0].whole Steps Succeeded hit"};
    run::RunStarted started;
    started.caches = entries_of_others();
    const run::State resumed = go_on(scripted.plan(), std::move(started));
    CHECK(finds(resumed) == known);
    check_moments(scripted.plan(), entries_of_others(), [](ConfigMaps&) {});
    check_moments(scripted.plan(), entries_of_others(), [](ConfigMaps& maps) { maps.clear(); });
}
