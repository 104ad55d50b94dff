// From the object of a workflow to its end: the plan, the core's events and what they lead to.

#include "runtime/controller/live_run.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

#include "compiler/expr/environment.h"
#include "compiler/front/load.h"
#include "runtime/backends/kubernetes/strategic_merge.h"
#include "runtime/controller/cache_entries.h"
#include "runtime/controller/clock.h"
#include "runtime/controller/labels.h"
#include "runtime/core/lock_names.h"

namespace tiphys::control {
namespace {

using Json = nlohmann::json;
using run::NodeId;

Json parsed(std::string_view text) {
    Json json = Json::parse(text, nullptr, false);
    return json.is_object() ? json : Json::object();
}

std::string compact(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Argo: JoinWorkflowSpec in workflow/util/merge.go.
std::string merged(std::string_view base, std::string_view over) {
    const auto type = run::type_named(schema::Package::kWorkflow, "WorkflowSpec");
    auto spec = run::merge_objects(base, over, type);
    return spec ? std::move(*spec) : std::string(over);
}

std::string member_text(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() || !found->is_object() ? "" : compact(*found);
}

/// Annotations and labels that all workflows of the controller, or of the spec, get.
void add_texts(const Json& object, const char* key, std::map<std::string, std::string>& out) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_object()) return;
    for (const auto& [name, value] : found->items()) {
        if (value.is_string()) out.emplace(name, value.get<std::string>());
    }
}

std::string config_map_of(const std::string& name, const std::string& key,
                          const std::string& value) {
    return compact({{"apiVersion", "v1"},
                    {"kind", "ConfigMap"},
                    {"metadata", {{"name", name}}},
                    {"data", {{key, value}}}});
}

} // namespace

LiveRun::LiveRun(Surroundings& around, KnownWorkflow workflow)
    : around_(around), workflow_(std::move(workflow)), writer_(new_writer()) {
    resource_version_ = workflow_.resource_version;
    was_known_ = !workflow_.phase.empty() && workflow_.phase != "Pending";
    extras_.uid = workflow_.uid;
    extras_.annotations[kAnnotationPodNames] = "v2";
}

LiveRun::~LiveRun() = default;

/// The workflow and all that it refers to as a project, defaults laid under it.
/// Argo: setExecWorkflow and setStoredWfSpec in workflow/controller/operator.go.
void LiveRun::load_project() {
    const Json defaults = parsed(around_.config.workflow_defaults);
    const std::string default_spec = member_text(defaults, "spec");
    Json spec = parsed(workflow_.spec);
    const Json reference = spec.value("workflowTemplateRef", Json());
    std::vector<front::InputFile> files;
    const auto add_file = [&](std::string name, std::string text) {
        files.push_back({sources_.add(std::move(name), std::move(text)), true});
    };
    auto objects = around_.objects.gather(workflow_.spec, workflow_.name_space);
    if (!reference.is_object()) {
        spec = parsed(merged(default_spec, workflow_.spec));
    } else {
        const bool is_cluster = reference.value("clusterScope", false);
        const std::string name = reference.value("name", "");
        const std::string kind = is_cluster ? "ClusterWorkflowTemplate" : "WorkflowTemplate";
        for (auto& [title, text] : objects) {
            if (title != kind + " " + name) continue;
            Json object = parsed(text);
            // What ran at first goes on, whatever has become of the template.
            const std::string base = workflow_.stored_spec.empty()
                                         ? merged(default_spec, member_text(object, "spec"))
                                         : workflow_.stored_spec;
            object["spec"] = parsed(base);
            extras_.stored_spec = merged(base, workflow_.spec);
            text = compact(object);
        }
        extras_.labels[is_cluster ? kLabelClusterTemplate : kLabelTemplate] = name;
    }
    const Json full = extras_.stored_spec.empty() ? spec : parsed(extras_.stored_spec);
    const Json extra_metadata = full.value("workflowMetadata", Json::object());
    const Json default_metadata = defaults.value("metadata", Json::object());
    for (const Json* more : {&extra_metadata, &default_metadata}) {
        add_texts(*more, "labels", extras_.labels);
        add_texts(*more, "annotations", extras_.annotations);
    }
    Json object = {{"apiVersion", kWorkflowVersion}, {"kind", "Workflow"}};
    object["metadata"] = {{"name", workflow_.name}, {"namespace", workflow_.name_space}};
    std::map<std::string, std::string> labels = workflow_.labels;
    labels.insert(extras_.labels.begin(), extras_.labels.end());
    object["metadata"]["labels"] = labels;
    object["metadata"]["annotations"] = workflow_.annotations;
    object["spec"] = std::move(spec);
    add_file(workflow_.name, compact(object));
    for (auto& [title, text] : objects) {
        add_file(std::move(title), std::move(text));
    }
    if (!around_.config.artifact_repository.empty()) {
        add_file("configuration",
                 config_map_of("workflow-controller-configmap", "artifactRepository",
                               around_.config.artifact_repository));
        extras_.artifact_repository =
            compact({{"artifactRepository", parsed(around_.config.artifact_repository)},
                     {"default", true}});
    }
    project_ = std::make_unique<ir::Project>(front::load_project(sources_, files, 1));
}

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
    } else if (!problem.empty()) {
        fail_early(run::RunPhase::kFailed, "invalid spec: " + problem);
    } else {
        find_locks();
    }
    project_.reset();
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

