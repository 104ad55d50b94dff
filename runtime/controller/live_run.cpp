// From the object of a workflow to its end: the plan, the core's events and what they lead to.

#include "runtime/controller/live_run.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <utility>

#include "compiler/expr/environment.h"
#include "runtime/backends/kubernetes/pod_outcome.h"
#include "runtime/controller/artifact_gc.h"
#include "runtime/controller/cache_entries.h"
#include "runtime/controller/clock.h"
#include "runtime/controller/labels.h"
#include "runtime/controller/restrictions.h"

namespace tiphys::control {

using run::NodeId;

LiveRun::LiveRun(Surroundings& around, KnownWorkflow workflow)
    : around_(around), workflow_(std::move(workflow)), writer_(new_writer()) {
    resource_version_ = workflow_.resource_version;
    was_known_ = !workflow_.phase.empty() && workflow_.phase != "Pending";
    extras_.uid = workflow_.uid;
    extras_.annotations[kAnnotationPodNames] = "v2";
}

LiveRun::~LiveRun() = default;

void LiveRun::prepare() {
    is_prepared_ = true;
    load_project();
    run::RunRequest request;
    for (const ir::SourceUnit& unit : project_->units()) {
        if (request.workflow == nullptr && !unit.documents.empty()) {
            request.workflow = &unit.documents.front();
        }
    }
    request.name = workflow_.name;
    request.namespace_name = workflow_.name_space;
    request.uid = workflow_.uid;
    request.created_ms = workflow_.created_ms;
    request.for_pods = true;
    built_ = run::build_plan(*project_, request);
    built_.plan.zone_file = expr::read_system_zone;
    extras_.labels.insert(built_.plan.computed_labels.begin(), built_.plan.computed_labels.end());
    state_ = std::make_unique<run::State>(built_.plan);
    std::string problem;
    if (!was_known_ && around_.options.check) {
        problem = around_.options.check(*project_, *request.workflow);
    }
    for (const run::Unsupported& unsupported : built_.unsupported) {
        if (!problem.empty()) break;
        problem = unsupported.path + " " + unsupported.reason;
    }
    if (workflow_.is_unreadable) {
        fail_early(run::RunPhase::kError, "the nodes of the workflow cannot be read");
    } else if (const std::string refused = refusal(); !refused.empty()) {
        fail_early(run::RunPhase::kError, refused);
    } else if (!problem.empty()) {
        fail_early(run::RunPhase::kFailed, "invalid spec: " + problem);
    } else {
        find_locks();
        hold_for_garbage();
    }
    project_.reset();
}

std::string LiveRun::refusal() const {
    const char* const allowed = std::getenv("WORKFLOW_USER_OVERRIDE_ALLOWLIST");
    return refused_by_restrictions(around_.config.template_referencing, workflow_.spec,
                                   allowed == nullptr ? "" : allowed);
}

/// Argo: addArtifactGCFinalizer.
void LiveRun::hold_for_garbage() {
    if (!has_garbage(built_.plan)) {
        extras_.artifact_gc = R"({"notSpecified":true})";
        return;
    }
    extras_.artifact_gc = "{}";
    extras_.finalizers = workflow_.finalizers;
    if (!is_held_for_garbage(workflow_)) extras_.finalizers.emplace_back(kFinalizerArtifactGc);
}

/// Argo: setExecWorkflow marks such workflows failed before there is any node.
void LiveRun::fail_early(run::RunPhase phase, std::string message) {
    around_.log.warn(
        "workflow cannot be run",
        {{"namespace", workflow_.name_space}, {"workflow", workflow_.name}, {"error", message}});
    state_->phase = phase;
    state_->message = std::move(message);
    state_->started_ms = unix_now_ms();
    state_->finished_ms = state_->started_ms;
    state_->now_ms = state_->started_ms;
    outbox_.is_finished = true;
    has_begun_ = true;
}

void LiveRun::hold_back(const std::string& reason) {
    extras_.waits_for = reason;
    if (state_ == nullptr) state_ = std::make_unique<run::State>(built_.plan);
    if (has_locks_) extras_.locks = locks_text();
}

void LiveRun::begin(std::int64_t now_ms) {
    has_begun_ = true;
    extras_.waits_for.clear();
    extras_.estimated_s = around_.baselines.estimate_s(workflow_);
    tasks_ = std::make_unique<run::PodTasks>(around_.client, task_options());
    note_held_locks();
    state_->now_ms = now_ms;
    locks_changed();
    is_suspended_ = workflow_.is_suspended;
    // A run that was told to end does not begin before it knows that.
    if (is_suspended_ || workflow_.shutdown != run::Shutdown::kNone) {
        deliver(run::SuspensionChanged{true, false});
    }
    run::RunStarted started;
    started.caches = caches_of(built_.plan.config_maps, workflow_);
    started.kept = kept_nodes(workflow_);
    deliver(std::move(started));
    if (workflow_.shutdown != run::Shutdown::kNone) {
        shutdown_ = workflow_.shutdown;
        deliver(run::ShutdownRequested{shutdown_});
    }
    // Kept for as long as the nodes are of interest.
    workflow_.nodes.clear();
    workflow_.nodes.shrink_to_fit();
}

void LiveRun::deliver(run::EventKind what) {
    outbox_.take(run::step(*state_, {unix_now_ms(), std::move(what)}),
                 [&](NodeId node) { changed_.push_back(node); });
    if (std::exchange(outbox_.garbage, {}).empty()) return;
    // The core calls deleted what is to be. Here that is done once the end is in the cluster.
    for (run::Outputs& outputs : state_->outputs) {
        for (run::Artifact& artifact : outputs.artifacts) {
            artifact.deleted = false;
        }
    }
}

/// How long it takes from the news of a task's end to the order of the next one's pod.
void LiveRun::trace_start(const run::StartTask& task) {
    if (news_us_ == 0) return;
    const std::int64_t hop_us = steady_now_us() - news_us_;
    around_.timings.hops.push_back(static_cast<double>(hop_us) / 1e6);
    around_.log.debug("a task follows", {{"workflow", workflow_.name},
                                         {"pod", task.spec->pod_name},
                                         {"hopUs", std::to_string(hop_us)}});
}

void LiveRun::do_effects() {
    while (!outbox_.effects.empty() && !around_.is_fenced) {
        for (run::Action& action : std::exchange(outbox_.effects, {})) {
            if (auto* task = std::get_if<run::StartTask>(&action)) {
                trace_start(*task);
                tasks_->start(task->node, std::move(task->spec));
            } else if (const auto* kill = std::get_if<run::KillTask>(&action)) {
                tasks_->stop(kill->node, false);
            } else if (const auto* saved = std::get_if<run::SaveCacheEntry>(&action)) {
                save_cache_entry(*saved);
            }
        }
    }
}

/// Argo: workflow/metrics/counter_pod_pending.go, counter_pod_restart.go, counter_pod_missing.go.
void LiveRun::count_report(const run::BackendReport& report) {
    constexpr std::int64_t kRecentlyMs = 10'000;
    const std::string& why = report.waiting;
    if (why.starts_with(run::kRestartsDueTo)) {
        const std::size_t n_before = run::kRestartsDueTo.size();
        const std::string reason = why.substr(n_before, why.find(':') - n_before);
        // Argo: extractConditionFromMessage.
        const std::size_t begin = why.find('[');
        const std::size_t end = why.find(']', begin);
        const std::string condition = end == why.npos ? "" : why.substr(begin + 1, end - begin - 1);
        ++around_.tallies[{Tally::kPodRestart, {reason, condition, workflow_.name_space}}];
    } else if (!why.empty()) {
        const std::string reason = why.substr(0, why.find(':'));
        // What an API server says of pods that it does not take names each of them.
        const bool is_word = reason.find_first_of(" \"") == reason.npos;
        if (reason == "PodInitializing") return;
        ++around_.tallies[{Tally::kPodPending,
                           {is_word ? reason : "NotCreated", workflow_.name_space}}];
    } else if (report.finished && report.report.message == run::kPodDeleted) {
        const run::Node& node = state_->nodes[report.node];
        const bool is_recent = unix_now_ms() - node.started_ms < kRecentlyMs;
        ++around_
              .tallies[{Tally::kPodMissing,
                        {std::string(run::phase_name(node.phase)), is_recent ? "true" : "false"}}];
    }
}

void LiveRun::deliver_reports() {
    if (tasks_ == nullptr) return;
    for (run::BackendReport& report : tasks_->take_reports()) {
        count_report(report);
        if (!report.waiting.empty()) {
            deliver(run::TaskWaiting{report.node, std::move(report.waiting)});
        } else if (report.finished) {
            deliver(run::TaskFinished{report.node, std::move(report.report)});
        } else {
            deliver(run::TaskStarted{report.node, std::move(report.place)});
        }
    }
}

void LiveRun::advance(std::int64_t now_ms) {
    if (is_over_ || around_.is_fenced) return;
    const std::int64_t begun_us = news_us_ == 0 ? 0 : steady_now_us();
    if (tasks_ != nullptr) {
        if (tasks_->next_timer_ms() <= now_ms) tasks_->tick(now_ms);
        deliver_reports();
        while (const auto fired = outbox_.take_timer(now_ms)) {
            deliver(*fired);
        }
        do_effects();
        // Some tasks end at once.
        deliver_reports();
        do_effects();
        note_held_locks();
        tell_changes();
        news_us_ = 0;
    }
    const bool is_shown = has_begun_ || !extras_.waits_for.empty();
    if (is_shown && state_ != nullptr) write_status(now_ms);
    if (begun_us == 0) return;
    around_.timings.operations.push_back(static_cast<double>(steady_now_us() - begun_us) / 1e6);
}

void LiveRun::flush(std::int64_t now_ms) {
    next_write_ms_ = 0;
    advance(now_ms);
}

bool LiveRun::tidy(std::int64_t now_ms) {
    constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
    if (tasks_ == nullptr || around_.is_fenced) return false;
    if (tasks_->next_timer_ms() <= now_ms) tasks_->tick(now_ms);
    return tasks_->n_requests() > 0 || tasks_->next_timer_ms() != kNever;
}

std::int64_t LiveRun::next_ms() const {
    std::int64_t next = std::numeric_limits<std::int64_t>::max();
    if (is_over_) return tasks_ == nullptr ? next : tasks_->next_timer_ms();
    if (tasks_ != nullptr) {
        next = std::min(next, tasks_->next_timer_ms());
        if (tasks_->has_reports()) next = 0;
        next = std::min(next, outbox_.next_timer_ms().value_or(next));
    }
    if (!outbox_.effects.empty()) next = 0;
    if (end_ms_ != 0 && !extras_.may_end && !is_writing_) next = std::min(next, end_ms_);
    const bool writes_later = !is_writing_ && next_write_ms_ != 0;
    if (writes_later) next = std::min(next, next_write_ms_);
    return next;
}

} // namespace tiphys::control
