// Runs that are replayed, and runs that go on after any of their events.

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <stdlib.h>

#include <catch2/catch.hpp>

#include "runtime/journal/state_hash.h"
#include "runtime/random_workflow.h"
#include "runtime/scripted_run.h"

namespace tiphys::run {
namespace {

class Silent : public Observer {
public:
    void node_changed(const State&, NodeId) override {}
    void output(const State&, const Backend::Output&) override {}
    void tick(const State&, std::int64_t) override {}
    void finished(const State&) override {}
};

/// A run in a journal of its own.
class JournaledRun {
public:
    explicit JournaledRun(ScriptedRun::Behaviour behaviour) : behaviour_(std::move(behaviour)) {
        char name[] = "/tmp/tiphys-recovery-XXXXXX";
        folder_ = ::mkdtemp(name);
        auto opened = Journal::open(folder_, true);
        REQUIRE(opened);
        journal_ = std::move(*opened);
        RunRecord record;
        record.name = "wf";
        REQUIRE(journal_->add(record));
        run_ = record.id;
    }
    ~JournaledRun() {
        journal_.reset();
        std::filesystem::remove_all(folder_);
    }
    JournaledRun(const JournaledRun&) = delete;
    JournaledRun& operator=(const JournaledRun&) = delete;

    /// From nothing, with everything written down.
    void run(State& state) {
        RunLog log(*journal_, run_, 0);
        RunnerOptions options;
        options.log = &log;
        carry_on(state, options, 0);
    }

    /// As a second process does that finds these events.
    void go_on(State& state, const std::vector<Event>& history) {
        RunnerOptions options;
        options.history = history;
        carry_on(state, options, history.back().now_ms);
    }

    [[nodiscard]] std::vector<Event> events() {
        auto events = journal_->events(run_);
        REQUIRE(events);
        return std::move(*events);
    }
    [[nodiscard]] RunRecord record() { return **journal_->find("wf"); }

private:
    void carry_on(State& state, const RunnerOptions& options, std::int64_t now_ms) {
        SimulatedOptions simulated;
        simulated.behaviour = behaviour_;
        simulated.start_ms = std::max(simulated.start_ms, now_ms);
        SimulatedBackend backend(std::move(simulated));
        Silent observer;
        REQUIRE(run_to_end(state, backend, observer, options));
    }

    ScriptedRun::Behaviour behaviour_;
    std::string folder_;
    std::unique_ptr<Journal> journal_;
    std::int64_t run_ = 0;
};

std::set<std::string> phases(const State& state) {
    std::set<std::string> lines;
    for (NodeId id = 0; id < state.nodes.size(); ++id) {
        lines.insert(node_name(state, id) + " " + std::string(type_name(state.nodes[id].type)) +
                     " " + std::string(phase_name(state.nodes[id].phase)));
    }
    return lines;
}

constexpr std::string_view kPipeline = R"(
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
      retryStrategy: {limit: 3}
      container: {image: busybox, command: [flaky]}
    - name: bad
      container: {image: busybox, command: [bad]}
    - name: bye
      steps:
        - - {name: say, template: work}
)";

SimulatedTask behave(const TaskSpec& spec) {
    if (spec.display_name == "list") return succeed(R"(["a", "b", "c"])");
    if (spec.display_name == "fails") return fail_with(3);
    const bool is_early = spec.node_name.ends_with("(0)") || spec.node_name.ends_with("(1)");
    return is_early ? fail_with(1) : succeed();
}

} // namespace

TEST_CASE("events about nodes that there are not are told, and lead nowhere") {
    const ScriptedRun scripted(random_workflow(1), random_behaviour(1));
    for (const EventKind& odd : std::vector<EventKind>{
             TaskStarted{9999, {}}, TaskWaiting{9999, "why"}, TaskFinished{9999, {}},
             TimerFired{TimerKind::kBackoff, 9999}, TimerFired{TimerKind::kTimeout, kNoId}}) {
        State state(scripted.plan());
        const std::vector<Event> events = {{1, RunStarted{}}, {2, odd}};
        const auto done = replay(state, events);
        REQUIRE_FALSE(done);
        CHECK(done.error().message.find("does not fit") != std::string::npos);
    }
}

TEST_CASE("replaying a journal gives the same state, seed by seed") {
    for (std::uint32_t seed = 0; seed < 60; ++seed) {
        CAPTURE(seed);
        const ScriptedRun scripted(random_workflow(seed), random_behaviour(seed));
        if (!scripted.unsupported().empty()) continue;
        JournaledRun journaled(random_behaviour(seed));
        State state(scripted.plan());
        journaled.run(state);
        State again(scripted.plan());
        REQUIRE(replay(again, journaled.events()));
        CHECK(state_hash(again) == state_hash(state));
        CHECK(journaled.record().closed);
        CHECK(journaled.record().state_hash == state_hash(state));
        CHECK(journaled.record().summary.phase == state.phase);
    }
}

