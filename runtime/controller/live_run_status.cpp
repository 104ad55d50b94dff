// Writing what a run has come to: the object's status, Events, memoization ConfigMaps.

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "runtime/controller/cache_entries.h"
#include "runtime/controller/clock.h"
#include "runtime/controller/labels.h"
#include "runtime/controller/live_run.h"
#include "runtime/io/json_fields.h"
#include "runtime/kubernetes/failure.h"
#include "runtime/plan/time_text.h"
#include "runtime/status.h"

namespace tiphys::control {
namespace {

using Json = nlohmann::json;
using run::compact;
using run::NodeId;

/// Changes are gathered for so long, except the first and the last.
constexpr std::int64_t kWriteIntervalMs = 1'000;
/// Making a patch costs time that grows with the run: no more than a tenth is spent on it.
constexpr std::int64_t kWriteCostFactor = 10;
/// An API server reads, checks and compares the whole object, which takes it seconds where that is
/// large. It gets this many times as long for everything else.
constexpr std::int64_t kServerCostFactor = 2;
constexpr std::int64_t kLongestWritePauseMs = 20'000;
constexpr std::int64_t kLongestFailurePauseMs = 30'000;
/// What was changed by others is on its way to us.
constexpr std::int64_t kPauseAfterConflictMs = 100;
/// Tasks that were told to end are waited for so long before the run is called ended.
constexpr std::int64_t kLongestEndMs = 60'000;
/// And so long pods of tasks that have ended already: their containers are part of the account.
constexpr std::int64_t kLongestPodEndMs = 5'000;

bool is_too_large(const kube::Response& response) {
    const std::string message = response.message();
    // Of the server itself, of etcd, and of the connection between the two.
    return response.status == 413 || message.find("too large") != message.npos ||
           message.find("message larger than max") != message.npos;
}

/// Somebody has changed the object, and we have not seen yet how.
bool is_conflict(const kube::Response& response) {
    return response.status == 409 &&
           response.message().find("has been modified") != std::string::npos;
}

/// A patch of what was seen last: it must not undo what people ask for by nodes.
std::string patch_of_version(std::string patch, const std::string& version) {
    constexpr std::string_view kBegin = "{\"metadata\":{";
    if (version.empty() || !patch.starts_with(kBegin)) return patch;
    return patch.insert(kBegin.size(), "\"resourceVersion\":\"" + version + "\",");
}

/// The name belongs to another object by now.
bool is_another(const kube::Response& response) {
    const std::string message = response.message();
    const bool is_about_uid =
        message.find("metadata.uid") != message.npos || message.find("UID") != message.npos;
    return (response.status == 409 || response.status == 422) && is_about_uid;
}

} // namespace

run::PodTaskOptions LiveRun::task_options() const {
    run::PodTaskOptions options = around_.config.pods;
    options.workflow_name = workflow_.name;
    options.workflow_uid = workflow_.uid;
    options.name_space = workflow_.name_space;
    options.instance_id = around_.options.instance_id;
    // Argo: executorImage in workflow/controller/config.go.
    if (!around_.options.executor_image.empty()) {
        options.executor_image = around_.options.executor_image;
    }
    if (!around_.options.executor_pull_policy.empty()) {
        options.executor_pull_policy = around_.options.executor_pull_policy;
    }
    options.log_level = around_.options.log_level;
    options.log_format = around_.options.log_format;
    options.n_pod_restarts = around_.config.n_pod_restarts;
    return options;
}

StatusWriter LiveRun::new_writer() const {
    const NodeStore& store = around_.options.nodes;
    if (!store.save) return StatusWriter();
    const auto offload = [&store, &log = around_.log, uid = workflow_.uid,
                          name_space = workflow_.name_space](const std::string& nodes) {
        Result<std::string> version = store.save(uid, name_space, nodes);
        if (!version) log.error("nodes cannot be offloaded", {{"error", version.error().message}});
        return version;
    };
    return store.is_for_all ? StatusWriter(0, offload)
                            : StatusWriter(std::size_t{1} << 20, offload);
}

void LiveRun::write_status(std::int64_t now_ms) {
    if (is_writing_ || is_gone_ || n_saves_ > 0) return;
    const bool has_ended = outbox_.is_finished;
    if (has_ended && !extras_.may_end) {
        if (ended_ms_ == 0) ended_ms_ = now_ms;
        const bool waits = tasks_ != nullptr && tasks_->n_open() > 0;
        const bool ends = tasks_ != nullptr && tasks_->n_ending() > 0;
        end_ms_ = ended_ms_ + (waits ? kLongestEndMs : ends ? kLongestPodEndMs : 0);
        extras_.may_end = end_ms_ <= now_ms;
        if (extras_.may_end) next_write_ms_ = std::min(next_write_ms_, now_ms);
    }
    if (now_ms < next_write_ms_) return;
    const std::int64_t before = steady_now_ms();
    std::string body = writer_.patch(*state_, extras_);
    const std::int64_t cost = steady_now_ms() - before;
    next_write_ms_ = 0;
    if (body.empty()) return;
    is_writing_ = true;
    next_write_ms_ = now_ms + std::max(kWriteIntervalMs, cost * kWriteCostFactor);
    kube::Request request;
    request.method = "PATCH";
    request.resource = {kWorkflowVersion, "workflows", workflow_.name_space, workflow_.name, ""};
    request.body = patch_of_version(std::move(body), resource_version_);
    const auto answered = [self = weak_from_this(), had_end = extras_.may_end,
                           sent_ms = steady_now_ms()](const kube::Response& response) {
        const auto run = self.lock();
        if (run == nullptr) return;
        run->pause_writes((steady_now_ms() - sent_ms) * kServerCostFactor);
        run->status_answered(response, had_end);
    };
    around_.client.send(std::move(request), answered);
}

void LiveRun::pause_writes(std::int64_t pause_ms) {
    next_write_ms_ =
        std::max(next_write_ms_, unix_now_ms() + std::min(pause_ms, kLongestWritePauseMs));
}

void LiveRun::status_answered(const kube::Response& response, bool had_end) {
    is_writing_ = false;
    if (response.ok()) note_version(resource_version_of(response.body));
    const char* const outcome = response.ok() ? "ok" : is_conflict(response) ? "conflict" : "error";
    ++around_.tallies[{Tally::kStatusWrite, {outcome}}];
    if (const std::string early = std::exchange(early_object_, {}); !early.empty()) {
        object_seen(early);
    }
    if (response.ok()) {
        write_trouble_.clear();
        write_pause_ms_ = kFirstWritePauseMs;
        for (const NodeId node : writer_.accepted()) {
            if (tasks_ != nullptr) tasks_->release(node);
        }
        if (had_end) close();
        return;
    }
    is_gone_ = response.status == 404 || is_another(response);
    if (is_gone_) {
        is_over_ = true;
        return;
    }
    if (is_conflict(response)) {
        writer_.lost();
        next_write_ms_ = unix_now_ms() + kPauseAfterConflictMs;
        return;
    }
    // The controller names missing rights once, for all runs.
    const bool is_new = response.message() != std::exchange(write_trouble_, response.message());
    if (is_new && !kube::missing_right({}, response)) {
        around_.log.warn("the status cannot be written", {{"namespace", workflow_.name_space},
                                                          {"workflow", workflow_.name},
                                                          {"error", response.message()}});
    }
    writer_.lost();
    next_write_ms_ = unix_now_ms() + write_pause_ms_;
    write_pause_ms_ = std::min(write_pause_ms_ * 2, kLongestFailurePauseMs);
    if (is_too_large(response) && writer_.can_be_shorter()) {
        writer_.was_too_long();
        next_write_ms_ = 0;
    }
}

/// The end is in the cluster: what the run leaves behind is put away.
void LiveRun::close() {
    is_over_ = true;
    around_.locks.set(workflow_.key(), {});
    if (tasks_ == nullptr) return;
    tasks_->release_all(state_->phase == run::RunPhase::kSucceeded);
    // Argo: deleteTaskResults in workflow/controller/operator.go.
    kube::Request request;
    request.method = "DELETE";
    request.resource = {kWorkflowVersion, "workflowtaskresults", workflow_.name_space, "", ""};
    request.query = {{"labelSelector", std::string(kLabelWorkflow) + "=" + workflow_.name}};
    around_.client.send(std::move(request), [](const kube::Response&) {});
}

/// Argo: recordNodePhaseChangeEvents and markWorkflowPhase in workflow/controller/operator.go.
void LiveRun::tell_changes() {
    const auto event = [&](std::string reason, std::string message, bool is_warning) {
        return RecordedEvent{workflow_.name,
                             workflow_.name_space,
                             workflow_.uid,
                             std::move(reason),
                             std::move(message),
                             is_warning,
                             {}};
    };
    if (around_.config.sends_workflow_events) {
        if (!std::exchange(told_running_, true) && !was_known_) {
            around_.events.record(event("WorkflowRunning", "Workflow Running", false));
        }
        if (outbox_.is_finished && ended_ms_ == 0 && !std::exchange(told_end_, true)) {
            const bool good = state_->phase == run::RunPhase::kSucceeded;
            around_.events.record(event(good ? "WorkflowSucceeded" : "WorkflowFailed",
                                        good ? "Workflow completed" : state_->message, !good));
        }
    }
    if (metrics_.has_realtime() && !outbox_.is_finished && !std::exchange(told_begun_run_, true)) {
        tell_metrics(metrics_.of_begun_run(*state_));
    }
    if (outbox_.is_finished && !std::exchange(told_metrics_, true) && !metrics_.empty()) {
        tell_metrics(metrics_.of_run(*state_));
    }
    told_phases_.resize(state_->nodes.size(), run::Phase::kPending);
    for (const NodeId id : std::exchange(changed_, {})) {
        const run::Node& node = state_->nodes[id];
        if (metrics_.has_realtime() && !run::is_fulfilled(node.phase)) tell_begun(id);
        if (told_phases_[id] == node.phase) continue;
        const bool is_first = std::exchange(told_phases_[id], node.phase) == run::Phase::kPending;
        const bool is_old =
            was_known_ && node.finished_ms != 0 && node.finished_ms < state_->now_ms;
        if (!metrics_.empty() && !is_old && run::is_fulfilled(node.phase)) {
            tell_metrics(metrics_.of_node(*state_, shown_node(id)));
        }
        if (!around_.config.sends_node_events || is_old) continue;
        // Argo: recordNodePhaseChangeEvents. What ends at once is said to have run, and what was
        // never to run is passed over.
        if (is_first && run::is_completed(node.phase)) tell_node(id, run::Phase::kRunning);
        const bool is_passed_over =
            is_first && run::is_fulfilled(node.phase) && !run::is_completed(node.phase);
        if (!is_passed_over) tell_node(id, node.phase);
    }
}

std::string LiveRun::shown_node(NodeId id) const {
    return with_duration(run::node_as_json(*state_, id, {}), extras_, id);
}

void LiveRun::tell_begun(NodeId id) {
    told_begun_.resize(state_->nodes.size());
    if (told_begun_[id]) return;
    told_begun_[id] = true;
    tell_metrics(metrics_.of_begun_node(*state_, shown_node(id)));
}

/// What has no value is logged once for each run: the others have the same fault.
/// Argo: reportMetricEmissionError.
void LiveRun::tell_metrics(const DeclaredMetrics::Values& found) {
    std::vector<std::string> problems = found.problems;
    for (metrics::CustomValue value : found.values) {
        if (!around_.take_metric) break;
        value.owner = workflow_.uid;
        if (const auto taken = around_.take_metric(value); !taken) {
            problems.push_back(taken.error().message);
        }
    }
    if (problems.empty()) return;
    extras_.metrics_error = problems.back();
    if (std::exchange(told_metric_problem_, true)) return;
    around_.log.warn("a declared metric has no value", {{"namespace", workflow_.name_space},
                                                        {"workflow", workflow_.name},
                                                        {"error", problems.front()}});
}

/// Argo: recordNodePhaseEvent in workflow/controller/operator.go.
void LiveRun::tell_node(NodeId id, run::Phase shown) {
    const run::Node& node = state_->nodes[id];
    const std::string name = run::node_name(*state_, id);
    const std::string phase(run::phase_name(shown));
    std::string message = phase + " node " + name;
    if (node.message != 0) message += ": " + std::string(run::message_of(*state_, id));
    const bool is_good = shown == run::Phase::kSucceeded || shown == run::Phase::kRunning;
    around_.events.record(
        {workflow_.name,
         workflow_.name_space,
         workflow_.uid,
         "WorkflowNode" + phase,
         std::move(message),
         !is_good,
         {{"workflows.argoproj.io/node-id", run::node_id(*state_, id)},
          {"workflows.argoproj.io/node-name", name},
          {"workflows.argoproj.io/node-type", std::string(run::type_name(node.type))},
          {"workflows.argoproj.io/node-start-time", std::to_string(node.started_ms * 1'000'000)}}});
}

/// Argo: workflow/controller/cache/configmap_cache.go.
void LiveRun::save_cache_entry(const run::SaveCacheEntry& entry) {
    Json object = {{"data", {{entry.key, cache_entry_json(entry.entry)}}},
                   {"metadata", {{"labels", {{kLabelConfigMapType, "Cache"}}}}}};
    kube::Request patch;
    patch.method = "PATCH";
    patch.resource = {"v1", "configmaps", workflow_.name_space, entry.cache, ""};
    patch.body = compact(object);
    object["apiVersion"] = "v1";
    object["kind"] = "ConfigMap";
    object["metadata"]["name"] = entry.cache;
    kube::Request create;
    create.method = "POST";
    create.resource = {"v1", "configmaps", workflow_.name_space, "", ""};
    create.body = compact(object);
    ++n_saves_;
    kube::Client& client = around_.client;
    const auto saved = [self = weak_from_this()](const kube::Response& response) {
        if (const auto run = self.lock()) run->cache_entry_saved(response);
    };
    const auto made = [&client, patch, saved](const kube::Response& response) {
        // Somebody else was faster.
        response.status == 409 ? client.send(patch, saved) : saved(response);
    };
    client.send(patch, [&client, create, made, saved](const kube::Response& response) {
        response.status == 404 ? client.send(create, made) : saved(response);
    });
}

void LiveRun::cache_entry_saved(const kube::Response& response) {
    --n_saves_;
    if (response.ok()) return;
    around_.log.warn("an entry of a cache cannot be saved", {{"namespace", workflow_.name_space},
                                                             {"workflow", workflow_.name},
                                                             {"error", response.message()}});
}

} // namespace tiphys::control
