// The loop: one thread that waits for the API server, for timers and for signals.

#include "runtime/controller/controller.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "runtime/controller/clock.h"
#include "runtime/controller/labels.h"
#include "runtime/kubernetes/failure.h"

namespace tiphys::control {
namespace {

constexpr std::int64_t kLongestSleepMs = 30'000;
/// Counting all workflows takes time, and figures may be so old.
constexpr std::int64_t kCountIntervalMs = 500;
/// Without any news, those that wait are looked at again after that.
constexpr std::int64_t kAdmitIntervalMs = 500;
/// How long what was begun may take to be written down when the controller is asked to end.
constexpr std::int64_t kLongestShutDownMs = 5'000;
constexpr const char* kClusterTemplates = "clusterworkflowtemplates.argoproj.io";
constexpr const char* kSeeInstall = "; `tiphys install` prints all rights that are needed";

} // namespace

Controller::Controller(kube::Client& client, Log& log, ControllerOptions options,
                       ControllerHooks hooks)
    : client_(client), options_(std::move(options)), hooks_(std::move(hooks)),
      around_{client, log, options_,           {},   {}, EventRecorder(client), {}, {},
              {},     {},  hooks_.take_metric, false},
      cron_(around_), artifact_gc_(around_) {
    if (!options_.elects_leader) return;
    const std::string name =
        "workflow-controller" + (options_.instance_id.empty() ? "" : "-" + options_.instance_id);
    lease_.emplace(client_, around_.log, options_.own_namespace, name, options_.identity);
}

/// The things that go wrong at first, each with what to do.
Result<Done> Controller::check_cluster() {
    kube::Request request;
    request.resource = {kWorkflowVersion, "workflows", options_.name_space, "", ""};
    request.query = {{"limit", "1"}};
    const kube::Response response = client_.call(request);
    if (!response.ok()) {
        const std::string why = kube::failure_text(client_, request, response);
        return Error{response.status == 403 ? why + kSeeInstall : why};
    }
    if (!response.body.starts_with('{')) return Error{kube::no_api_text(client_.access())};
    std::set<std::string> places = {options_.name_space};
    if (lease_) places.insert(options_.own_namespace);
    places.erase("");
    for (const std::string& name : places) {
        kube::Request place;
        place.resource = {"v1", "namespaces", "", name, ""};
        // Who may not read namespaces may still use them.
        if (client_.call(place).status != 404) continue;
        return Error{"there is no namespace `" + name +
                     "`; create it with `kubectl create namespace " + name + "`"};
    }
    return Done{};
}

/// Sees to it that we may act, or that nothing goes out. Who cannot renew the lease in time waits:
/// while nobody else has had it, nothing has happened that we do not know.
Result<Done> Controller::lead(std::int64_t now_ms) {
    const bool led = std::exchange(leads_, true);
    if (lease_) {
        lease_->tick(now_ms);
        leads_ = lease_->is_held(now_ms);
        client_.send_before(lease_->held_until_ms());
        if (lease_->is_lost()) {
            around_.is_fenced = true;
            return Error{"the lease is lost: another controller has it, or has had it since"};
        }
        if (!leads_ && lease_->is_refused()) return Error{lease_->trouble() + kSeeInstall};
    }
    if (led && !leads_) {
        around_.log.warn("the lease was not renewed in time: nothing is done until it is",
                         {{"error", lease_->trouble()}});
    }
    if (!led && leads_ && is_watching_) around_.log.info("the lease is renewed", {});
    if (leads_ && !std::exchange(is_watching_, true)) start_watches();
    return Done{};
}

Result<Done> Controller::run() {
    if (!signals_.open()) {
        return Error{std::string("cannot watch signals: ") + std::strerror(errno)};
    }
    wake_.add(signals_.file());
    wake_.add(hooks_.file);
    TIPHYS_TRY(checked, check_cluster());
    static_cast<void>(checked);
    while (signals_.take() == 0) {
        const std::int64_t now = unix_now_ms();
        TIPHYS_TRY(led, lead(steady_now_ms()));
        static_cast<void>(led);
        if (leads_ && unsynced_.empty()) {
            if (has_room_again_ || next_admit_ms_ <= now) {
                next_admit_ms_ = now + kAdmitIntervalMs;
                admit(now);
            }
            advance_all(now);
            cron_.tick(now);
            delete_expired(now);
            artifact_gc_.tick(now);
        }
        tell_hooks(now);
        name_refusals();
        client_.poll(next_wake(now), wake_.file());
    }
    shut_down();
    return Done{};
}

/// What is known is written down; pods go on, and whoever comes next finds them.
void Controller::shut_down() {
    around_.log.info("shutting down", {});
    const std::int64_t end = unix_now_ms() + kLongestShutDownMs;
    // Without the lease nothing goes out, and nothing would be answered.
    const auto may_act = [&] { return !lease_ || lease_->is_held(steady_now_ms()); };
    // The second time for what came up while a status was under way.
    for (int i = 0; i < 2 && may_act(); ++i) {
        for (const auto& [key, run] : runs_) {
            run->flush(unix_now_ms());
        }
        while (client_.n_unanswered() > 0 && unix_now_ms() < end && may_act()) {
            client_.poll(std::min(end, unix_now_ms() + 100));
        }
    }
    around_.is_fenced = true;
    if (lease_) lease_->give_up();
    name_refusals();
}

void Controller::advance_all(std::int64_t now_ms) {
    std::vector<std::shared_ptr<LiveRun>> over;
    for (const auto& [key, run] : runs_) {
        run->advance(now_ms);
        if (run->is_over()) over.push_back(run);
    }
    for (const auto& run : over) {
        settle(run);
    }
    std::erase_if(ended_, [&](const auto& run) { return !run->tidy(now_ms); });
    spread_locks();
}

/// Runs that wait for the same locks are told in the order in which Argo serves them.
void Controller::spread_locks() {
    if (!around_.locks.take_news()) return;
    std::vector<std::shared_ptr<LiveRun>> runs;
    for (const auto& [key, run] : runs_) {
        if (run->has_locks() && run->has_begun()) runs.push_back(run);
    }
    std::sort(runs.begin(), runs.end(), [](const auto& a, const auto& b) {
        const KnownWorkflow& left = a->workflow();
        const KnownWorkflow& right = b->workflow();
        if (left.priority != right.priority) return left.priority > right.priority;
        return left.created_ms != right.created_ms ? left.created_ms < right.created_ms
                                                   : left.name < right.name;
    });
    const std::int64_t now = unix_now_ms();
    for (const auto& run : runs) {
        run->locks_changed();
        run->advance(now);
    }
}

/// The end of a run is in the cluster, or there is nothing left that could end.
void Controller::settle(const std::shared_ptr<LiveRun>& run) {
    const Key key = run->workflow().key();
    has_room_again_ = true;
    runs_.erase(key);
    waiting_.erase(key);
    around_.locks.set(key, {});
    if (run->is_gone()) return;
    ended_.push_back(run);
    ended_versions_[run->workflow().uid] = version_number(run->resource_version());
    KnownWorkflow ended = run->workflow();
    ended.phase = run::run_phase_name(run->state().phase);
    ended.started_ms = run->state().started_ms;
    ended.finished_ms = run->state().finished_ms;
    ended.labels[kLabelCompleted] = "true";
    phases_[key] = ended.phase;
    around_.log.info(
        "workflow has ended",
        {{"namespace", ended.name_space}, {"workflow", ended.name}, {"phase", ended.phase}});
    retention_.add(ended);
    around_.baselines.ended(ended);
    cron_.workflow_seen(ended);
    if (is_held_for_garbage(ended) || run->is_held()) {
        artifact_gc_.look_at(ended.name_space, ended.name);
    }
    if (hooks_.ended) hooks_.ended(*run);
}

void Controller::delete_expired(std::int64_t now_ms) {
    for (const Retention::Expired& expired : retention_.take_expired(now_ms)) {
        around_.log.info("deleting a workflow whose time has come",
                         {{"namespace", expired.name_space}, {"workflow", expired.name}});
        if (hooks_.expired) hooks_.expired(expired.name_space, expired.name);
        kube::Request request;
        request.method = "DELETE";
        request.resource = {kWorkflowVersion, "workflows", expired.name_space, expired.name, ""};
        request.body = R"({"propagationPolicy":"Background","preconditions":{"uid":")" +
                       expired.uid + R"("}})";
        client_.send(std::move(request), [](const kube::Response&) {});
    }
}

