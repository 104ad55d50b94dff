#pragma once
// One event being applied to a state. Private to the core: others call step().

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/resolve.h"
#include "runtime/core/scope.h"
#include "runtime/core/state.h"
#include "runtime/core/step.h"

namespace tiphys::run {

/// Of nodes that were still waiting when their template gave up. Argo leaves them as they are.
inline constexpr std::string_view kTemplateOver = "the template around it has ended";

/// What became of a call.
struct CallResult {
    /// kError: there is a node of phase Error, and the caller is to treat it as its own error.
    enum class Kind : std::uint8_t { kStarted, kBlocked, kError };
    Kind kind = Kind::kStarted;
    NodeId node = kNoId;
    std::string error;
};

struct NewNode {
    NodeId name_parent = kNoId;
    std::string_view suffix;
    NodeType type = NodeType::kPod;
    Phase phase = Phase::kPending;
    CallId call = kNoId;
    TemplateId template_id = kNoId;
    NodeId boundary = kNoId;
    Owner owner;
    std::string_view message;
    bool bare_flag = false;
    /// An existing node that becomes this one.
    NodeId reused = kNoId;
    bool waits_for_lock = false;
};

[[nodiscard]] NewNode new_node(const Invocation& invocation, NodeType type, Phase phase,
                               TemplateId template_id);

/// The parts that follow one after the other in the files of this folder.
class Transition {
public:
    /// `sink` may be null: then all actions are there at the end.
    Transition(State& state, std::int64_t now_ms, const ActionSink* sink)
        : state_(state), plan_(*state.plan), now_ms_(now_ms), sink_(sink) {}

    void apply(const Event& event);
    [[nodiscard]] std::vector<Action> take_actions() { return std::move(actions_); }

private:
    // nodes.cpp: the tree
    NodeId create(const NewNode& blank);
    NodeId reuse(const NewNode& blank);
    void announce_end(NodeId node);
    void look_at_hooks(NodeId node);
    void end_daemons(NodeId boundary);
    [[nodiscard]] NodeId last_child_of_retry(NodeId retry) const;
    [[nodiscard]] bool enter_id(std::uint32_t hash, NodeId id);
    void set_id(Node& node);
    void add_child(NodeId parent, NodeId child);
    void set_phase(NodeId node, Phase phase);
    void set_phase(NodeId node, Phase phase, std::string_view message);
    void set_message(NodeId node, std::string_view message);
    void account(NodeId node, bool was_unfulfilled, bool was_active);
    void set_busy(std::uint32_t frame, bool busy);
    void append_outbound(NodeId node, std::vector<NodeId>& out) const;
    void append_container_outbound(NodeId node, std::vector<NodeId>& out) const;
    [[nodiscard]] std::uint32_t frame_of(NodeId boundary) const;

    // locks.cpp: locks and memoization, which stand between a call and its start
    CallResult admit(const Invocation& invocation, TemplateId template_id, std::uint32_t inputs);
    CallResult enter(const Invocation& invocation, TemplateId template_id, std::uint32_t inputs);
    [[nodiscard]] std::string names_of_locks(const Template& callee, const Scope& scope,
                                             std::vector<std::string>& names);
    [[nodiscard]] const std::string* first_taken(const std::vector<std::string>& names) const;
    [[nodiscard]] std::int64_t free_places(const std::string& name) const;
    NodeId make_waiting_node(const Invocation& invocation, TemplateId template_id,
                             std::uint32_t inputs, const std::string& taken);
    void reserve_locks(const std::vector<std::string>& names);
    void hold_locks(NodeId node, const std::vector<std::string>& names);
    void release_locks(NodeId node);
    void wake_lock_waiters();
    void fail_lock_waiters(std::string_view message, bool with_handlers);
    struct Recalled {
        std::optional<Memoization> memoization;
        const CacheEntry* entry = nullptr;
        std::string error;
    };
    [[nodiscard]] Recalled recall(const Template& callee, const Scope& scope) const;
    [[nodiscard]] const CacheEntry* find_entry(const Memoization& wanted, std::int64_t longest_ms,
                                               const Scope& scope) const;
    CallResult restore(const Invocation& invocation, TemplateId template_id, std::uint32_t inputs,
                       const Recalled& recalled);
    void memorize(NodeId node);