TEST_CASE("a run that goes on after any of its events ends as it would have") {
    const ScriptedRun scripted(kPipeline, behave);
    REQUIRE(scripted.unsupported().empty());
    JournaledRun journaled(behave);
    State state(scripted.plan());
    journaled.run(state);
    const std::vector<Event> events = journaled.events();
    REQUIRE(events.size() > 20);
    for (std::size_t n = 1; n <= events.size(); ++n) {
        CAPTURE(n);
        State resumed(scripted.plan());
        journaled.go_on(resumed, {events.begin(), events.begin() + static_cast<std::ptrdiff_t>(n)});
        CHECK(phases(resumed) == phases(state));
        CHECK(resumed.phase == state.phase);
    }
}

TEST_CASE("a suspended run holds back what would begin, and goes on where it was") {
    const ScriptedRun scripted(kPipeline, behave);
    State state(scripted.plan());
    std::vector<Action> actions = step(state, {1000, RunStarted{}});
    REQUIRE(state.nodes.size() == 2);
    static_cast<void>(step(state, {1001, SuspensionChanged{true, false}}).size());
    TaskFinished listed;
    listed.node = 1;
    listed.report.result = R"(["a"])";
    static_cast<void>(step(state, {1002, TaskStarted{1}}).size());
    static_cast<void>(step(state, {1003, std::move(listed)}).size());
    CHECK(state.nodes.size() == 2);
    CHECK(phases(state).contains("wf.list Pod Succeeded"));
    const std::size_t n_actions = step(state, {1004, SuspensionChanged{false, true}}).size();
    CHECK(n_actions > 0);
    CHECK(phases(state).contains("wf.flaky(0) Pod Pending"));
}

TEST_CASE("what an earlier run did counts, and is not done again") {
    const ScriptedRun scripted(kPipeline, behave);
    RunStarted started;
    KeptNode kept;
    kept.outputs.emplace().result = R"(["x", "y"])";
    kept.exit_code = 0;
    kept.started_ms = 500;
    kept.finished_ms = 600;
    started.kept[".list"] = kept;
    State state(scripted.plan());
    std::set<std::string> begun;
    for (const Action& action : step(state, {1000, std::move(started)})) {
        const auto* start = std::get_if<StartTask>(&action);
        if (start != nullptr) begun.insert(start->spec->display_name);
    }
    CHECK(begun == std::set<std::string>{"each(0:x)", "each(1:y)", "flaky(0)"});
    CHECK(state.nodes[1].finished_ms == 600);
}

TEST_CASE("copies of what succeeded count as that for what comes after them") {
    constexpr const char* kCopied = R"(
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: wf}
spec:
  entrypoint: main
  templates:
    - name: main
      dag:
        tasks:
          - {name: a, template: work}
          - {name: l, template: work, withItems: [1, 2], depends: a.Succeeded}
          - name: all
            template: use
            depends: l.AnySucceeded
            arguments: {parameters: [{name: m, value: "{{tasks.l.outputs.parameters.p}}"}]}
          - {name: s, template: each}
    - name: each
      steps:
        - - {name: l, template: work, withItems: [1, 2]}
        - - name: all
            template: use
            arguments: {parameters: [{name: m, value: "{{steps.l.outputs.parameters.p}}"}]}
    - name: work
      container: {image: a, command: [a]}
      outputs: {parameters: [{name: p, valueFrom: {path: /p}}]}
    - name: use
      inputs: {parameters: [{name: m}]}
      container: {image: a, command: [a, "{{inputs.parameters.m}}"]}
)";
    const ScriptedRun scripted(kCopied, behave);
    RunStarted started;
    for (const std::string name : {".a", ".l(0:1)", ".l(1:2)", ".s[0].l(0:1)", ".s[0].l(1:2)"}) {
        KeptNode& kept = started.kept[name];
        kept.original = "old";
        kept.finished_ms = 600;
        kept.outputs.emplace().parameters.push_back({"p", "of " + name, ""});
    }
    State state(scripted.plan());
    std::map<std::string, std::string> told;
    for (const Action& action : step(state, {1000, std::move(started)})) {
        const auto* start = std::get_if<StartTask>(&action);
        if (start == nullptr) continue;
        told[start->spec->node_name] = start->spec->processes[0].command.back();
    }
    const std::map<std::string, std::string> wanted = {
        {"wf.all", R"X(["of .l(0:1)","of .l(1:2)"])X"},
        {"wf.s[1].all", R"X(["of .s[0].l(0:1)","of .s[0].l(1:2)"])X"}};
    CHECK(told == wanted);
}