/// Each right that is missing, once.
void Controller::name_refusals() {
    for (const auto& right : client_.missing_rights()) {
        if (!refusals_.insert(right).second) continue;
        const auto& [verb, resource] = right;
        // A controller of one namespace does without them.
        if (resource == kClusterTemplates && !options_.name_space.empty()) continue;
        around_.log.error("the API server refuses what is needed: let a role allow the verb `" +
                              verb + "` on `" + resource + "`; `tiphys install` prints all rights",
                          {{"verb", verb}, {"resource", resource}});
    }
}

std::int64_t Controller::next_wake(std::int64_t now_ms) const {
    std::int64_t next = now_ms + kLongestSleepMs;
    if (lease_) next = std::min(next, now_ms + lease_->next_ms() - steady_now_ms());
    if (!leads_ || !unsynced_.empty()) return next;
    if (!waiting_.empty()) next = has_room_again_ ? now_ms : std::min(next, next_admit_ms_);
    for (const auto& [key, run] : runs_) {
        next = std::min(next, run->next_ms());
    }
    for (const auto& run : ended_) {
        next = std::min(next, run->next_ms());
    }
    return std::min({next, retention_.next_ms(), cron_.next_ms(), artifact_gc_.next_ms()});
}

void Controller::tell_hooks(std::int64_t now_ms) {
    Timings timings = std::exchange(around_.timings, {});
    if (!hooks_.round) return;
    ControllerView& view = counted_;
    view.timings = std::move(timings);
    view.is_leader = leads_;
    view.is_ready = leads_ && unsynced_.empty();
    view.n_live = runs_.size();
    view.n_waiting = waiting_.size();
    view.n_pods_by_phase = n_pods_by_phase_;
    if (next_count_ms_ <= now_ms) {
        next_count_ms_ = now_ms + kCountIntervalMs;
        count(view);
    }
    hooks_.round(view, now_ms);
}

/// What takes time.
void Controller::count(ControllerView& view) const {
    view.n_workflows_by_phase.clear();
    view.n_held_by_lock = around_.locks.held();
    view.n_waiting_by_lock.clear();
    view.n_taken_by_lock = around_.locks.taken();
    view.tallies = around_.tallies;
    view.n_log_messages = around_.log.counts();
    for (const auto& [key, run] : runs_) {
        run->count_awaited_locks(view.n_waiting_by_lock);
    }
    for (const auto& [key, phase] : phases_) {
        // The phases that were told are those of the objects, which are behind while a run lasts.
        const LiveRun* const run = live(key);
        const bool is_at_work = run != nullptr && run->has_begun() && !waiting_.contains(key);
        ++view.n_workflows_by_phase[is_at_work
                                        ? std::string(run::run_phase_name(run->state().phase))
                                        : phase];
    }
}

} // namespace tiphys::control
