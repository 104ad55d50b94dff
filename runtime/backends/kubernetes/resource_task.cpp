// Actions on objects, and conditions on them.

#include "runtime/backends/kubernetes/resource_task.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "runtime/backends/kubernetes/object_fields.h"
#include "runtime/backends/kubernetes/pod_names.h"
#include "runtime/io/json_fields.h"
#include "runtime/kubernetes/client.h"
#include "runtime/plan/parameter_file.h"

namespace tiphys::run {
namespace {

using Json = nlohmann::json;

/// The executor's own exit code, as its messages have it.
constexpr int kExecutorFailed = 64;

/// A manifest in YAML or JSON. Values at its top that are no texts are read as JSON.
Result<Json> read_manifest(const std::string& text) {
    TIPHYS_TRY(fields, parse_parameter_file(text));
    Json object = Json::object();
    for (const auto& [name, value] : fields) {
        const bool is_text = name == "apiVersion" || name == "kind" || name == "type";
        Json parsed = is_text ? Json(value) : Json::parse(value, nullptr, false);
        object[name] = parsed.is_discarded() ? Json(value) : std::move(parsed);
    }
    return object;
}

std::string lower(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

/// An error as kubectl prints it.
std::string server_error(const kube::Response& response) {
    const std::string reason = response.reason();
    return "Error from server" + (reason.empty() ? "" : " (" + reason + ")") + ": " +
           response.message();
}

} // namespace

class ResourceTask::Work : public std::enable_shared_from_this<ResourceTask::Work> {
public:
    Work(kube::Client& client, const TaskSpec& spec, const PodTaskOptions& options)
        : client_(client), name_space_(options.name_space), options_(options),
          template_(Json::parse(spec.pod->template_json, nullptr, false)),
          resource_(object_at(template_, "resource")) {
        for (const Artifact& artifact : spec.input_artifacts) {
            if (artifact.source == ArtifactSource::kRaw) raw_[artifact.name] = artifact.location;
        }
    }
    ~Work() { end_watch(); }
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

    void begin();
    [[nodiscard]] bool has_begun() const { return has_begun_; }
    std::optional<TaskReport> take_report() { return std::exchange(report_, std::nullopt); }

private:
    using Next = std::function<void(const kube::Response&)>;

    void send(kube::Request request, Next next);
    Result<Done> read();
    Result<Done> read_flags();
    void discover();
    void find_plural(const kube::Response& response);
    void act();
    [[nodiscard]] kube::Request request(const char* method, const std::string& name) const;
    void patch();
    void replace(const kube::Response& current);
    void acted(const kube::Response& response);
    void watch();
    void seen(std::string_view object);
    void finish();
    void fail(const std::string& message);
    void end_watch() {
        if (watch_ != 0) client_.end_watch(std::exchange(watch_, 0));
    }

