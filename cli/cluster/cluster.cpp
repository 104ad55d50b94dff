// Calls, and what their failures mean.
#include "cli/cluster/cluster.h"

#include <cstdlib>

#include <nlohmann/json.hpp>

#include "compiler/expr/names.h"
#include "runtime/backends/kubernetes/pod_names.h"
#include "runtime/io/json_fields.h"

namespace tiphys::cli {
namespace {

using nlohmann::json;
using run::member;
using run::object_at;
using run::text_of;

/// People wait: a few attempts, not half a minute of them.
constexpr int kAttempts = 4;
constexpr std::int64_t kFirstPauseMs = 200;
constexpr std::int64_t kLongestPauseMs = 2000;
constexpr int kMostEdits = 5;

kube::ClientOptions client_options() {
    kube::ClientOptions options;
    options.n_attempts = kAttempts;
    options.first_pause_ms = kFirstPauseMs;
    options.longest_pause_ms = kLongestPauseMs;
    options.user_agent = std::string("tiphys/") + kVersion;
    return options;
}

kube::Request request_of(const char* method, kube::Resource resource, std::string body = "") {
    kube::Request request;
    request.method = method;
    request.resource = std::move(resource);
    request.body = std::move(body);
    return request;
}

/// Labels of another type are left for the server to refuse.
void add_instance(json& object, const std::string& instance_id) {
    if (!object.is_object()) return;
    json& meta = object["metadata"];
    if (!meta.is_object()) return;
    json& labels = meta["labels"];
    if (labels.is_null() || labels.is_object()) labels[run::kInstanceLabel] = instance_id;
}

} // namespace

Result<Cluster> Cluster::open(const ClusterChoice& choice) {
    TIPHYS_TRY(access, kube::read_access(choice.kubeconfig));
    TIPHYS_TRY(client, kube::Client::open(access, client_options()));
    const char* usual = std::getenv("ARGO_INSTANCEID");
    std::string instance_id = choice.instance_id;
    if (instance_id.empty() && usual != nullptr) instance_id = usual;
    if (!expr::is_label_value(instance_id)) {
        return Error{"`" + instance_id + "` cannot be an instance id, as it can be no label"};
    }
    return Cluster(std::move(client), choice.is_all_namespaces ? "" : access.name_space,
                   std::move(instance_id));
}

kube::Resource Cluster::resource(const ObjectKind& kind, std::string_view name,
                                 std::string_view name_space) const {
    kube::Resource resource;
    resource.group_version = kind.group_version;
    resource.plural = kind.plural;
    resource.name = name;
    if (kind.is_namespaced) {
        resource.name_space = name_space.empty() ? name_space_ : std::string(name_space);
    }
    return resource;
}

Result<std::string> Cluster::call(const kube::Request& request) const {
    kube::Response response = client_->call(request);
    if (response.ok()) return object_of(std::move(response));
    return refusal(request, response, nullptr);
}

Result<std::string> Cluster::object_of(kube::Response response) const {
    if (response.body.starts_with('{')) return std::move(response.body);
    return Error{kube::no_api_text(client_->access())};
}

Result<std::string> Cluster::get(const ObjectKind& kind, std::string_view name) const {
    return call(request_of("GET", resource(kind, name)));
}

Result<Done> Cluster::check_namespace(const std::string& name_space) const {
    if (name_space.empty()) return Done{};
    const kube::Request request = request_of("GET", {"v1", "namespaces", "", name_space, ""});
    const kube::Response response = client_->call(request);
    // Who may not read namespaces may still use them.
    if (response.status != 404) return Done{};
    return Error{"there is no namespace `" + name_space +
                 "`; `kubectl get namespaces` shows those of the cluster"};
}

Result<std::vector<std::string>> Cluster::list(const ObjectKind& kind,
                                               const ListQuery& query) const {
    std::vector<std::string> objects;
    std::string continuation;
    std::string labels = query.labels;
    // Argo: With in util/instanceid/service.go.
    if (!instance_id_.empty() && kind.group_version == kArgo && !query.is_of_any_instance) {
        labels += (labels.empty() ? "" : ",") + (run::kInstanceLabel + ("=" + instance_id_));
    }
    do {
        kube::Request request = request_of("GET", resource(kind));
        if (query.n_chunk > 0) {
            request.query.emplace_back("limit", std::to_string(query.n_chunk));
        }
        if (!labels.empty()) request.query.emplace_back("labelSelector", labels);
        if (!query.fields.empty()) request.query.emplace_back("fieldSelector", query.fields);
        if (!continuation.empty()) request.query.emplace_back("continue", continuation);
        TIPHYS_TRY(body, call(request));
        json list = json::parse(body, nullptr, false);
        if (!list.is_object() || !list["items"].is_array()) {
            return Error{"the API server answered with something that is no list"};
        }
        for (json& item : list["items"]) {
            if (!item.is_object()) continue;
            item["apiVersion"] = kind.group_version;
            item["kind"] = kind.kind;
            objects.push_back(item.dump());
        }
        continuation = text_of(member(list, "metadata"), "continue");
    } while (!continuation.empty());
    if (objects.empty() && kind.is_namespaced) {
        if (auto known = check_namespace(name_space_); !known) return known.error();
    }
    return objects;
}

Result<std::string> Cluster::create(const ObjectKind& kind, const std::string& object,
                                    bool is_trial, Complaints* complaints) const {
    json made = json::parse(object, nullptr, false);
    if (!instance_id_.empty() && kind.group_version == kArgo) add_instance(made, instance_id_);
    const std::string name_space = text_of(member(made, "metadata"), "namespace");
    kube::Request request = request_of("POST", resource(kind, "", name_space),
                                       instance_id_.empty() ? object : made.dump());
    if (is_trial) request.query.emplace_back("dryRun", "All");
    request.query.emplace_back("fieldManager", "tiphys");
    kube::Response response = client_->call(request);
    if (response.ok()) return object_of(std::move(response));
    return refusal(request, response, complaints);
}

Error Cluster::refusal(const kube::Request& request, const kube::Response& response,
                       Complaints* complaints) const {
    if (complaints != nullptr) *complaints = kube::complaints_of(response);
    const bool is_absent =
        response.status == 404 && !request.resource.name.empty() && response.reason() == "NotFound";
    if (is_absent) {
        if (auto known = check_namespace(request.resource.name_space); !known) {
            return known.error();
        }
    }
    return Error{kube::failure_text(*client_, request, response)};
}

Result<std::string> Cluster::patch(const ObjectKind& kind, std::string_view name,
                                   const std::string& merge_patch) const {
    return call(request_of("PATCH", resource(kind, name), merge_patch));
}

Result<Done> Cluster::remove(const ObjectKind& kind, std::string_view name,
                             std::string_view name_space) const {
    kube::Request request = request_of("DELETE", resource(kind, name, name_space),
                                       R"({"propagationPolicy":"Background"})");
    TIPHYS_TRY(body, call(request));
    static_cast<void>(body);
    return Done{};
}

Result<std::string> Cluster::edit(const ObjectKind& kind, std::string_view name,
                                  const ObjectEdit& edit, Complaints* complaints) const {
    for (int i = 1;; ++i) {
        TIPHYS_TRY(object, get(kind, name));
        TIPHYS_TRY(edited, edit(object));
        if (edited == object) return object;
        const kube::Request request = request_of("PUT", resource(kind, name), edited);
        kube::Response response = client_->call(request);
        if (response.ok()) return object_of(std::move(response));
        // Somebody, usually the controller, has written in between.
        if (response.status == 409 && i < kMostEdits) continue;
        return refusal(request, response, complaints);
    }
}

Result<std::string> Cluster::workflow_name(const std::string& name) const {
    if (name != "@latest") return name;
    TIPHYS_TRY(objects, list(kWorkflows));
    std::string latest;
    std::string latest_time;
    for (const std::string& object : objects) {
        const json meta = object_at(json::parse(object, nullptr, false), "metadata");
        // Times of Kubernetes sort as texts.
        const std::string time = text_of(meta, "creationTimestamp");
        if (latest.empty() || time > latest_time) {
            latest = text_of(meta, "name");
            latest_time = time;
        }
    }
    if (latest.empty()) return Error{"there is no workflow in namespace `" + name_space_ + "`"};
    return latest;
}

int on_cluster(const ClusterChoice& choice, Streams& streams,
               const std::function<Result<int>(const Cluster&)>& work) {
    const auto cluster = Cluster::open(choice);
    if (!cluster) return fail(streams, cluster.error().message);
    // Argo's short definitions let an API server store whatever a user writes.
    try {
        const auto code = work(*cluster);
        return code ? *code : fail(streams, code.error().message);
    } catch (const json::type_error&) {
        return fail(streams,
                    "a field of the object is of another type than Argo has there, so that it "
                    "cannot be changed; `tiphys get NAME -o yaml | tiphys lint -` says which");
    }
}

} // namespace tiphys::cli