    // start.cpp: calls
    CallResult call(const Invocation& invocation, Arguments&& arguments);
    CallResult call_failed(const Invocation& invocation, std::string_view error,
                           TemplateId template_id);
    [[nodiscard]] bool is_blocked(const Invocation& invocation) const;
    CallResult start_body(const Invocation& invocation, TemplateId template_id,
                          std::uint32_t inputs, std::uint32_t attempt,
                          const std::optional<Memoization>& memoization);
    CallResult start_task(const Invocation& invocation, const Scope& scope, std::uint32_t inputs);
    void set_memoization(NodeId node, const Memoization& memoization);
    CallResult start_suspend(const Invocation& invocation, const Scope& scope,
                             std::uint32_t inputs);
    void make_process_nodes(NodeId pod);
    void fill_manifest(const Invocation& invocation, PodManifest& manifest) const;
    void start_timers(NodeId node, const Template& called, const Scope& scope);
    [[nodiscard]] std::string timeout_error(const Scope& scope) const;
    [[nodiscard]] std::optional<std::int64_t> end_of_time(NodeId node, const Text& limit,
                                                          const Scope& scope) const;
    [[nodiscard]] bool starts_nothing(NodeId boundary) const;
    [[nodiscard]] bool is_stopped(const Invocation& invocation) const;
    void set_origin(NodeId node, const Invocation& invocation, std::uint32_t inputs);
    [[nodiscard]] const Inputs& inputs_at(std::uint32_t inputs) const;
    /// Of a node's own template, called as it was.
    [[nodiscard]] Scope scope_of_node(NodeId node) const;
    [[nodiscard]] Scope scope_of_template(const Invocation& invocation, TemplateId template_id,
                                          const Inputs& inputs) const;

public:
    /// A step or a task with its condition and arguments worked out.
    struct Prepared {
        enum class Kind : std::uint8_t { kRun, kSkip, kError };
        Kind kind = Kind::kRun;
        /// kSkip, kError: the message.
        std::string text;
        Arguments arguments;
        /// kError: references had no value, before any element was looked at.
        bool unresolved = false;
    };

private:
    // slots.cpp: what steps and tasks have in common
    [[nodiscard]] Scope scope_of_slot(std::uint32_t frame, std::uint32_t slot) const;
    Prepared prepare(std::uint32_t frame, std::uint32_t slot, const Item* item);
    Prepared open_loop(std::uint32_t frame, std::uint32_t slot);
    Prepared check_items(std::uint32_t frame, std::uint32_t slot);
    [[nodiscard]] bool has_condition_without_item(std::uint32_t frame, std::uint32_t slot,
                                                  std::optional<bool>& value) const;
    void continue_slot(std::uint32_t frame, std::uint32_t slot, Prepared* first);
    void hand_over_actions();
    bool start_item(std::uint32_t frame, std::uint32_t slot, Prepared&& prepared, const Item* item);
    [[nodiscard]] Invocation invocation_of(std::uint32_t frame, std::uint32_t slot,
                                           const Item* item) const;
    void item_done(std::uint32_t frame, std::uint32_t slot, NodeId node, bool with_error);
    void close_item(std::uint32_t frame, std::uint32_t slot);
    void check_aggregate(std::uint32_t frame, std::uint32_t slot);
    void park(std::uint32_t frame, std::uint32_t slot);
    void wake_parked();
    void wake(const Parked& parked);
    void give_up_items(std::uint32_t frame, std::uint32_t slot);

    // hooks.cpp: what is called when expressions become true
    /// The node that hooks belong to, and the slot that made it.
    struct HookPlace {
        std::uint32_t frame = kNoId;
        std::uint32_t slot = kNoId;
        NodeId node = kNoId;
    };
    enum class Called : std::uint8_t { kNo, kStarted, kBlocked };
    Called call_hook_of(const HookPlace& place, CallId hook, Owner::Kind kind, bool fired,
                        std::string& error);
    bool call_exit_hook(const HookPlace& place);
    void exit_hook_errored(std::uint32_t frame, std::string_view error);
    bool call_named_hooks(const HookPlace& place, bool ended);
    void call_named_hook(const HookPlace& place, std::uint32_t number, bool ended);
    void named_hook_done(const HookPlace& place);
    void named_hooks_done(const HookPlace& place);
    void call_run_hooks();
    void call_run_hook(std::uint32_t number);
    void run_hook_done();
    void go_on_after_root();

    // steps.cpp
    void start_steps(std::uint32_t frame);
    void start_group(std::uint32_t frame);
    bool check_group(std::uint32_t frame, std::vector<Prepared>& prepared);
    void connect_group(std::uint32_t frame, NodeId group_node);
    void step_errored(std::uint32_t frame, std::string_view message);
    void close_group(std::uint32_t frame);
    void finish_steps(std::uint32_t frame);
    void set_steps_outbound(std::uint32_t frame);

