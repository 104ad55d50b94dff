// Creating pods, following them, ending them.

#include "runtime/backends/kubernetes/pod_tasks.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include <climits>

#include "runtime/backends/kubernetes/build_pod.h"
#include "runtime/backends/kubernetes/open_tasks.h"
#include "runtime/backends/kubernetes/pod_names.h"
#include "runtime/backends/kubernetes/pod_outcome.h"
#include "runtime/backends/kubernetes/resource_task.h"
#include "runtime/backends/kubernetes/side_task.h"
#include "runtime/kubernetes/client.h"
#include "runtime/kubernetes/failure.h"

namespace tiphys::run {
namespace {

constexpr std::int64_t kLongestPauseMs = 10'000;
/// Until a container that was told to end is killed. Kubernetes: terminationGracePeriodSeconds.
constexpr std::int64_t kGraceMs = 30'000;
/// So many pods of a run are asked for at once: what ends meanwhile is heard of, and no more bodies
/// than these are kept.
constexpr std::size_t kMostCreating = 128;
/// While so many were refused for a while, no others are tried.
constexpr std::size_t kMostRefused = 32;
/// An API server that starts does not know all roles for a moment: six seconds, as pauses double.
constexpr int kMostRefusals = 2;
constexpr std::int64_t kRefusedPauseMs = 2'000;
/// How often finished requests of other threads are looked for.
constexpr std::int64_t kSideRequestMs = 10;

std::int64_t unix_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

/// What passes: a quota that others use up, a server that is busy. Argo: IsTransientErr in
/// util/errors.
bool is_passing(const kube::Response& response) {
    if (response.status == 0 || response.status == 429 || response.status >= 500) return true;
    const std::string message = response.message();
    const bool is_quota = response.status == 403 && message.find("exceeded quota") != message.npos;
    return is_quota || (response.status == 409 && response.reason() == "Conflict");
}

/// And not of what an admission says against it.
bool is_want_of_right(const kube::Response& response) {
    return kube::missing_right({}, response).has_value();
}

} // namespace

void PodTasks::Tasks::send(kube::Request request, std::function<void(kube::Response)> answered) {
    ++n_requests_;
    client_.send(std::move(request), [weak = weak_from_this(),
                                      answered = std::move(answered)](kube::Response response) {
        const std::shared_ptr<Tasks> self = weak.lock();
        if (self == nullptr) return;
        --self->n_requests_;
        if (answered) answered(std::move(response));
    });
}

kube::Request PodTasks::Tasks::request(const char* method, const char* plural,
                                       std::string name) const {
    kube::Request made;
    made.method = method;
    made.resource = {"v1", plural, options_.name_space, std::move(name), ""};
    // Names of what is created are fixed: a second time gives 409.
    made.is_repeatable = true;
    return made;
}

PodTasks::Tasks::Task* PodTasks::Tasks::find(NodeId node) {
    const auto found = tasks_.find(node);
    return found == tasks_.end() ? nullptr : &found->second;
}

PodTasks::Tasks::Task* PodTasks::Tasks::find_pod(std::string_view name) {
    const auto found = by_pod_.find(name);
    return found == by_pod_.end() ? nullptr : find(found->second);
}

void PodTasks::Tasks::read_manifest(const PodManifest& manifest) {
    if (!gc_) gc_ = read_pod_gc(manifest, options_.gc_delay_ms);
    if (claims_stage_ == Claims::kUnknown) create_claims(manifest);
}

void PodTasks::Tasks::create_claims(const PodManifest& manifest) {
    claims_ = build_claims(manifest, options_);
    claims_stage_ = claims_.empty() ? Claims::kReady : Claims::kCreating;
    n_claims_open_ = claims_.size();
    for (const std::string& claim : claims_) {
        kube::Request creation = request("POST", "persistentvolumeclaims");
        creation.body = claim;
        send(std::move(creation),
             [this](const kube::Response& response) { claim_answered(response); });
    }
}

void PodTasks::Tasks::claim_answered(const kube::Response& response) {
    const bool is_there = response.ok() || response.reason() == "AlreadyExists";
    if (!is_there && claims_error_.empty()) claims_error_ = response.message();
    if (--n_claims_open_ > 0) return;
    claims_stage_ = Claims::kReady;
    start_queued();
}

void PodTasks::Tasks::start(NodeId node, std::unique_ptr<TaskSpec> spec) {
    Task& task = tasks_[node];
    ++n_open_;
    task.node = node;
    task.spec = std::move(spec);
    if (task.spec->http || task.spec->listed) {
        timed_.insert(node);
        task.stage = Task::Stage::kCreating;
        start_beside(node, secrets_of(*task.spec));
        return;
    }
    if (!task.spec->pod) {
        finish_with_error(task, "the plan of the run was not made for pods");
        return;
    }
    if (task.spec->pod->is_resource) {
        timed_.insert(node);
        task.stage = Task::Stage::kRunning;
        task.resource = std::make_unique<ResourceTask>(client_, *task.spec, options_);
        return;
    }
    read_manifest(*task.spec->pod);
    task.common = take_common_parts(*task.spec->pod, latest_common_);
    by_pod_[task.spec->pod_name] = node;
    by_node_id_[task.spec->node_id] = node;
    if (const auto early = early_results_.find(task.spec->node_id); early != early_results_.end()) {
        task.result = read_task_result(early->second);
        early_results_.erase(early);
    }
    const auto early = early_pods_.find(task.spec->pod_name);
    if (early != early_pods_.end()) {
        const std::string pod = std::move(early->second);
        early_pods_.erase(early);
        const PodIdentity known = identity_of(pod);
        if (known.node_id == task.spec->node_id && !known.is_being_deleted && !known.is_completed) {
            task.stage = Task::Stage::kCreated;
            pod_seen(pod);
            return;
        }
    }
    fresh_.push_back(node);
    start_fresh();
}

void PodTasks::Tasks::start_one(Task& task) {
    if (!claims_error_.empty()) {
        finish_with_error(task, claims_error_);
    } else {
        create(task);
    }
}

void PodTasks::Tasks::start_fresh() {
    if (claims_stage_ != Claims::kReady) return;
    while (!fresh_.empty() && n_creating_ < kMostCreating && refused_.size() < kMostRefused) {
        Task* task = find(fresh_.front());
        fresh_.pop_front();
        if (task != nullptr && task->stage == Task::Stage::kQueued) start_one(*task);
    }
}

/// Reads the Secrets that are not known yet, one after the other.
void PodTasks::Tasks::start_beside(NodeId node, std::vector<std::string> secrets) {
    Task& task = *find(node);
    while (!secrets.empty() && options_.secrets.contains(secrets.back())) {
        secrets.pop_back();
    }
    if (secrets.empty()) {
        task.stage = Task::Stage::kRunning;
        task.beside = begin_beside(*task.spec, options_.secrets);
        report_running(task, {});
        return;
    }
    send(request("GET", "secrets", secrets.back()),
         [this, node, secrets](const kube::Response& response) {
             Task* waiting = find(node);
             if (waiting == nullptr || waiting->stage != Task::Stage::kCreating) return;
             if (!response.ok()) {
                 finish_with_error(*waiting, response.message());
                 return;
             }
             options_.secrets[secrets.back()] = secret_data(response.body);
             start_beside(node, secrets);
         });
}

void PodTasks::Tasks::start_queued() {
    if (claims_stage_ != Claims::kReady) return;
    const std::int64_t now_ms = unix_ms();
    const std::vector<NodeId> nodes(timed_.begin(), timed_.end());
    for (const NodeId node : nodes) {
        Task& task = tasks_[node];
        if (task.stage == Task::Stage::kQueued && task.at_ms <= now_ms) start_one(task);
    }
    start_fresh();
}

void PodTasks::Tasks::create(Task& task) {
    BuiltPod built = build_with_parts(*task.spec, *task.common, options_, unix_ms());
    if (!built.error.empty()) {
        finish_with_error(task, std::move(built.error));
        return;
    }
    task.stage = Task::Stage::kCreating;
    timed_.erase(task.node);
    ++n_creating_;
    const NodeId node = task.node;
    if (built.config_map.empty()) {
        create_pod(node, std::move(built.pod));
        return;
    }
    kube::Request creation = request("POST", "configmaps");
    creation.body = std::move(built.config_map);
    send(std::move(creation), [this, node, pod = built.pod](const kube::Response& response) {
        Task* waiting = find(node);
        const bool is_wanted = waiting != nullptr && waiting->stage == Task::Stage::kCreating;
        if (is_wanted && (response.ok() || response.reason() == "AlreadyExists")) {
            create_pod(node, pod);
            return;
        }
        --n_creating_;
        if (is_wanted && is_passing(response)) {
            try_later(*waiting, response.message());
        } else if (is_wanted) {
            finish_with_error(*waiting, response.message());
        }
        start_fresh();
    });
}

void PodTasks::Tasks::create_pod(NodeId node, std::string body) {
    kube::Request creation = request("POST", "pods");
    creation.body = std::move(body);
    send(std::move(creation), [this, node](const kube::Response& response) {
        --n_creating_;
        created(node, response);
        start_fresh();
    });
}

void PodTasks::Tasks::created(NodeId node, const kube::Response& response) {
    Task* task = find(node);
    if (task == nullptr || task->stage != Task::Stage::kCreating) return;
    if (response.ok()) {
        task->stage = Task::Stage::kCreated;
        task->pause_ms = kFirstPauseMs;
        task->n_refusals = 0;
        refused_.erase(node);
        pod_seen(response.body);
    } else if (response.status == 409 && response.reason() == "AlreadyExists") {
        look_at_existing(node);
    } else if (is_passing(response)) {
        try_later(*task, response.message());
    } else if (is_want_of_right(response) && task->n_refusals++ < kMostRefusals) {
        task->pause_ms = std::max(task->pause_ms, kRefusedPauseMs);
        try_later(*task, response.message());
    } else {
        finish_with_error(*task, response.message());
    }
}

void PodTasks::Tasks::look_at_existing(NodeId node) {
    send(request("GET", "pods", find(node)->spec->pod_name),
         [this, node](const kube::Response& response) { existing_seen(node, response); });
}

/// One that this run made before it was interrupted is taken over.
void PodTasks::Tasks::existing_seen(NodeId node, const kube::Response& response) {
    Task* task = find(node);
    if (task == nullptr || task->stage != Task::Stage::kCreating) return;
    if (!response.ok()) {
        try_later(*task, "");
        return;
    }
    const PodIdentity known = identity_of(response.body);
    const bool is_ours = known.node_id == task->spec->node_id &&
                         known.workflow == options_.workflow_name &&
                         known.owner_uid == options_.workflow_uid;
    if (known.is_being_deleted) {
        try_later(*task, "");
    } else if (is_ours && known.is_completed) {
        // Of the run before it was tried again. Argo deletes such pods when that is asked for.
        delete_pod(task->spec->pod_name, 0);
        try_later(*task, "");
    } else if (is_ours) {
        task->stage = Task::Stage::kCreated;
        pod_seen(response.body);
    } else {
        finish_with_error(*task, "pods \"" + task->spec->pod_name + "\" already exists");
    }
}

void PodTasks::Tasks::try_later(Task& task, const std::string& why) {
    task.stage = Task::Stage::kQueued;
    timed_.insert(task.node);
    task.at_ms = unix_ms() + task.pause_ms;
    task.pause_ms = std::min(task.pause_ms * 2, kLongestPauseMs);
    if (why.empty()) return;
    refused_.insert(task.node);
    report_waiting(task, why);
}

void PodTasks::Tasks::pod_seen(std::string_view pod_json) {
    // The whole object is read once.
    std::string essence = essence_of_pod(pod_json);
    const PodIdentity identity = identity_of(essence);
    Task* task = find_pod(identity.name);
    if (task == nullptr) {
        early_pods_[identity.name] = std::move(essence);
        return;
    }
    if (identity.node_id != task->spec->node_id) return;
    // Of a pod that was given up.
    if (task->stage == Task::Stage::kQueued) return;
    if (task->stage == Task::Stage::kCreating) {
        // The watch may be quicker than the answer to the creation.
        if (identity.is_being_deleted || identity.is_completed) return;
        if (identity.owner_uid != options_.workflow_uid) return;
        task->stage = Task::Stage::kCreated;
    }
    if (!task->pod_uid.empty() && task->pod_uid != identity.uid) return;
    task->pod_uid = identity.uid;
    refused_.erase(task->node);
    task->pod = std::move(essence);
    if (task->is_ending && identity.has_ended) {
        pod_has_ended(*task);
        return;
    }
    judge(*task);
}

void PodTasks::Tasks::result_seen(std::string_view json) {
    const PodIdentity identity = identity_of(json);
    const auto found = by_node_id_.find(identity.name);
    Task* task = found == by_node_id_.end() ? nullptr : find(found->second);
    if (task == nullptr) {
        early_results_[identity.name] = json;
        return;
    }
    task->result = read_task_result(json);
    if (!task->pod.empty()) judge(*task);
}

void PodTasks::Tasks::judge(Task& task) {
    if (task.stage == Task::Stage::kFinished || task.stage == Task::Stage::kQueued) return;
    PodOutcome outcome = judge_pod(*task.spec, task.pod, task.result ? &*task.result : nullptr);
    switch (outcome.stage) {
    case PodOutcome::Stage::kPending:
        if (!outcome.waiting.empty()) report_waiting(task, outcome.waiting);
        // Nothing of it has begun: there is nothing to be polite to.
        if (task.stopping && !outcome.has_run) delete_pod(task.spec->pod_name, 0);
        return;
    case PodOutcome::Stage::kRunning:
        if (task.stage != Task::Stage::kRunning) report_running(task, std::move(outcome.place));
        task.stage = Task::Stage::kRunning;
        if (task.stopping && task.kill_at_ms == 0) {
            signal(task, 15);
            task.kill_at_ms = unix_ms() + kGraceMs;
            timed_.insert(task.node);
        }
        return;
    case PodOutcome::Stage::kReporting:
        if (task.stage == Task::Stage::kReporting) return;
        task.stage = Task::Stage::kReporting;
        task.at_ms = unix_ms() + options_.result_timeout_ms;
        timed_.insert(task.node);
        return;
    case PodOutcome::Stage::kEnded:
        if (restart_pod(task, outcome)) return;
        if (task.stage == Task::Stage::kCreated) report_running(task, std::move(outcome.place));
        task.succeeded = outcome.has_succeeded;
        task.is_ending = outcome.is_ahead;
        if (task.is_ending) ++n_ending_;
        finish(task, std::move(outcome.report));
        return;
    }
}

/// Argo: shouldAutoRestartPod in workflow/controller/operator.go.
bool PodTasks::Tasks::restart_pod(Task& task, const PodOutcome& outcome) {
    constexpr std::string_view kReasons[] = {"Evicted", "NodeShutdown", "NodeAffinity",
                                             "UnexpectedAdmissionError"};
    const bool is_known =
        std::find(std::begin(kReasons), std::end(kReasons), outcome.reason) != std::end(kReasons);
    if (!is_known || outcome.has_run || task.stopping) return false;
    if (task.n_restarts >= options_.n_pod_restarts) return false;
    ++task.n_restarts;
    report_waiting(task,
                   std::string(kRestartsDueTo) + outcome.reason + ": " + outcome.report.message);
    delete_pod(task.spec->pod_name, 0);
    task.pod_uid.clear();
    task.pod.clear();
    task.stage = Task::Stage::kQueued;
    task.at_ms = unix_ms() + kFirstPauseMs;
    timed_.insert(task.node);
    return true;
}

void PodTasks::Tasks::pod_gone(std::string_view name, std::string_view uid) {
    if (const auto early = early_pods_.find(name); early != early_pods_.end()) {
        early_pods_.erase(early);
    }
    Task* task = find_pod(name);
    if (task == nullptr) return;
    if (task->is_ending && (uid.empty() || uid == task->pod_uid)) {
        pod_has_ended(*task);
        return;
    }
    if (task->stage == Task::Stage::kFinished) return;
    if (task->stage == Task::Stage::kQueued || task->stage == Task::Stage::kCreating) return;
    if (!uid.empty() && !task->pod_uid.empty() && uid != task->pod_uid) return;
    if (task->stage == Task::Stage::kReporting) {
        finish(*task,
               judge_pod(*task->spec, task->pod, task->result ? &*task->result : nullptr).report);
        return;
    }
    const bool had_run =
        task->stage == Task::Stage::kRunning || judge_pod(*task->spec, task->pod, nullptr).has_run;
    if (had_run || task->stopping) {
        finish(*task, report_of_deleted(*task->spec));
        return;
    }
    // Nothing of it had begun (T04).
    task->pod_uid.clear();
    task->pod.clear();
    try_later(*task, "");
}

void PodTasks::Tasks::report_running(Task& task, Placement place) {
    task.waiting.clear();
    BackendReport report;
    report.node = task.node;
    report.place = std::move(place);
    reports_.push_back(std::move(report));
}

void PodTasks::Tasks::report_waiting(Task& task, const std::string& why) {
    if (task.waiting == why) return;
    task.waiting = why;
    BackendReport report;
    report.node = task.node;
    report.waiting = why;
    reports_.push_back(std::move(report));
}

void PodTasks::Tasks::finish(Task& task, TaskReport report) {
    task.stage = Task::Stage::kFinished;
    timed_.erase(task.node);
    refused_.erase(task.node);
    --n_open_;
    BackendReport made;
    made.node = task.node;
    made.finished = true;
    made.report = std::move(report);
    reports_.push_back(std::move(made));
    // Room for those that a quota held back.
    for (const NodeId node : timed_) {
        Task& other = tasks_[node];
        if (other.stage == Task::Stage::kQueued && other.pause_ms > kFirstPauseMs) {
            other.at_ms = std::min(other.at_ms, unix_ms() + kFirstPauseMs);
        }
    }
}

void PodTasks::Tasks::finish_with_error(Task& task, std::string message) {
    TaskReport report;
    report.phase = Phase::kError;
    report.message = std::move(message);
    finish(task, std::move(report));
}

void PodTasks::Tasks::stop(NodeId node, bool at_once) {
    Task* task = find(node);
    if (task == nullptr || task->stage == Task::Stage::kFinished) return;
    task->stopping = true;
    const bool has_no_pod = task->spec->http || task->spec->listed || task->resource != nullptr;
    if (task->stage == Task::Stage::kQueued || has_no_pod) {
        TaskReport report;
        report.phase = Phase::kFailed;
        finish(*task, std::move(report));
        return;
    }
    if (at_once && task->stage == Task::Stage::kRunning) {
        signal(*task, 9);
        task->kill_at_ms = unix_ms() + kGraceMs;
        timed_.insert(node);
        return;
    }
    if (!task->pod.empty()) judge(*task);
}

/// Argo: SignalContainer in workflow/common.
void PodTasks::Tasks::signal(const Task& task, int signal) {
    for (const std::string& container : running_containers(task.pod)) {
        kube::ExecRequest order;
        order.name_space = options_.name_space;
        order.pod = task.spec->pod_name;
        order.container = container;
        order.command = {kExecutorPath, "kill", std::to_string(signal), "1"};
        const auto ended = [weak = weak_from_this(), pod = order.pod](Result<int> code) {
            const std::shared_ptr<Tasks> self = weak.lock();
            if (self == nullptr || code) return;
            // There is no way into the container: the kubelet ends it.
            Task* open = self->find_pod(pod);
            if (open == nullptr || open->stage == Task::Stage::kFinished) return;
            self->delete_pod(pod, std::nullopt);
        };
        client_.exec(
            order, [](std::string_view) {}, ended);
    }
}

void PodTasks::Tasks::delete_pod(const std::string& name,
                                 std::optional<std::int64_t> grace_seconds) {
    if (options_.with_status_finalizer) {
        kube::Request patch = request("PATCH", "pods", name);
        patch.body = R"({"metadata":{"finalizers":null}})";
        send(std::move(patch), nullptr);
    }
    kube::Request deletion = request("DELETE", "pods", name);
    if (grace_seconds) {
        deletion.query.emplace_back("gracePeriodSeconds", std::to_string(*grace_seconds));
    }
    send(std::move(deletion), nullptr);
}

void PodTasks::Tasks::label_completed(const std::string& name) {
    kube::Request patch = request("PATCH", "pods", name);
    const std::string finalizers =
        options_.with_status_finalizer ? R"(,"finalizers":null)" : std::string();
    patch.body = std::string(R"({"metadata":{"labels":{")") + kCompletedLabel + R"(":"true"})" +
                 finalizers + "}}";
    send(std::move(patch), nullptr);
}

void PodTasks::Tasks::clean_up(const Task& task, bool run_ended, bool run_succeeded) {
    if (task.pod.empty() || !gc_) return;
    const std::string& name = task.spec->pod_name;
    switch (gc_->action(gc_->selects(task.pod), task.succeeded, run_ended, run_succeeded)) {
    case PodGc::Action::kLabel:
        label_completed(name);
        return;
    case PodGc::Action::kDelete:
        deletions_.push_back({unix_ms() + gc_->delay_ms, name});
        return;
    case PodGc::Action::kLater:
        return;
    }
}

void PodTasks::Tasks::release(NodeId node) {
    Task* task = find(node);
    if (task == nullptr || task->stage != Task::Stage::kFinished || task->released) return;
    task->released = true;
    if (!task->is_ending) put_away(*task);
}

void PodTasks::Tasks::pod_has_ended(Task& task) {
    task.is_ending = false;
    --n_ending_;
    if (task.released) put_away(task);
}

void PodTasks::Tasks::put_away(Task& task) {
    clean_up(task, false, false);
    const bool is_decided =
        task.pod.empty() || !gc_ ||
        gc_->action(gc_->selects(task.pod), task.succeeded, false, false) != PodGc::Action::kLater;
    if (!is_decided) return;
    if (task.spec != nullptr) {
        by_pod_.erase(task.spec->pod_name);
        by_node_id_.erase(task.spec->node_id);
    }
    const NodeId node = task.node;
    tasks_.erase(node);
}

void PodTasks::Tasks::release_all(bool succeeded) {
    for (auto& [node, task] : tasks_) {
        if (task.stage == Task::Stage::kFinished) clean_up(task, true, succeeded);
    }
    n_ending_ = 0;
    std::erase_if(tasks_,
                  [](const auto& entry) { return entry.second.stage == Task::Stage::kFinished; });
    if (claims_.empty() || !(succeeded || gc_->claims_always_go)) return;
    for (const std::string& claim : claims_) {
        send(request("DELETE", "persistentvolumeclaims", identity_of(claim).name), nullptr);
    }
    claims_.clear();
}

std::int64_t PodTasks::Tasks::next_timer_ms() const {
    std::int64_t next = INT64_MAX;
    for (const NodeId node : timed_) {
        const Task& task = tasks_.at(node);
        const bool is_timed =
            (task.stage == Task::Stage::kQueued && claims_stage_ == Claims::kReady) ||
            task.stage == Task::Stage::kReporting;
        if (is_timed) next = std::min(next, task.at_ms);
        if (task.kill_at_ms != 0) next = std::min(next, task.kill_at_ms);
        const bool is_beside = task.beside != nullptr || task.resource != nullptr;
        if (is_beside) next = std::min(next, side_at_ms_);
    }
    for (const Deletion& deletion : deletions_) {
        next = std::min(next, deletion.at_ms);
    }
    return next;
}

void PodTasks::Tasks::look_after(Task& task, std::int64_t now_ms) {
    if (task.stage == Task::Stage::kFinished) return;
    if (task.beside != nullptr) {
        if (task.beside->is_done()) finish(task, task.beside->take());
        return;
    }
    if (task.resource != nullptr) {
        if (task.resource->has_begun() && task.waiting.empty()) {
            task.waiting = "begun";
            BackendReport report;
            report.node = task.node;
            reports_.push_back(std::move(report));
        }
        if (auto report = task.resource->take_report()) finish(task, std::move(*report));
        return;
    }
    if (task.stage == Task::Stage::kReporting && task.at_ms <= now_ms) {
        PodOutcome last = judge_pod(*task.spec, task.pod, task.result ? &*task.result : nullptr);
        if (last.report.phase == Phase::kSucceeded) {
            last.report.phase = Phase::kError;
            last.report.message =
                "the executor has ended without reporting outputs: its service account may lack "
                "the right to create and patch workflowtaskresults.argoproj.io";
        }
        finish(task, std::move(last.report));
        return;
    }
    if (task.kill_at_ms != 0 && task.kill_at_ms <= now_ms) {
        task.kill_at_ms = 0;
        signal(task, 9);
        // Whoever is still there after that is deleted with its pod.
        delete_pod(task.spec->pod_name, std::nullopt);
    }
}

void PodTasks::Tasks::tick(std::int64_t now_ms) {
    side_at_ms_ = now_ms + kSideRequestMs;
    const std::vector<NodeId> nodes(timed_.begin(), timed_.end());
    for (const NodeId node : nodes) {
        look_after(tasks_[node], now_ms);
    }
    start_queued();
    for (std::size_t i = 0; i < deletions_.size();) {
        if (deletions_[i].at_ms > now_ms) {
            ++i;
            continue;
        }
        delete_pod(deletions_[i].pod, options_.gc_grace_s);
        deletions_.erase(deletions_.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

PodTasks::PodTasks(kube::Client& client, PodTaskOptions options)
    : tasks_(std::make_shared<Tasks>(client, std::move(options))) {}
PodTasks::~PodTasks() = default;

void PodTasks::start(NodeId node, std::unique_ptr<TaskSpec> spec) {
    tasks_->start(node, std::move(spec));
}
void PodTasks::stop(NodeId node, bool at_once) {
    tasks_->stop(node, at_once);
}
void PodTasks::pod_seen(std::string_view pod_json) {
    tasks_->pod_seen(pod_json);
}
void PodTasks::pod_gone(std::string_view name, std::string_view uid) {
    tasks_->pod_gone(name, uid);
}
void PodTasks::result_seen(std::string_view task_result_json) {
    tasks_->result_seen(task_result_json);
}
std::vector<BackendReport> PodTasks::take_reports() {
    return tasks_->take_reports();
}
bool PodTasks::has_reports() const {
    return tasks_->has_reports();
}
void PodTasks::release(NodeId node) {
    tasks_->release(node);
}
void PodTasks::release_all(bool succeeded) {
    tasks_->release_all(succeeded);
}
std::int64_t PodTasks::next_timer_ms() const {
    return tasks_->next_timer_ms();
}
void PodTasks::tick(std::int64_t now_ms) {
    tasks_->tick(now_ms);
}
std::size_t PodTasks::n_open() const {
    return tasks_->n_open();
}
std::size_t PodTasks::n_ending() const {
    return tasks_->n_ending();
}
std::size_t PodTasks::n_requests() const {
    return tasks_->n_requests();
}

} // namespace tiphys::run
