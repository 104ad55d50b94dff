// One workflow after the other: its Secrets, its artifacts in a thread of their own, its object.

#include "runtime/controller/artifact_gc.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

#include "runtime/artifacts/s3_client.h"
#include "runtime/artifacts/s3_place.h"
#include "runtime/backends/kubernetes/side_task.h"
#include "runtime/controller/clock.h"
#include "runtime/controller/labels.h"
#include "runtime/io/json_fields.h"
#include "runtime/plan/parameter_file.h"

namespace tiphys::control {
namespace {

using Json = nlohmann::json;
using run::member;
using run::text_of;
using Errors = std::vector<std::string>;

/// How often the end of a deletion is looked for.
constexpr std::int64_t kLookMs = 20;
constexpr std::int64_t kPauseAfterFailureMs = 2'000;

bool is_to_go(const std::string& strategy) {
    return !strategy.empty() && strategy != "Never";
}

std::string deletion_error(const run::Artifact& artifact, const run::Secrets& secrets) {
    if (artifact.source != run::ArtifactSource::kStore || artifact.access.empty()) {
        return "the artifact `" + artifact.name + "` is in no bucket that could be asked";
    }
    auto found = run::find_place(artifact.access, secrets, run::own_environment);
    if (!found) return found.error().message;
    if (!found->has_keys && !found->secret.empty()) {
        return "there are no keys for the bucket `" + found->place.bucket + "` in the Secret `" +
               found->secret + "`";
    }
    const auto done = run::S3Client(std::move(found->place)).remove(artifact.location);
    return done ? "" : done.error().message;
}

Errors delete_all(const std::vector<Garbage>& garbage, const run::Secrets& secrets) {
    Errors errors;
    for (const Garbage& piece : garbage) {
        errors.push_back(deletion_error(piece.artifact, secrets));
    }
    return errors;
}

} // namespace

struct ArtifactGc::Job {
    std::string object;
    EndedWorkflow ended;
    /// Names of those that are still to be read.
    std::vector<std::string> unread;
    run::Secrets secrets;
    std::unique_ptr<run::SideWork<Errors>> work;
};

bool has_garbage(const run::Plan& plan) {
    for (const run::Template& known : plan.templates) {
        for (const run::ArtifactSpec& artifact : known.output_artifacts) {
            if (is_to_go(artifact.gc_strategy.empty() ? plan.gc_strategy : artifact.gc_strategy)) {
                return true;
            }
        }
    }
    return false;
}

bool is_held_for_garbage(const KnownWorkflow& workflow) {
    return std::find(workflow.finalizers.begin(), workflow.finalizers.end(),
                     kFinalizerArtifactGc) != workflow.finalizers.end();
}

ArtifactGc::ArtifactGc(Surroundings& around) : around_(around) {}
ArtifactGc::~ArtifactGc() = default;

std::string ArtifactGc::load_nodes(const std::string& uid, const std::string& version) const {
    if (!around_.options.nodes.load) return "";
    const auto nodes = around_.options.nodes.load(uid, version);
    return nodes && *nodes ? **nodes : "";
}

/// `artifactRepositoryRef` names a ConfigMap. Argo: workflow/artifactrepositories.
std::string ArtifactGc::repository_of(std::string_view json) const {
    const Json object = Json::parse(json, nullptr, false);
    const Json& reference = member(member(object, "spec"), "artifactRepositoryRef");
    if (!reference.is_object()) return "";
    std::string place = text_of(reference, "configMap");
    if (place.empty()) place = "artifact-repositories";
    const std::string* known =
        around_.objects.find("ConfigMap", text_of(member(object, "metadata"), "namespace"), place);
    if (known == nullptr) return "";
    const Json map = Json::parse(*known, nullptr, false);
    std::string key = text_of(reference, "key");
    if (key.empty()) {
        key = text_of(member(member(map, "metadata"), "annotations"),
                      "workflows.argoproj.io/default-artifact-repository");
    }
    const auto fields = run::parse_parameter_file(text_of(member(map, "data"), key.c_str()));
    if (!fields) return "";
    for (const auto& [name, value] : *fields) {
        if (name == "s3") return value;
    }
    return "";
}

void ArtifactGc::object_seen(std::string_view json) {
    if (around_.is_fenced) return;
    auto ended =
        read_ended(json, repository_of(json), [this](const auto& uid, const auto& version) {
            return load_nodes(uid, version);
        });
    if (!ended || jobs_.contains(ended->uid)) return;
    // What was tried before and has failed is left to people.
    if (ended->due.empty() && !ended->is_last) return;
    const std::string uid = ended->uid;
    auto& job = jobs_[uid] = std::make_unique<Job>();
    job->object = json;
    job->ended = std::move(*ended);
    for (const Garbage& piece : job->ended.garbage) {
        for (std::string& name : run::secrets_of(piece.artifact)) {
            const bool is_known =
                std::find(job->unread.begin(), job->unread.end(), name) != job->unread.end();
            if (!is_known) job->unread.push_back(std::move(name));
        }
    }
    read_secrets(uid);
}

void ArtifactGc::look_at(const std::string& name_space, const std::string& name) {
    kube::Request request;
    request.resource = {kWorkflowVersion, "workflows", name_space, name, ""};
    around_.client.send(std::move(request), [this, name_space, name](const auto& response) {
        if (response.ok()) {
            object_seen(response.body);
        } else if (response.status != 404) {
            again_.insert({unix_now_ms() + kPauseAfterFailureMs, {name_space, name}});
        }
    });
}

/// One after the other; one that is missing is told of by whoever needs it.
void ArtifactGc::read_secrets(const std::string& uid) {
    Job& job = *jobs_.at(uid);
    if (job.unread.empty()) {
        job.work = std::make_unique<run::SideWork<Errors>>(
            [garbage = job.ended.garbage, secrets = job.secrets] {
                return delete_all(garbage, secrets);
            });
        return;
    }
    kube::Request request;
    request.resource = {"v1", "secrets", job.ended.name_space, job.unread.back(), ""};
    around_.client.send(std::move(request), [this, uid](const kube::Response& response) {
        const auto found = jobs_.find(uid);
        if (found == jobs_.end()) return;
        Job& reading = *found->second;
        if (response.ok()) {
            reading.secrets[reading.unread.back()] = run::secret_data(response.body);
        } else {
            around_.log.warn("a Secret cannot be read", {{"namespace", reading.ended.name_space},
                                                         {"secret", reading.unread.back()},
                                                         {"error", response.message()}});
        }
        reading.unread.pop_back();
        read_secrets(uid);
    });
}

/// Argo: processCompletedWorkflowArtifactGCTask.
void ArtifactGc::tell_failures(const EndedWorkflow& ended, const Errors& errors) {
    for (std::size_t i = 0; i < errors.size(); ++i) {
        if (errors[i].empty()) continue;
        around_.log.error("an artifact cannot be deleted",
                          {{"namespace", ended.name_space},
                           {"workflow", ended.name},
                           {"artifact", ended.garbage[i].artifact.name},
                           {"error", errors[i]}});
        around_.events.record({ended.name,
                               ended.name_space,
                               ended.uid,
                               "ArtifactGCFailed",
                               "Artifact Garbage Collection failed for strategy " +
                                   ended.garbage[i].strategy + ", err:" + errors[i],
                               true,
                               {}});
        // One Event is enough.
        return;
    }
}

void ArtifactGc::finish(const std::string& uid) {
    Job& job = *jobs_.at(uid);
    const Errors errors = job.work->take();
    job.work.reset();
    tell_failures(job.ended, errors);
    const auto load = [this](const auto& of, const auto& version) {
        return load_nodes(of, version);
    };
    const auto save = [this, &job](const std::string& of, const std::string& nodes) {
        if (!around_.options.nodes.save) return std::string();
        const auto version = around_.options.nodes.save(of, job.ended.name_space, nodes);
        return version ? *version : std::string();
    };
    kube::Request request;
    request.method = "PATCH";
    request.resource = {kWorkflowVersion, "workflows", job.ended.name_space, job.ended.name, ""};
    request.body = patch_after(job.ended, job.object, errors, load, save);
    around_.client.send(std::move(request),
                        [this, uid](const kube::Response& response) { written(uid, response); });
}

/// Whoever has changed the object meanwhile is read first; what is deleted stays so.
void ArtifactGc::written(const std::string& uid, const kube::Response& response) {
    const auto found = jobs_.find(uid);
    if (found == jobs_.end()) return;
    const EndedWorkflow ended = std::move(found->second->ended);
    jobs_.erase(found);
    if (response.status == 404) return;
    if (response.ok()) {
        object_seen(response.body);
        return;
    }
    if (response.status != 409) {
        around_.log.warn("the deletion of artifacts cannot be written down",
                         {{"namespace", ended.name_space},
                          {"workflow", ended.name},
                          {"error", response.message()}});
    }
    const std::int64_t pause_ms = response.status == 409 ? kLookMs : kPauseAfterFailureMs;
    again_.insert({unix_now_ms() + pause_ms, {ended.name_space, ended.name}});
}

void ArtifactGc::tick(std::int64_t now_ms) {
    if (around_.is_fenced) return;
    std::vector<std::string> done;
    for (const auto& [uid, job] : jobs_) {
        if (job->work != nullptr && job->work->is_done()) done.push_back(uid);
    }
    for (const std::string& uid : done) {
        finish(uid);
    }
    while (!again_.empty() && again_.begin()->first <= now_ms) {
        const auto place = again_.begin()->second;
        again_.erase(again_.begin());
        look_at(place.first, place.second);
    }
}

std::int64_t ArtifactGc::next_ms() const {
    std::int64_t next = std::numeric_limits<std::int64_t>::max();
    for (const auto& [uid, job] : jobs_) {
        if (job->work != nullptr) next = unix_now_ms() + kLookMs;
    }
    return again_.empty() ? next : std::min(next, again_.begin()->first);
}

} // namespace tiphys::control
