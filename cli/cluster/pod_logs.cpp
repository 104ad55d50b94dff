// Streams of container logs.
#include "cli/cluster/pod_logs.h"

#include <algorithm>
#include <map>
#include <optional>
#include <ostream>
#include <set>

#include <nlohmann/json.hpp>

#include "cli/cluster/workflow_view.h"
#include "cli/line_pattern.h"
#include "cli/runs/execution.h"
#include "cli/runs/run_filter.h"
#include "runtime/io/json_fields.h"
#include "runtime/kubernetes/failure.h"

namespace tiphys::cli {
namespace {

using nlohmann::json;
using run::list_at;
using run::member;
using run::text_of;

constexpr std::int64_t kPauseMs = 500;

/// Containers of a pod whose logs are wanted.
std::vector<std::string> containers_of(const json& pod, const std::string& wanted) {
    std::vector<std::string> names;
    for (const char* list : {"initContainers", "containers"}) {
        const bool is_init = std::string_view(list) == "initContainers";
        for (const json& container : list_at(member(pod, "spec"), list)) {
            const std::string name = text_of(container, "name");
            // What Argo adds is not the user's.
            const bool is_ours = is_init || name == "wait";
            if (wanted.empty() ? !is_ours : name == wanted) names.push_back(name);
        }
    }
    const bool has_main = std::find(names.begin(), names.end(), "main") != names.end();
    if (wanted.empty() && has_main) return {"main"};
    return names;
}

/// Whether the container has begun: before, there is no log to ask for.
bool has_begun(const json& pod, const std::string& container) {
    for (const char* list : {"containerStatuses", "initContainerStatuses"}) {
        for (const json& status : list_at(member(pod, "status"), list)) {
            if (text_of(status, "name") != container) continue;
            const json& state = member(status, "state");
            return state.contains("running") || state.contains("terminated");
        }
    }
    return false;
}

class PodLogs {
public:
    PodLogs(const Cluster& cluster, const LogQuery& query, Streams& streams, NodeSelector selector,
            LinePattern pattern)
        : cluster_(cluster), query_(query), streams_(streams), selector_(std::move(selector)),
          pattern_(std::move(pattern)) {}

    /// The workflow with its nodes, for names and selectors.
    void take_workflow(WorkflowView workflow) { workflow_ = std::move(workflow); }
    [[nodiscard]] bool is_over() const { return is_fulfilled(*workflow_); }
    [[nodiscard]] std::size_t n_open() const { return n_open_; }
    [[nodiscard]] bool has_any() const { return !begun_.empty(); }

    void take_pod(const std::string& text) {
        const json pod = json::parse(text, nullptr, false);
        if (!is_wanted(pod)) return;
        const std::string name = text_of(member(pod, "metadata"), "name");
        for (const std::string& container : containers_of(pod, query_.container)) {
            if (!has_begun(pod, container)) continue;
            if (!begun_.insert(name + "/" + container).second) continue;
            begin(pod, name, container);
        }
    }

private:
    std::string node_name_of(const json& pod) const {
        return text_of(member(member(pod, "metadata"), "annotations"),
                       "workflows.argoproj.io/node-name");
    }

    const NodeView* node_of(const json& pod) const {
        const std::string name = node_name_of(pod);
        for (const NodeView& node : workflow_->nodes) {
            if (node.name == name) return &node;
        }
        return nullptr;
    }

    bool is_wanted(const json& pod) const {
        const NodeView* node = node_of(pod);
        if (!query_.node_selector.empty()) {
            if (node == nullptr || !matches(selector_, *node)) return false;
        }
        const std::string& wanted = query_.node;
        if (wanted.empty() || wanted == text_of(member(pod, "metadata"), "name")) return true;
        return node != nullptr && (wanted == node->display_name || wanted == node->name ||
                                   wanted == node->id || wanted == short_name(*workflow_, *node));
    }