    kube::Client& client_;
    std::string name_space_;
    PodTaskOptions options_;
    Json template_;
    Json resource_;
    std::map<std::string, std::string> raw_;
    Json manifest_;
    std::string action_;
    std::string group_version_ = "v1";
    /// As written: a kind, or with `flags` a plural or short name.
    std::string kind_;
    std::string name_;
    std::string plural_;
    bool is_namespaced_ = true;
    /// Groups whose resources are still to be asked for.
    std::vector<Requirement> success_;
    std::vector<Requirement> failure_;
    std::string object_;
    kube::WatchId watch_ = 0;
    bool has_begun_ = false;
    bool is_over_ = false;
    std::optional<TaskReport> report_;
};

void ResourceTask::Work::send(kube::Request request, Next next) {
    client_.send(std::move(request),
                 [weak = weak_from_this(), next = std::move(next)](const kube::Response& response) {
                     const std::shared_ptr<Work> self = weak.lock();
                     if (self != nullptr && !self->is_over_) next(response);
                 });
}

Result<Done> ResourceTask::Work::read() {
    action_ = text_of(resource_, "action");
    std::string text = text_of(resource_, "manifest");
    if (resource_.contains("manifestFrom")) {
        const std::string artifact = text_of(member(resource_["manifestFrom"], "artifact"), "name");
        const auto found = raw_.find(artifact);
        if (found == raw_.end()) {
            return Error{"the manifest comes from artifact `" + artifact +
                         "`, of which only raw ones can be read here"};
        }
        text = found->second;
    }
    if (!text.empty()) {
        TIPHYS_TRY(manifest, read_manifest(text));
        manifest_ = std::move(manifest);
        kind_ = text_of(manifest_, "kind");
        if (!text_of(manifest_, "apiVersion").empty()) {
            group_version_ = text_of(manifest_, "apiVersion");
        }
        const Json& metadata = member(manifest_, "metadata");
        if (!metadata.is_null() && !metadata.is_object()) {
            return Error{"`metadata` of the manifest is no mapping"};
        }
        name_ = text_of(metadata, "name");
        if (!text_of(metadata, "namespace").empty()) name_space_ = text_of(metadata, "namespace");
    }
    TIPHYS_TRY(flags, read_flags());
    static_cast<void>(flags);
    if (kind_.empty()) return Error{"Must provide at least one of flags or manifest."};
    TIPHYS_TRY(success, parse_requirements(text_of(resource_, "successCondition")));
    TIPHYS_TRY(failure, parse_requirements(text_of(resource_, "failureCondition")));
    success_ = std::move(success);
    failure_ = std::move(failure);
    if (is_true(resource_, "setOwnerReference") && manifest_.is_object()) {
        Json owners = list_at(member(manifest_, "metadata"), "ownerReferences");
        for (const Json& owner : Json::parse(owner_references(options_))) {
            owners.push_back(owner);
        }
        manifest_["metadata"]["ownerReferences"] = std::move(owners);
    }
    return Done{};
}

/// `TYPE NAME`, `TYPE/NAME` and the namespace.
Result<Done> ResourceTask::Work::read_flags() {
    const Json flags = list_at(resource_, "flags");
    std::vector<std::string> words;
    for (std::size_t i = 0; i < flags.size(); ++i) {
        const std::string flag = flags[i].is_string() ? flags[i].get<std::string>() : "";
        const bool is_namespace = flag == "-n" || flag == "--namespace";
        if (is_namespace && i + 1 < flags.size() && flags[i + 1].is_string()) {
            name_space_ = flags[++i].get<std::string>();
        } else if (flag.starts_with("--namespace=")) {
            name_space_ = flag.substr(flag.find('=') + 1);
        } else if (flag.starts_with("--validate") || flag.starts_with("--force") ||
                   flag.starts_with("--server-side") || flag == "--ignore-not-found") {
            // These say how kubectl goes about what is done here anyway.
            continue;
        } else if (flag.starts_with('-')) {
            return Error{"the flag `" + flag + "` of kubectl is not supported"};
        } else {
            words.push_back(flag);
        }
    }
    if (words.empty()) return Done{};
    if (kind_.empty()) kind_ = words[0].substr(0, words[0].find('/'));
    const std::size_t slash = words[0].find('/');
    if (slash != words[0].npos) name_ = words[0].substr(slash + 1);
    if (slash == words[0].npos && words.size() > 1) name_ = words[1];
    return Done{};
}

void ResourceTask::Work::begin() {
    const auto readable = read();
    if (!readable) {
        fail(readable.error().message);
        return;
    }
    discover();
}

/// What the server calls objects of this kind.
void ResourceTask::Work::discover() {
    kube::Request list;
    list.resource.plural =
        (group_version_.find('/') == group_version_.npos ? "/api/" : "/apis/") + group_version_;
    send(std::move(list), [this](const kube::Response& response) { find_plural(response); });
}

void ResourceTask::Work::find_plural(const kube::Response& response) {
    const Json list = Json::parse(response.body, nullptr, false);
    for (const Json& known : list_at(list, "resources")) {
        const std::string plural = text_of(known, "name");
        const Json short_names = list_at(known, "shortNames");
        const std::string wanted = lower(kind_);
        const bool is_short =
            std::find(short_names.begin(), short_names.end(), wanted) != short_names.end();
        const bool is_it = text_of(known, "kind") == kind_ || plural == wanted ||
                           text_of(known, "singularName") == wanted || is_short;
        if (!is_it || plural.find('/') != plural.npos) continue;
        plural_ = plural;
        is_namespaced_ = member(known, "namespaced") != false;
        break;
    }
    if (plural_.empty()) {
        fail("no matches for kind \"" + kind_ + "\" in version \"" + group_version_ + "\"");
        return;
    }
    act();
}

kube::Request ResourceTask::Work::request(const char* method, const std::string& name) const {
    kube::Request made;
    made.method = method;
    made.resource = {group_version_, plural_, is_namespaced_ ? name_space_ : "", name, ""};
    return made;
}

void ResourceTask::Work::act() {
    kube::Request made = request("GET", name_);
    const auto done = [this](const kube::Response& response) { acted(response); };
    if (action_ == "create") {
        made = request("POST", "");
        made.body = manifest_.dump();
    } else if (action_ == "apply") {
        made = request("PATCH", name_);
        made.query = {{"fieldManager", "tiphys"}, {"force", "true"}};
        made.content_type = "application/apply-patch+yaml";
        made.body = manifest_.dump();
    } else if (action_ == "patch") {
        patch();
        return;
    } else if (action_ == "replace") {
        send(std::move(made), [this](const kube::Response& current) { replace(current); });
        return;
    } else if (action_ == "delete") {
        made = request("DELETE", name_);
    } else if (action_ != "get") {
        fail("unknown action `" + action_ + "`: use create, apply, patch, replace, delete or get");
        return;
    }
    send(std::move(made), done);
}

void ResourceTask::Work::patch() {
    const std::string strategy = text_of(resource_, "mergeStrategy");
    kube::Request made = request("PATCH", name_);
    made.content_type = strategy == "json"    ? "application/json-patch+json"
                        : strategy == "merge" ? "application/merge-patch+json"
                                              : "application/strategic-merge-patch+json";
    made.body = strategy == "json" ? text_of(resource_, "manifest") : manifest_.dump();
    send(std::move(made), [this](const kube::Response& response) { acted(response); });
}

void ResourceTask::Work::replace(const kube::Response& current) {
    const Json known = Json::parse(current.body, nullptr, false);
    if (current.ok()) {
        manifest_["metadata"]["resourceVersion"] =
            text_of(member(known, "metadata"), "resourceVersion");
    }
    kube::Request made = request("PUT", name_);
    made.body = manifest_.dump();
    send(std::move(made), [this](const kube::Response& response) { acted(response); });
}

void ResourceTask::Work::acted(const kube::Response& response) {
    const bool is_gone = action_ == "delete" && response.status == 404;
    if (!response.ok() && !is_gone) {
        fail("no more retries " + server_error(response));
        return;
    }
    has_begun_ = true;
    if (action_ == "delete") {
        finish();
        return;
    }
    object_ = response.body;
    const Json object = Json::parse(object_, nullptr, false);
    name_ = text_of(member(object, "metadata"), "name");
    if (success_.empty() && failure_.empty()) {
        finish();
    } else {
        watch();
    }
}

void ResourceTask::Work::watch() {
    kube::WatchRequest wanted;
    wanted.resource = request("GET", "").resource;
    wanted.field_selector = "metadata.name=" + name_;
    watch_ = client_.watch(wanted, [this](const kube::WatchEvent& event) {
        if (is_over_) return;
        const bool is_there = event.kind == kube::WatchEvent::Kind::kAdded ||
                              event.kind == kube::WatchEvent::Kind::kModified;
        if (is_there) seen(event.object);
        if (event.kind == kube::WatchEvent::Kind::kDeleted) {
            fail("The resource has been deleted while its status was still being checked. Will "
                 "not be retried: " +
                 plural_ + " \"" + name_ + "\" not found");
        }
    });
}

/// Argo: matchConditions.
void ResourceTask::Work::seen(std::string_view object) {
    object_ = object;
    for (const Requirement& requirement : failure_) {
        if (!requirement.matches(object)) continue;
        fail("failure condition '" + requirement.text() + "' evaluated true");
        return;
    }
    for (const Requirement& requirement : success_) {
        if (!requirement.matches(object)) return;
    }
    finish();
}

/// Argo: SaveResourceParameters.
void ResourceTask::Work::finish() {
    TaskReport report;
    report.exit_code = 0;
    for (const Json& output : list_at(member(template_, "outputs"), "parameters")) {
        const Json& from = member(output, "valueFrom");
        ParameterValue value;
        value.name = text_of(output, "name");
        value.global_name = text_of(output, "globalName");
        const std::string path = text_of(from, "jsonPath");
        const std::string filter = text_of(from, "jqFilter");
        if (object_.empty()) {
            value.value = text_of(from, "default");
        } else if (!path.empty() || !filter.empty()) {
            const auto text =
                path.empty() ? text_by_filter(object_, filter) : text_at_json_path(object_, path);
            if (!text) {
                fail("output parameter `" + value.name + "`: " + text.error().message);
                return;
            }
            value.value = *text;
        } else {
            continue;
        }
        report.parameters.push_back(std::move(value));
    }
    is_over_ = true;
    end_watch();
    report_ = std::move(report);
}

void ResourceTask::Work::fail(const std::string& message) {
    if (is_over_) return;
    is_over_ = true;
    TaskReport report;
    report.phase = Phase::kFailed;
    report.exit_code = kExecutorFailed;
    report.message = "main: Error (exit code 64): " + message;
    report_ = std::move(report);
    end_watch();
}

ResourceTask::ResourceTask(kube::Client& client, const TaskSpec& spec,
                           const PodTaskOptions& options)
    : work_(std::make_shared<Work>(client, spec, options)) {
    work_->begin();
}
ResourceTask::~ResourceTask() = default;

bool ResourceTask::has_begun() const {
    return work_->has_begun();
}
std::optional<TaskReport> ResourceTask::take_report() {
    return work_->take_report();
}

} // namespace tiphys::run
