// Properties of the core on workflows made by chance, with and without an early end: everything
// ends, nothing starts twice or too early, ends are final, limits and locks hold at any instant,
// nothing is left behind, and the same events give the same state.
//
// Faults at any event: a report comes twice, or late; the process is gone, and another one goes on
// from the events so far. Neither changes what comes out.
//
// TIPHYS_SEEDS is the number of workflows; the default is for every build.

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <queue>
#include <random>
#include <set>
#include <span>

#include <catch2/catch.hpp>

#include "compiler/front/load.h"
#include "runtime/journal/state_hash.h"
#include "runtime/random_workflow.h"

namespace tiphys::run {
namespace {

struct Timer {
    std::int64_t at_ms;
    std::uint64_t order;
    TimerFired what;
    friend bool operator>(const Timer& a, const Timer& b) {
        return a.at_ms != b.at_ms ? a.at_ms > b.at_ms : a.order > b.order;
    }
};

std::string tree_of(const State& state) {
    std::string text;
    for (NodeId id = 0; id < state.nodes.size(); ++id) {
        const Node& node = state.nodes[id];
        text += node_name(state, id) + " " + std::string(type_name(node.type)) + " " +
                std::string(phase_name(node.phase)) + " " + std::string(message_of(state, id)) +
                " " + std::to_string(node.started_ms % 1'000'000) + "-" +
                std::to_string(node.finished_ms % 1'000'000) + "\n";
    }
    return text + std::string(run_phase_name(state.phase)) + " " + state.message;
}

/// A run event by event, with everything checked in between.
class WatchedRun {
public:
    WatchedRun(const Plan& plan, std::uint32_t seed, Shutdown shutdown, std::int64_t after_ms,
               bool with_faults = false)
        : state_(std::make_unique<State>(plan)), backend_(SimulatedOptions{random_behaviour(seed)}),
          shutdown_(shutdown), shutdown_at_ms_(backend_.now_ms() + after_ms),
          with_faults_(with_faults), chance_(seed) {}

    void run() {
        deliver(RunStarted{});
        // Far more than any of these workflows needs.
        const std::int64_t latest_ms = backend_.now_ms() + 40'000'000;
        while (!finished_ || backend_.n_open() > 0) {
            std::int64_t next = latest_ms;
            if (!finished_ && !timers_.empty()) next = std::min(next, timers_.top().at_ms);
            if (shutdown_ != Shutdown::kNone) next = std::min(next, shutdown_at_ms_);
            for (BackendReport& report : backend_.wait(next, -1)) {
                if (report.finished) {
                    deliver(TaskFinished{report.node, std::move(report.report)});
                    if (fault(4)) repeat(Event(events_.back()));
                } else {
                    CHECK(started_.insert(report.node).second);
                    deliver(TaskStarted{report.node});
                    if (fault(4)) repeat(Event(events_.back()));
                }
            }
            while (!finished_ && !timers_.empty() && timers_.top().at_ms <= backend_.now_ms()) {
                const TimerFired timer = timers_.top().what;
                timers_.pop();
                deliver(timer);
            }
            if (shutdown_ != Shutdown::kNone && backend_.now_ms() >= shutdown_at_ms_) {
                deliver(ShutdownRequested{shutdown_});
                shutdown_ = Shutdown::kNone;
            }
            if (backend_.now_ms() < latest_ms) continue;
            INFO(tree_of(*state_));
            CHECK(finished_);
            CHECK(backend_.n_open() == 0);
            return;
        }
    }

    [[nodiscard]] const State& state() const { return *state_; }
    [[nodiscard]] const std::vector<Event>& events() const { return events_; }
    [[nodiscard]] const SimulatedBackend& backend() const { return backend_; }

private:
    bool fault(std::uint32_t one_in) { return with_faults_ && chance_() % one_in == 0; }

    /// The process ends between two events; the next one knows the events alone.
    void crash() {
        auto replayed = std::make_unique<State>(*state_->plan);
        for (const Event& event : events_) {
            static_cast<void>(step(*replayed, event));
        }
        CHECK(state_hash(*replayed) == state_hash(*state_));
        state_ = std::move(replayed);
    }