    void begin(const json& pod, const std::string& name, const std::string& container) {
        kube::Request request;
        request.resource = cluster_.resource(kPods, name);
        request.resource.subresource = "log";
        request.query = {{"container", container}};
        if (query_.follows) request.query.emplace_back("follow", "true");
        if (query_.is_previous) request.query.emplace_back("previous", "true");
        if (!query_.since_time.empty()) request.query.emplace_back("sinceTime", query_.since_time);
        if (query_.with_times) request.query.emplace_back("timestamps", "true");
        if (query_.n_tail > 0) {
            request.query.emplace_back("tailLines", std::to_string(query_.n_tail));
        }
        if (const auto age = parse_age_ms(query_.since); age) {
            request.query.emplace_back("sinceSeconds", std::to_string(*age / 1000));
        }
        const NodeView* node = node_of(pod);
        std::string label = node == nullptr ? name : short_name(*workflow_, *node);
        if (container != "main") label += "." + container;
        const std::string key = name + "/" + container;
        ++n_open_;
        cluster_.client().stream(
            request, [this, key, label](std::string_view bytes) { take_bytes(key, label, bytes); },
            [this, key, label, request](const kube::Response& response) {
                --n_open_;
                if (!unfinished_[key].empty()) write(label, unfinished_[key]);
                unfinished_.erase(key);
                if (response.ok() || response.status == 200) return;
                streams_.err << "tiphys: no log of pod `" << request.resource.name
                             << "`: " << response.message() << "\n";
            });
    }

    void take_bytes(const std::string& key, const std::string& label, std::string_view bytes) {
        std::string& line = unfinished_[key];
        while (!bytes.empty()) {
            const std::size_t end = bytes.find('\n');
            line += bytes.substr(0, end);
            if (end == bytes.npos) return;
            write(label, line);
            line.clear();
            bytes.remove_prefix(end + 1);
        }
    }

    void write(const std::string& label, const std::string& line) {
        if (!pattern_.matches(line)) return;
        if (query_.with_names) {
            const std::string name = label + ":";
            streams_.out << (query_.with_colour ? "\033[2m" + name + "\033[0m" : name) << " ";
        }
        streams_.out << line << "\n" << std::flush;
    }

    const Cluster& cluster_;
    const LogQuery& query_;
    Streams& streams_;
    NodeSelector selector_;
    LinePattern pattern_;
    std::optional<WorkflowView> workflow_;
    /// Pod and container whose log was asked for.
    std::set<std::string> begun_;
    std::map<std::string, std::string> unfinished_;
    std::size_t n_open_ = 0;
};

Result<Done> read_workflow_into(const Cluster& cluster, const std::string& name, PodLogs& logs) {
    TIPHYS_TRY(object, cluster.get(kWorkflows, name));
    TIPHYS_TRY(view, read_workflow(object));
    logs.take_workflow(std::move(view));
    return Done{};
}

} // namespace

Result<int> log_workflow(const Cluster& cluster, const LogQuery& query, Streams& streams) {
    TIPHYS_TRY(selector, NodeSelector::parse(query.node_selector));
    TIPHYS_TRY(pattern, LinePattern::parse(query.grep));
    if (!query.since.empty()) {
        if (const auto age = parse_age_ms(query.since); !age) return age.error();
    }
    TIPHYS_TRY(name, cluster.workflow_name(query.workflow));
    PodLogs logs(cluster, query, streams, std::move(selector), std::move(pattern));
    ListQuery pods;
    pods.labels = "workflows.argoproj.io/workflow=" + name;
    if (!query.pod_labels.empty()) pods.labels += "," + query.pod_labels;
    while (true) {
        if (auto read = read_workflow_into(cluster, name, logs); !read) return read.error();
        const bool is_over = logs.is_over();
        TIPHYS_TRY(objects, cluster.list(kPods, pods));
        for (const std::string& pod : objects) {
            logs.take_pod(pod);
        }
        if (!query.follows || is_over) break;
        const std::int64_t next = unix_ms() + kPauseMs;
        while (unix_ms() < next) {
            cluster.client().poll(next);
        }
    }
    while (logs.n_open() > 0) {
        cluster.client().poll(unix_ms() + kPauseMs);
    }
    if (!logs.has_any()) {
        streams.err << "tiphys: no pod of workflow `" << name
                    << "` has a log that is wanted; its pods may be gone\n";
    }
    return kExitFine;
}

} // namespace tiphys::cli
