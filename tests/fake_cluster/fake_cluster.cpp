// Requests are taken apart here; what they do to objects is in object_store.cpp.

#include "tests/fake_cluster/fake_cluster.h"

#include <charconv>
#include <utility>

#include <nlohmann/json.hpp>

namespace tiphys::fake {
namespace {

using Json = nlohmann::json;

struct Kind {
    const char* plural;
    const char* version;
    const char* name;
};
constexpr Kind kKinds[] = {
    {"pods", "v1", "Pod"},
    {"configmaps", "v1", "ConfigMap"},
    {"secrets", "v1", "Secret"},
    {"events", "v1", "Event"},
    {"persistentvolumeclaims", "v1", "PersistentVolumeClaim"},
    {"leases", "coordination.k8s.io/v1", "Lease"},
    {"workflows", "argoproj.io/v1alpha1", "Workflow"},
    {"workflowtemplates", "argoproj.io/v1alpha1", "WorkflowTemplate"},
    {"clusterworkflowtemplates", "argoproj.io/v1alpha1", "ClusterWorkflowTemplate"},
    {"cronworkflows", "argoproj.io/v1alpha1", "CronWorkflow"},
    {"workflowtaskresults", "argoproj.io/v1alpha1", "WorkflowTaskResult"},
    {"workflowartifactgctasks", "argoproj.io/v1alpha1", "WorkflowArtifactGCTask"},
};

std::string decoded(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned char byte = static_cast<unsigned char>(text[i]);
        if (byte == '%' && i + 2 < text.size()) {
            std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16);
            i += 2;
        }
        plain += static_cast<char>(byte);
    }
    return plain;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        if (end > 0) parts.push_back(decoded(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

ApiRequest read_request(const std::string& line, const std::string& body) {
    ApiRequest request;
    request.body = body;
    const std::size_t blank = line.find(' ');
    request.method = line.substr(0, blank);
    std::string target = line.substr(blank + 1, line.rfind(' ') - blank - 1);
    const std::size_t question = target.find('?');
    if (question != target.npos) {
        std::string_view pairs = std::string_view(target).substr(question + 1);
        while (!pairs.empty()) {
            const std::string_view pair = pairs.substr(0, pairs.find('&'));
            const std::size_t equals = pair.find('=');
            request.query[decoded(pair.substr(0, equals))] =
                equals == pair.npos ? "" : decoded(pair.substr(equals + 1));
            pairs.remove_prefix(std::min(pair.size() + 1, pairs.size()));
        }
        target.resize(question);
    }
    request.path = target;
    std::vector<std::string> parts = split(target, '/');
    // api/v1 or apis/group/version.
    std::size_t at = parts.empty() || parts[0] == "api" ? 2 : 3;
    if (at + 1 < parts.size() && parts[at] == "namespaces") {
        request.name_space = parts[at + 1];
        at += 2;
    }
    if (at == parts.size() && !request.name_space.empty()) {
        request.plural = "namespaces";
        request.name = std::exchange(request.name_space, "");
    }
    if (at < parts.size()) request.plural = parts[at];
    if (at + 1 < parts.size()) request.name = parts[at + 1];
    if (at + 2 < parts.size()) request.subresource = parts[at + 2];
    return request;
}

Json container_status(const char* name, bool has_ended) {
    Json state;
    if (has_ended) {
        state["terminated"] = {{"exitCode", 0},
                               {"reason", "Completed"},
                               {"startedAt", "2026-01-01T00:00:00Z"},
                               {"finishedAt", "2026-01-01T00:00:01Z"},
                               {"containerID", "containerd://0123456789abcdef0123456789abcdef"}};
    } else {
        state["running"] = {{"startedAt", "2026-01-01T00:00:00Z"}};
    }
    return {{"name", name},
            {"ready", !has_ended},
            {"restartCount", 0},
            {"image", "docker.io/library/busybox:latest"},
            {"imageID", "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},
            {"state", std::move(state)}};
}

Json status_of(bool has_ended) {
    return {{"phase", has_ended ? "Succeeded" : "Running"},
            {"podIP", "10.0.0.1"},
            {"hostIP", "10.0.0.2"},
            {"startTime", "2026-01-01T00:00:00Z"},
            {"initContainerStatuses", Json::array({container_status("init", true)})},
            {"containerStatuses", Json::array({container_status("main", has_ended),
                                               container_status("wait", has_ended)})}};
}

kube::ScriptedAnswer answer_of(Outcome outcome) {
    kube::ScriptedAnswer answer;
    answer.status = outcome.status;
    answer.body = std::move(outcome.body);
    return answer;
}

std::string value_of(const ApiRequest& request, const char* key) {
    const auto found = request.query.find(key);
    return found == request.query.end() ? "" : found->second;
}

std::uint64_t number_of(const std::string& text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

} // namespace

std::string ApiRequest::verb() const {
    if (method == "POST") return "create";
    if (method == "PATCH") return "patch";
    if (method == "PUT") return "update";
    if (method == "DELETE") return name.empty() ? "deletecollection" : "delete";
    if (query.contains("watch")) return "watch";
    return name.empty() ? "list" : "get";
}

FakeCluster::FakeCluster(KubeletOptions kubelet, Before before)
    : before_(std::move(before)), kubelet_(kubelet) {
    for (const Kind& kind : kKinds) {
        stores_[kind.plural] = std::make_unique<ObjectStore>(kind.version, kind.name);
    }
    server_ = std::make_unique<kube::ScriptedServer>(
        [this](const std::string& line, const std::string& body) { return answer(line, body); });
    address_ = server_->address();
    kubelet_thread_ = std::thread([this] { run_kubelet(); });
}

FakeCluster::~FakeCluster() {
    server_.reset();
    is_over_ = true;
    stepped_.notify_all();
    kubelet_thread_.join();
}

std::string FakeCluster::kubeconfig() const {
    return "apiVersion: v1\nkind: Config\ncurrent-context: fake\nclusters:\n"
           "- {name: fake, cluster: {server: '" +
           address_ +
           "'}}\ncontexts:\n- {name: fake, context: {cluster: fake, user: fake, namespace: "
           "default}}\nusers:\n- {name: fake, user: {token: secret}}\n";
}

ObjectStore& FakeCluster::store(const std::string& plural) {
    return *stores_.at(plural);
}

void FakeCluster::set_kubelet(const KubeletOptions& kubelet) {
    const std::lock_guard lock(mutex_);
    kubelet_ = kubelet;
}

void FakeCluster::end_pod(const std::string& key) {
    take_step({Clock::now(), key, true});
}

std::map<std::string, int> FakeCluster::counts() const {
    const std::lock_guard lock(mutex_);
    return counts_;
}

void FakeCluster::forget_counts() {
    const std::lock_guard lock(mutex_);
    counts_.clear();
    hops_.clear();
}

std::vector<double> FakeCluster::hops() const {
    const std::lock_guard lock(mutex_);
    return hops_;
}

bool FakeCluster::waits(const std::function<bool()>& is_so, int longest_ms) {
    const auto end = Clock::now() + std::chrono::milliseconds(longest_ms);
    while (!is_so()) {
        if (Clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

bool FakeCluster::waits_for_phase(const std::string& key, const std::string& phase,
                                  int longest_ms) {
    const auto has_ended = [&] {
        const Json object = Json::parse(store("workflows").get(key).body, nullptr, false);
        return object.value("status", Json::object()).value("phase", "") == phase;
    };
    return waits(has_ended, longest_ms);
}

kube::ScriptedAnswer FakeCluster::answer(const std::string& line, const std::string& body) {
    const ApiRequest request = read_request(line, body);
    {
        const std::lock_guard lock(mutex_);
        ++counts_[request.verb() + " " + request.plural];
    }
    if (before_) {
        if (auto other = before_(request)) return std::move(*other);
    }
    return answer_request(request);
}

kube::ScriptedAnswer FakeCluster::answer_request(const ApiRequest& request) {
    if (request.path == "/version") {
        return answer_of({200, R"({"major":"1","minor":"35","gitVersion":"v1.35.0"})"});
    }
    // All namespaces are there.
    if (request.plural == "namespaces") return answer_of({200, "{}"});
    const auto found = stores_.find(request.plural);
    if (found == stores_.end()) {
        return answer_of(
            failure(404, "NotFound", "the server could not find the requested resource"));
    }
    ObjectStore& objects = *found->second;
    const std::string key = request.name_space + "/" + request.name;
    if (request.method == "GET") return answer_get(request, objects);
    if (request.method == "POST") {
        Outcome made = objects.create(request.name_space, request.body);
        if (made.status == 201 && request.plural == "pods") {
            pod_created(request.name_space, made.body);
        }
        return answer_of(std::move(made));
    }
    if (request.method == "DELETE" && request.name.empty()) {
        objects.remove_all(request.name_space, value_of(request, "labelSelector"));
        return answer_of({200, "{}"});
    }
    if (request.method == "DELETE") return answer_of(objects.remove(key));
    return answer_of(objects.patch(key, request.body));
}

kube::ScriptedAnswer FakeCluster::answer_get(const ApiRequest& request, ObjectStore& objects) {
    if (!request.name.empty()) {
        return answer_of(objects.get(request.name_space + "/" + request.name));
    }
    const std::string selector = value_of(request, "labelSelector");
    if (!request.query.contains("watch")) {
        return answer_of(objects.list(request.name_space, selector,
                                      number_of(value_of(request, "limit")),
                                      value_of(request, "continue")));
    }
    const auto watch = objects.watch(request.name_space, selector,
                                     number_of(value_of(request, "resourceVersion")));
    if (watch == nullptr) return answer_of(failure(410, "Expired", "too old resource version"));
    kube::ScriptedAnswer answer;
    answer.more = [watch, &objects] { return std::optional(objects.take(*watch)); };
    return answer;
}

void FakeCluster::pod_created(const std::string& name_space, const std::string& json) {
    const Json pod = Json::parse(json);
    const auto now = Clock::now();
    const std::lock_guard lock(mutex_);
    if (last_end_) {
        hops_.push_back(std::chrono::duration<double, std::milli>(now - *last_end_).count());
        last_end_.reset();
    }
    const std::string key = name_space + "/" + pod["metadata"].value("name", "");
    const auto running = now + std::chrono::milliseconds(kubelet_.running_after_ms);
    steps_.push({running, key, false});
    if (kubelet_.ended_after_ms) {
        steps_.push({running + std::chrono::milliseconds(*kubelet_.ended_after_ms), key, true});
    }
    stepped_.notify_all();
}

void FakeCluster::run_kubelet() {
    std::unique_lock lock(mutex_);
    while (!is_over_) {
        if (steps_.empty()) {
            stepped_.wait_for(lock, std::chrono::milliseconds(100));
            continue;
        }
        const Step next = steps_.top();
        if (next.at > Clock::now()) {
            stepped_.wait_until(lock, next.at);
            continue;
        }
        steps_.pop();
        lock.unlock();
        take_step(next);
        lock.lock();
    }
}

/// As the executor does it: its report comes before the pod's end.
void FakeCluster::take_step(const Step& step) {
    ObjectStore& pods = store("pods");
    if (!step.is_end) {
        const Json change = {{"spec", {{"nodeName", "node-1"}}}, {"status", status_of(false)}};
        static_cast<void>(pods.patch(step.pod, change.dump()));
        return;
    }
    const Json pod = Json::parse(pods.get(step.pod).body);
    const Json metadata = pod.value("metadata", Json::object());
    const Json annotations = metadata.value("annotations", Json::object());
    Json labels = metadata.value("labels", Json::object());
    labels["workflows.argoproj.io/report-outputs-completed"] = "true";
    const Json result = {
        {"metadata",
         {{"name", annotations.value("workflows.argoproj.io/node-id", "")}, {"labels", labels}}},
        {"outputs", {{"exitCode", "0"}}}};
    static_cast<void>(
        store("workflowtaskresults").create(metadata.value("namespace", ""), result.dump()));
    static_cast<void>(pods.patch(step.pod, Json{{"status", status_of(true)}}.dump()));
    const std::lock_guard lock(mutex_);
    last_end_ = Clock::now();
}

} // namespace tiphys::fake