    /// A report that comes once more changes nothing, and nothing is done about it.
    void repeat(const Event& event) {
        const std::uint64_t before = state_hash(*state_);
        CHECK(step(*state_, event).empty());
        CHECK(state_hash(*state_) == before);
    }

    template <class What>
    void deliver(What&& what) {
        if (fault(20)) crash();
        events_.push_back({backend_.now_ms(), std::forward<What>(what)});
        for (Action& action : step(*state_, events_.back())) {
            if (auto* start = std::get_if<StartTask>(&action)) {
                CHECK(sent_.insert(start->node).second);
                backend_.start(start->node, std::move(start->spec));
            } else if (const auto* kill = std::get_if<KillTask>(&action)) {
                backend_.stop(kill->node, false);
            } else if (const auto* timer = std::get_if<SetTimer>(&action)) {
                timers_.push({timer->at_ms, n_timers_++, {timer->kind, timer->node}});
            } else if (const auto* changed = std::get_if<NodeChanged>(&action)) {
                check_final(changed->node);
            } else if (std::holds_alternative<RunFinished>(action)) {
                CHECK(!finished_);
                finished_ = true;
            }
        }
        check_limits();
    }

    /// Only a group whose daemon has failed afterwards changes once more.
    void check_final(NodeId id) {
        const Node& node = state_->nodes[id];
        phases_.resize(state_->nodes.size(), Phase::kPending);
        const bool may_change = !is_fulfilled(phases_[id]) || node.type == NodeType::kStepGroup;
        CHECK((may_change || phases_[id] == node.phase));
        phases_[id] = node.phase;
    }

    void check_limits() const {
        std::size_t n_pods = 0;
        std::vector<std::int64_t> n_children(state_->nodes.size());
        for (const Node& node : state_->nodes) {
            const bool active = !is_fulfilled(node.phase) && !node.waits_for_lock;
            const bool is_pod = node.type == NodeType::kPod;
            if (!active) continue;
            if (is_pod) ++n_pods;
            const bool is_child =
                is_pod || node.type == NodeType::kSteps || node.type == NodeType::kDag;
            if (is_child && node.boundary != kNoId) ++n_children[node.boundary];
        }
        if (state_->plan->parallelism) {
            CHECK(n_pods <= static_cast<std::size_t>(*state_->plan->parallelism));
        }
        for (NodeId boundary = 0; boundary < n_children.size(); ++boundary) {
            if (n_children[boundary] == 0) continue;
            const auto& limit =
                state_->plan->templates[state_->nodes[boundary].template_id].parallelism;
            if (limit) CHECK(n_children[boundary] <= *limit);
        }
        for (const auto& [name, lock] : state_->locks) {
            CHECK(static_cast<std::int64_t>(lock.holders.size()) <= lock.limit);
        }
    }

