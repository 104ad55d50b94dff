// Firing CronWorkflows and keeping their status.

#include "runtime/controller/cron_jobs.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

#include "compiler/expr/environment.h"
#include "compiler/front/load.h"
#include "runtime/controller/clock.h"
#include "runtime/controller/labels.h"
#include "runtime/io/json_fields.h"
#include "runtime/plan/time_text.h"

namespace tiphys::control {
namespace {

using Json = nlohmann::json;
using run::compact;
using run::member;
using run::text_of;

constexpr const char* kLastSchedule = "cronworkflows.argoproj.io/last-used-schedule";

std::int64_t number(const Json& object, const char* key) {
    const Json& value = member(object, key);
    return value.is_number_integer() ? value.get<std::int64_t>() : 0;
}

run::CronStatus status_of(const Json& object, const run::CronSpec& spec) {
    const Json status = member(object, "status");
    run::CronStatus known;
    if (const auto last = run::parse_rfc3339_ms(text_of(status, "lastScheduledTime"))) {
        known.last_scheduled_s = *last / 1000;
    }
    known.n_succeeded = number(status, "succeeded");
    known.n_failed = number(status, "failed");
    known.is_stopped = text_of(status, "phase") == "Stopped";
    for (const Json& active : member(status, "active")) {
        known.active.push_back(text_of(active, "name"));
    }
    // A schedule that was changed catches nothing up.
    const Json annotations = member(member(object, "metadata"), "annotations");
    const bool is_new = text_of(annotations, kLastSchedule) != spec.schedule_text;
    known.schedule_text = is_new ? "" : spec.schedule_text;
    return known;
}

} // namespace

CronJobs::Entry* CronJobs::entry_of(const KnownWorkflow& workflow) {
    const auto label = workflow.labels.find(kLabelCronWorkflow);
    if (label == workflow.labels.end()) return nullptr;
    const auto found = entries_.find(workflow.name_space + "/" + label->second);
    return found == entries_.end() ? nullptr : &found->second;
}

void CronJobs::object_seen(std::string_view json) {
    Json object = Json::parse(json, nullptr, false);
    const Json metadata = member(object, "metadata");
    const std::string key = text_of(metadata, "namespace") + "/" + text_of(metadata, "name");
    const std::int64_t generation = number(metadata, "generation");
    const auto known = entries_.find(key);
    // Only the spec counts: the status is ours.
    const bool is_same = known != entries_.end() && known->second.uid == text_of(metadata, "uid") &&
                         known->second.generation == generation && generation != 0;
    if (is_same) return;
    entries_.erase(key);
    Entry& entry = entries_[key];
    entry.uid = text_of(metadata, "uid");
    entry.generation = generation;
    object["kind"] = "CronWorkflow";
    object["apiVersion"] = kWorkflowVersion;
    Json plain = object;
    plain.erase("status");
    plain["metadata"] = {{"name", text_of(metadata, "name")},
                         {"namespace", text_of(metadata, "namespace")},
                         {"labels", member(metadata, "labels")},
                         {"annotations", member(metadata, "annotations")}};
    const front::InputFile file{entry.sources.add(key, compact(plain)), true};
    entry.project =
        std::make_unique<ir::Project>(front::load_project(entry.sources, {&file, 1}, 1));
    for (const ir::SourceUnit& unit : entry.project->units()) {
        if (!unit.documents.empty()) entry.document = &unit.documents.front();
    }
    auto spec = entry.document == nullptr
                    ? Result<run::CronSpec>(Error{"it cannot be read"})
                    : run::read_cron_spec(*entry.document, expr::read_system_zone);
    if (!spec) {
        entry.problem = spec.error().message;
        ++around_.tallies[{Tally::kError, {"CronWorkflowSpecError"}}];
        around_.log.warn("cron workflow cannot run",
                         {{"cronWorkflow", key}, {"error", entry.problem}});
        write_status(entry);
        return;
    }
    run::CronStatus status = status_of(object, *spec);
    for (const Json& active : member(member(object, "status"), "active")) {
        entry.active_uids[text_of(active, "name")] = text_of(active, "uid");
    }
    entry.job =
        std::make_unique<run::CronJob>(std::move(*spec), std::move(status), expr::read_system_zone);
    const std::int64_t now_s = unix_now_ms() / 1000;
    if (const auto missed = entry.job->missed_time(now_s)) fire(entry, *missed, now_s);
    entry.next_s = entry.job->next_time(now_s).value_or(0);
    for (const auto& [run_key, run] : std::map(runs_)) {
        if (entry_of(run) == &entry) workflow_seen(run);
    }
}

void CronJobs::object_gone(const std::string& key) {
    entries_.erase(key);
}

/// Argo: reconcileActiveWfs and enforceHistoryLimit.
void CronJobs::workflow_seen(const KnownWorkflow& workflow) {
    if (!workflow.labels.contains(kLabelCronWorkflow)) return;
    runs_[workflow.key()] = workflow;
    Entry* entry = entry_of(workflow);
    if (entry == nullptr || entry->job == nullptr) return;
    const run::CronStatus& status = entry->job->status();
    const auto active = std::find(status.active.begin(), status.active.end(), workflow.name);
    if (!workflow.is_completed()) {
        entry->active_uids[workflow.name] = workflow.uid;
        return;
    }
    const bool is_counted =
        std::any_of(status.history.begin(), status.history.end(),
                    [&](const run::CronRun& run) { return run.name == workflow.name; });
    if (is_counted) return;
    const bool succeeded = workflow.phase == "Succeeded";
    const bool is_news = active != status.active.end();
    entry->active_uids.erase(workflow.name);
    const auto dropped =
        entry->job->end(workflow.name, succeeded, workflow.finished_ms / 1000, !is_news);
    for (const std::string& name : dropped) {
        delete_workflow(workflow.name_space, name);
    }
    if (is_news) write_status(*entry);
}

void CronJobs::workflow_gone(const KnownWorkflow& workflow) {
    runs_.erase(workflow.key());
}

void CronJobs::delete_workflow(const std::string& name_space, const std::string& name) {
    kube::Request request;
    request.method = "DELETE";
    request.resource = {kWorkflowVersion, "workflows", name_space, name, ""};
    request.body = R"({"propagationPolicy":"Background"})";
    around_.client.send(std::move(request), [](const kube::Response&) {});
}

void CronJobs::fire(Entry& entry, std::int64_t at_s, std::int64_t now_s) {
    run::CronJob& job = *entry.job;
    const run::CronStart start = job.fire(at_s, now_s);
    const std::string name_space = job.spec().namespace_name;
    for (const std::string& replaced : start.replaced) {
        kube::Request request;
        request.method = "PATCH";
        request.resource = {kWorkflowVersion, "workflows", name_space, replaced, ""};
        request.body = R"({"spec":{"shutdown":"Terminate"}})";
        around_.client.send(std::move(request), [](const kube::Response&) {});
    }
    if (!start.policy.empty()) {
        ++around_.tallies[{Tally::kCronHeldBack, {job.spec().name, name_space, start.policy}}];
    }
    if (start.run.empty()) {
        around_.log.info("cron workflow does not run", {{"namespace", name_space},
                                                        {"cronWorkflow", job.spec().name},
                                                        {"reason", start.reason}});
        write_status(entry);
        return;
    }
    Json object =
        Json::parse(run::workflow_of_cron(*entry.document, start.run, at_s), nullptr, false);
    object["metadata"]["ownerReferences"] = {{{"apiVersion", kWorkflowVersion},
                                              {"kind", "CronWorkflow"},
                                              {"name", job.spec().name},
                                              {"uid", entry.uid},
                                              {"controller", true},
                                              {"blockOwnerDeletion", true}}};
    if (!around_.options.instance_id.empty()) {
        object["metadata"]["labels"][kLabelInstanceId] = around_.options.instance_id;
    }
    kube::Request request;
    request.method = "POST";
    request.resource = {kWorkflowVersion, "workflows", name_space, "", ""};
    request.body = compact(object);
    request.is_repeatable = true;
    const std::string key = name_space + "/" + job.spec().name;
    around_.client.send(
        std::move(request), [this, key, name = start.run](const kube::Response& response) {
            const auto found = entries_.find(key);
            if (found == entries_.end() || found->second.job == nullptr) return;
            Entry& owner = found->second;
            if (response.ok()) {
                const Json made = Json::parse(response.body, nullptr, false);
                const run::CronSpec& spec = owner.job->spec();
                ++around_.tallies[{Tally::kCronRun, {spec.name, spec.namespace_name}}];
                owner.active_uids[name] = text_of(member(made, "metadata"), "uid");
                owner.problem.clear();
            } else if (response.status != 409) {
                owner.problem = "Failed to submit Workflow: " + response.message();
                ++around_.tallies[{Tally::kError, {"CronWorkflowSubmissionError"}}];
                around_.log.warn("cron workflow cannot run",
                                 {{"cronWorkflow", key}, {"error", owner.problem}});
                owner.job->withdraw(name);
            }
            write_status(owner);
        });
}

void CronJobs::write_status(Entry& entry) {
    if (entry.document == nullptr) return;
    Json status = Json::object();
    Json annotations = Json::object();
    if (entry.job != nullptr) {
        const run::CronStatus& known = entry.job->status();
        const std::string name_space = entry.job->spec().namespace_name;
        status["active"] = Json::array();
        for (const std::string& name : known.active) {
            Json active = {{"apiVersion", kWorkflowVersion},
                           {"kind", "Workflow"},
                           {"name", name},
                           {"namespace", name_space}};
            const auto uid = entry.active_uids.find(name);
            if (uid != entry.active_uids.end()) active["uid"] = uid->second;
            status["active"].push_back(std::move(active));
        }
        status["succeeded"] = known.n_succeeded;
        status["failed"] = known.n_failed;
        status["phase"] = known.is_stopped ? "Stopped" : "Active";
        if (known.last_scheduled_s) {
            status["lastScheduledTime"] = run::rfc3339(*known.last_scheduled_s * 1000);
        }
        annotations[kLastSchedule] = entry.job->spec().schedule_text;
    }
    status["conditions"] = Json::array();
    if (!entry.problem.empty()) {
        status["conditions"].push_back(
            {{"type", entry.job == nullptr ? "SpecError" : "SubmissionError"},
             {"status", "True"},
             {"message", entry.problem}});
    }
    Json patch = {{"status", std::move(status)}};
    patch["metadata"]["annotations"] = std::move(annotations);
    patch["metadata"]["uid"] = entry.uid;
    kube::Request request;
    request.method = "PATCH";
    request.resource = {kWorkflowVersion, "cronworkflows",
                        std::string(entry.document->namespace_name),
                        std::string(entry.document->name), ""};
    request.body = compact(patch);
    around_.client.send(std::move(request), [](const kube::Response&) {});
}

void CronJobs::tick(std::int64_t now_ms) {
    const std::int64_t now_s = now_ms / 1000;
    for (auto& [key, entry] : entries_) {
        if (entry.job == nullptr || entry.next_s == 0 || entry.next_s > now_s) continue;
        const std::int64_t at_s = entry.next_s;
        entry.next_s = entry.job->next_time(now_s).value_or(0);
        fire(entry, at_s, now_s);
    }
}

std::int64_t CronJobs::next_ms() const {
    std::int64_t next = std::numeric_limits<std::int64_t>::max();
    for (const auto& [key, entry] : entries_) {
        if (entry.next_s != 0) next = std::min(next, entry.next_s * 1000);
    }
    return next;
}

} // namespace tiphys::control
