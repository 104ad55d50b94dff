// A controller that ends at any moment: the status is all that the next one has.

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "runtime/controller/known_workflow.h"
#include "runtime/outbox.h"
#include "runtime/random_workflow.h"
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
run::State go_on(const run::Plan& plan, const run::KeptNodes& kept) {
    run::State state(plan);
    std::int64_t now_ms = 1'800'000'000'000;
    run::Outbox outbox;
    const auto deliver = [&](run::EventKind what) {
        outbox.take(run::step(state, {now_ms, std::move(what)}), [](run::NodeId) {});
    };
    run::RunStarted started;
    started.kept = kept;
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

TEST_CASE("nothing new begins in a run that had ended, seed by seed") {
    for (std::uint32_t seed = 0; seed < 60; ++seed) {
        CAPTURE(seed);
        const run::ScriptedRun done(run::random_workflow(seed), run::random_behaviour(seed));
        if (!done.unsupported().empty()) continue;
        run::State again(done.plan());
        run::RunStarted started;
        started.kept = kept_of(done.state());
        started.caches = done.state().caches;
        for (const run::Action& action :
             run::step(again, {2'000'000'000'000, std::move(started)})) {
            const auto* start = std::get_if<run::StartTask>(&action);
            if (start == nullptr) continue;
            // Only what was left running when the run ended.
            const std::string name = start->spec->node_name.substr(2);
            CHECK(again.kept.contains(name));
        }
        CHECK(again.phase == done.state().phase);
    }
}

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
        const run::State resumed = go_on(done.plan(), recorder.kept[n]);
        CHECK(resumed.phase == state.phase);
        CHECK(phases(resumed) == phases(state));
    }
}