    std::unique_ptr<State> state_;
    SimulatedBackend backend_;
    Shutdown shutdown_;
    std::int64_t shutdown_at_ms_;
    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
    std::uint64_t n_timers_ = 0;
    std::vector<Event> events_;
    std::vector<Phase> phases_;
    std::set<NodeId> sent_;
    std::set<NodeId> started_;
    bool finished_ = false;
    bool with_faults_;
    std::mt19937 chance_;
};

/// Every task began after all that it depends on had ended, unless that is a daemon.
void check_order(const State& state) {
    for (const Frame& frame : state.frames) {
        if (!frame.group_nodes.empty()) continue;
        for (const Slot& slot : frame.slots) {
            if (slot.node == kNoId) continue;
            for (const std::uint32_t before : state.plan->calls[slot.call].dependencies) {
                const NodeId dependency = frame.slots[before].node;
                REQUIRE(dependency != kNoId);
                const CallId call = frame.slots[before].call;
                if (state.plan->template_of(state.plan->calls[call]).daemon) continue;
                CHECK(state.nodes[dependency].finished_ms <= state.nodes[slot.node].started_ms);
                CHECK(state.nodes[dependency].finished_ms != 0);
            }
        }
    }
}

void check_end(const State& state) {
    CHECK(state.finished_ms != 0);
    CHECK(state.phase != RunPhase::kRunning);
    CHECK(state.agenda.empty());
    std::set<std::string> names;
    std::set<std::string> ids;
    // A template whose daemon has failed leaves open what it was at, and one that fails fast waits
    // for its own pods only, not for templates below.
    const bool may_leave = std::any_of(state.nodes.begin(), state.nodes.end(),
                                       [](const Node& node) { return node.given_up; }) ||
                           std::any_of(state.frames.begin(), state.frames.end(),
                                       [](const Frame& frame) { return frame.failing_fast; });
    for (NodeId id = 0; id < state.nodes.size(); ++id) {
        CHECK(names.insert(node_name(state, id)).second);
        CHECK(ids.insert(node_id(state, id)).second);
        const Node& node = state.nodes[id];
        CHECK(is_fulfilled(node.phase) == (node.finished_ms != 0));
        CHECK(!node.daemoned);
        // What still runs when a workflow fails is told to end.
        const bool left = node.type == NodeType::kPod && !is_fulfilled(node.phase);
        if (left && !node.waits_for_lock) CHECK(node.kill_reason != KillReason::kNone);
        const bool must_end = state.phase == RunPhase::kSucceeded && !may_leave;
        if (must_end) CHECK(is_fulfilled(node.phase));
        if (is_fulfilled(node.phase)) CHECK(!node.holds_lock);
    }
}

class Manifest {
public:
    explicit Manifest(const std::string& yaml) {
        const FileId file = sources_.add("test.yaml", yaml);
        const front::InputFile input{file, true};
        project_ =
            std::make_unique<ir::Project>(front::load_project(sources_, std::span(&input, 1), 1));
        RunRequest request;
        request.workflow = project_->all("Workflow").front();
        request.name = "wf";
        request.uid = "uid";
        built_ = build_plan(*project_, request);
    }
    [[nodiscard]] const BuiltPlan& built() const { return built_; }

private:
    SourceMap sources_;
    std::unique_ptr<ir::Project> project_;
    BuiltPlan built_;
};

void check_seed(std::uint32_t seed) {
    const std::string yaml = random_workflow(seed);
    const Manifest manifest(yaml);
    REQUIRE(manifest.built().unsupported.empty());
    const Plan& plan = manifest.built().plan;
    const Shutdown early = seed % 4 == 0   ? Shutdown::kStop
                           : seed % 4 == 1 ? Shutdown::kTerminate
                                           : Shutdown::kNone;
    WatchedRun watched(plan, seed, early, 1000 * (seed / 4 % 60));
    INFO("seed " << seed << "\n" << yaml);
    watched.run();
    const State& state = watched.state();
    INFO(tree_of(state));
    check_end(state);
    if (early == Shutdown::kNone && !plan.active_deadline_seconds) check_order(state);
    State replayed(plan);
    for (const Event& event : watched.events()) {
        static_cast<void>(step(replayed, event));
    }
    CHECK(tree_of(replayed) == tree_of(state));
    CHECK(state_hash(replayed) == state_hash(state));
    WatchedRun faulty(plan, seed, early, 1000 * (seed / 4 % 60), true);
    faulty.run();
    CHECK(tree_of(faulty.state()) == tree_of(state));
}

TEST_CASE("workflows made by chance end as they must") {
    const char* wanted = std::getenv("TIPHYS_SEEDS");
    const char* first = std::getenv("TIPHYS_FIRST_SEED");
    const int n_seeds = wanted == nullptr ? 300 : std::atoi(wanted);
    const int begin = first == nullptr ? 1 : std::atoi(first);
    for (int seed = begin; seed < begin + n_seeds; ++seed) {
        check_seed(static_cast<std::uint32_t>(seed));
    }
}

TEST_CASE("a loop of many elements keeps to its limit and has a node for each") {
    const ScriptedRun run("apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n"
                          "metadata: {name: wf}\nspec:\n  entrypoint: main\n  templates:\n"
                          "  - name: ok\n    container: {image: i, command: ['true']}\n"
                          "  - name: main\n    parallelism: 50\n    dag:\n      tasks:\n"
                          "      - {name: l, template: ok, withSequence: {count: '20000'}}\n");
    CHECK(run.outcome() == "Succeeded");
    CHECK(run.state().nodes.size() == 20'002);
    CHECK(run.backend().most_running() == 50);
}

} // namespace
} // namespace tiphys::run