void LiveRun::find_locks() {
    has_locks_ = std::any_of(built_.plan.templates.begin(), built_.plan.templates.end(),
                             [](const run::Template& made) { return !made.locks.empty(); });
    run::Scope scope;
    scope.state = state_.get();
    const run::NamedLocks named = run::name_locks(built_.plan.locks, scope);
    if (!named.error.empty()) {
        fail_early(run::RunPhase::kFailed,
                   "Failed to acquire the synchronization lock. " + named.error);
        return;
    }
    for (const run::NamedLock& lock : named.locks) {
        whole_locks_.push_back({lock.name, lock.limit});
    }
    has_locks_ = has_locks_ || !whole_locks_.empty();
}

void LiveRun::hold_back(const std::string& reason) {
    extras_.waits_for = reason;
    if (state_ == nullptr) state_ = std::make_unique<run::State>(built_.plan);
}

void LiveRun::begin(std::int64_t now_ms) {
    has_begun_ = true;
    extras_.waits_for.clear();
    tasks_ = std::make_unique<run::PodTasks>(around_.client, task_options());
    note_held_locks();
    state_->now_ms = now_ms;
    locks_changed();
    if (workflow_.is_suspended) {
        is_suspended_ = true;
        deliver(run::SuspensionChanged{true, false});
    }
    run::RunStarted started;
    started.caches = caches_of(built_.plan.config_maps);
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
}

void LiveRun::locks_changed() {
    if (!has_locks_ || !has_begun_ || outbox_.is_finished) return;
    run::LocksChanged changed{around_.locks.outside(workflow_.key())};
    if (changed.held_outside != state_->locks_outside) deliver(std::move(changed));
}

void LiveRun::note_held_locks() {
    if (!has_locks_) return;
    LockTable::Counts held;
    if (!outbox_.is_finished) {
        for (const auto& [name, lock] : state_->locks) {
            if (!lock.holders.empty()) held[name] = static_cast<std::int64_t>(lock.holders.size());
        }
        for (const WholeLock& lock : whole_locks_) {
            if (has_begun_) ++held[lock.name];
        }
    }
    around_.locks.set(workflow_.key(), std::move(held));
}

void LiveRun::do_effects() {
    while (!outbox_.effects.empty() && !around_.is_fenced) {
        for (run::Action& action : std::exchange(outbox_.effects, {})) {
            if (auto* task = std::get_if<run::StartTask>(&action)) {
                tasks_->start(task->node, std::move(task->spec));
            } else if (const auto* kill = std::get_if<run::KillTask>(&action)) {
                tasks_->stop(kill->node, false);
            } else if (const auto* saved = std::get_if<run::SaveCacheEntry>(&action)) {
                save_cache_entry(*saved);
            }
        }
    }
}

void LiveRun::deliver_reports() {
    if (tasks_ == nullptr) return;
    for (run::BackendReport& report : tasks_->take_reports()) {
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
    }
    const bool is_shown = has_begun_ || !extras_.waits_for.empty();
    if (is_shown && state_ != nullptr) write_status(now_ms);
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
    const bool writes_later = !is_writing_ && next_write_ms_ != 0;
    if (writes_later) next = std::min(next, next_write_ms_);
    return next;
}

} // namespace tiphys::control