TEST_CASE("what was called is called with the same again") {
    constexpr const char* kDaemon = R"(
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: wf}
spec:
  entrypoint: main
  templates:
    - name: main
      dag:
        tasks:
          - {name: d, template: serve}
          - name: u
            template: use
            depends: d
            arguments: {parameters: [{name: m, value: "{{tasks.d.ip}} {{tasks.d.status}}"}]}
    - {name: serve, daemon: true, container: {image: a, command: [a]}}
    - name: use
      inputs: {parameters: [{name: m}]}
      container: {image: a, command: [a, "{{inputs.parameters.m}}"]}
)";
    const ScriptedRun scripted(kDaemon, behave);
    RunStarted started;
    started.kept[".d"].place = {"10.1.2.3", "node"};
    started.kept[".d"].finished_ms = 600;
    const auto message_of_user = [&](const RunStarted& begun) {
        State state(scripted.plan());
        static_cast<void>(step(state, {1000, begun}).size());
        const Node& user = state.nodes.back();
        REQUIRE(user.inputs != kNoId);
        return state.inputs[user.inputs].parameters.front().value_or("");
    };
    CHECK(message_of_user(started) == "10.1.2.3 Succeeded");
    started.kept[".u"].phase = Phase::kRunning;
    started.kept[".u"].inputs = {{"m", "10.1.2.3 Running"}};
    CHECK(message_of_user(started) == "10.1.2.3 Running");
}

TEST_CASE("a run that was being stopped begins nothing when it is taken up") {
    constexpr const char* kStopped = R"(
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: wf}
spec:
  entrypoint: main
  templates:
    - name: main
      dag:
        tasks:
          - {name: a, template: work}
          - {name: b, template: work}
          - {name: c, template: work, depends: a.Failed}
    - {name: work, container: {image: a, command: [a]}}
)";
    const ScriptedRun scripted(kStopped, behave);
    RunStarted started;
    started.kept[".a"].phase = Phase::kFailed;
    started.kept[".a"].message = "workflow shutdown with strategy:  Stop";
    started.kept[".a"].finished_ms = 600;
    started.kept[".b"].phase = Phase::kRunning;
    State state(scripted.plan());
    static_cast<void>(step(state, {1000, SuspensionChanged{true, false}}).size());
    static_cast<void>(step(state, {1000, std::move(started)}).size());
    std::set<std::string> begun;
    std::set<NodeId> killed;
    for (const Action& action : step(state, {1000, ShutdownRequested{Shutdown::kStop}})) {
        if (const auto* start = std::get_if<StartTask>(&action)) {
            begun.insert(start->spec->display_name);
        }
        if (const auto* kill = std::get_if<KillTask>(&action)) killed.insert(kill->node);
    }
    // Its pod is there, and has to be found before it can be ended.
    CHECK(begun == std::set<std::string>{"b"});
    CHECK(killed.size() == 1);
    CHECK(state.nodes.size() == 3);
    CHECK(state.phase == RunPhase::kFailed);
    CHECK(state.message == "Stopped with strategy 'Stop'");
}

TEST_CASE("what waits for a lock while a run is being stopped ends, too") {
    constexpr const char* kLocked = R"(
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: wf}
spec:
  entrypoint: main
  templates:
    - name: main
      steps:
        - - {name: a, template: work, continueOn: {failed: true}}
        - - {name: b, template: again}
          - {name: c, template: locked}
    - {name: work, container: {image: a, command: [a]}}
    - name: again
      synchronization: {mutexes: [{name: m}]}
      retryStrategy: {limit: 1}
      container: {image: a, command: [a]}
    - name: locked
      synchronization: {mutexes: [{name: m}]}
      container: {image: a, command: [a]}
)";
    const ScriptedRun scripted(kLocked, behave);
    State state(scripted.plan());
    static_cast<void>(step(state, {1000, RunStarted{}}));
    static_cast<void>(step(state, {2000, ShutdownRequested{Shutdown::kStop}}));
    CHECK(state.phase == RunPhase::kFailed);
    CHECK(state.nodes.size() == 7);
    CHECK(std::all_of(state.nodes.begin(), state.nodes.end(),
                      [](const Node& node) { return is_fulfilled(node.phase); }));
}

} // namespace tiphys::run