    // dag.cpp
    void start_dag(std::uint32_t frame);
    [[nodiscard]] std::string find_targets(const Template& dag, const Scope& scope,
                                           std::uint32_t& shape);
    [[nodiscard]] const DagShape& shape_of(std::uint32_t frame) const;
    void start_dag_task(std::uint32_t frame, std::uint32_t slot);
    NodeId make_task_node(std::uint32_t frame, std::uint32_t slot, Phase phase,
                          std::string_view message);
    void connect_task(std::uint32_t frame, std::uint32_t slot, NodeId node);
    void dag_slot_done(std::uint32_t frame, std::uint32_t slot);
    [[nodiscard]] bool had_begun(std::uint32_t frame, std::uint32_t slot) const;
    bool close_task_node(std::uint32_t frame, std::uint32_t slot);
    [[nodiscard]] bool task_result(std::uint32_t frame, std::uint32_t task,
                                   TaskResult result) const;
    void assess(std::uint32_t frame);
    [[nodiscard]] Phase branch_phase(NodeId node) const;
    void finish_dag(std::uint32_t frame, Phase phase);

    // finish.cpp: ends of templates and of the run
    void finish_with_outputs(std::uint32_t frame);
    void fail_with_error(NodeId node, std::string_view error);
    void fail_fast(std::uint32_t frame);
    [[nodiscard]] NodeId last_group_below(NodeId node, std::set<NodeId>& without) const;
    [[nodiscard]] bool fail_group_within_walk(std::uint32_t frame, NodeId failed);
    void publish_outputs(const Outputs& outputs);
    void node_done(NodeId node, bool with_error);
    void root_done(NodeId node, bool with_error);
    void exit_handler_done(NodeId node, bool with_error);
    void finish_after_root();
    void delete_artifacts();
    void finish_run(RunPhase phase, std::string_view message);
    [[nodiscard]] std::string failures_as_json() const;

    // retry.cpp
    void start_retry(const Invocation& invocation, NodeId node);
    void start_attempt(std::uint32_t retry);
    void attempt_done(std::uint32_t retry, NodeId node, bool with_error);
    void finish_retry(std::uint32_t retry, Phase phase, std::string_view message);
    struct Decision {
        enum class Kind : std::uint8_t { kAgain, kWait, kEnd, kError };
        Kind kind = Kind::kEnd;
        std::string message;
        std::int64_t until_ms = 0;
        /// The strategy does not cover this kind of failure.
        bool by_policy = false;
    };
    Decision decide_retry(std::uint32_t retry);
    [[nodiscard]] std::optional<Decision> decide_by_history(std::uint32_t retry) const;
    std::optional<Decision> decide_backoff(std::uint32_t retry, const RetrySpec& spec,
                                           const Scope& scope);
    [[nodiscard]] AttemptVariables variables_for_next(const Retry& retry) const;
    [[nodiscard]] Invocation invocation_of_attempt(std::uint32_t retry) const;

    // tasks.cpp: reports of backends, timers, ends from outside
    void task_started(const TaskStarted& started);
    void task_waits(const TaskWaiting& waiting);
    void task_finished(NodeId node, const TaskReport& report);
    void finish_task(NodeId node, const TaskReport& report);
    void daemon_ready(NodeId node);
    void daemon_failed(NodeId node);
    [[nodiscard]] TaskReport answered(NodeId node, const TaskReport& report) const;
    [[nodiscard]] TaskReport transformed(NodeId node, const TaskReport& report) const;
    void store_outputs(NodeId node, const TaskReport& report);
    void finish_processes(NodeId node, const TaskReport& report);
    void end_processes(NodeId pod);
    void timer_fired(const TimerFired& timer);
    void time_is_over(NodeId node);
    void fail_waiting(NodeId node);
    void kill(NodeId node, KillReason reason);
    void end_early(Shutdown shutdown);
    void run_deadline_passed();
    void fail_unfinished(NodeType type, std::string_view message, bool with_handlers);
    void resume(NodeId node);

    // requests.cpp: what people ask of a run, and what is left of an earlier one
    void change_suspension(const SuspensionChanged& change);
    void set_suspended_node(const SuspendedNodeSet& change);
    [[nodiscard]] const KeptNode* kept_of(NodeId node) const;
    [[nodiscard]] const KeptNode* kept_of(NodeId parent, std::string_view suffix) const;
    void take_kept_inputs(const Invocation& invocation, const Template& callee,
                          Inputs& inputs) const;
    [[nodiscard]] bool has_kept_end(NodeId node) const;
    [[nodiscard]] std::int64_t end_of(NodeId node) const;
    bool restore_kept(NodeId node);

    // step.cpp
    void drain();
    void slot_done(std::uint32_t frame, std::uint32_t slot);
    void do_work(const Work& work);
    [[nodiscard]] bool end_if_stuck();
    void begin();

    State& state_;
    const Plan& plan_;
    std::int64_t now_ms_;
    std::vector<Action> actions_;
    const ActionSink* sink_;
    /// Something ended, so that parked calls may go on.
    bool wake_ = false;
    /// Hooks of the run have not been looked at since the event.
    bool look_at_run_hooks_ = true;
    /// The run is about to be ended from outside.
    bool is_ending_ = false;
};

} // namespace tiphys::run
