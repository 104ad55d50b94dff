// Retries and copies of workflows.
#include "cli/cluster/again.h"

#include <set>

#include <nlohmann/json.hpp>

#include "cli/cluster/cluster.h"
#include "cli/cluster/edit.h"
#include "cli/cluster/node_graph.h"
#include "cli/cluster/workflow_view.h"
#include "runtime/core/state.h"
#include "runtime/io/json_fields.h"
#include "runtime/plan/time_text.h"

namespace tiphys::cli {
namespace {

using nlohmann::json;
using run::list_at;
using run::member;
using run::object_at;
using run::text_of;

const std::string kPrefix = "workflows.argoproj.io/";

NodeGraph graph_of(const json& nodes) {
    NodeGraph graph;
    for (const auto& [id, node] : nodes.items()) {
        GraphNode& known = graph[id];
        known.name = text_of(node, "name");
        known.type = text_of(node, "type");
        known.phase = text_of(node, "phase");
        known.boundary = text_of(node, "boundaryID");
        known.is_attempt = node.contains("/nodeFlag/retried"_json_pointer) &&
                           node["nodeFlag"]["retried"] == json(true);
        for (const json& child : list_at(node, "children")) {
            if (child.is_string()) known.children.push_back(child.get<std::string>());
        }
    }
    find_parents(graph);
    return graph;
}

bool is_execution(const std::string& type) {
    return type == "Container" || type == "Pod" || type == "HTTP" || type == "Plugin";
}

/// The Retry node that an attempt belongs to; itself where there is none.
std::string retry_of(const NodeGraph& graph, const std::string& attempt) {
    for (const auto& [id, node] : graph) {
        if (node.type != "Retry") continue;
        for (const std::string& child : node.children) {
            if (child == attempt) return id;
        }
    }
    return attempt;
}

/// What is to run again, before anything that depends on it.
std::set<std::string> nodes_again(const WorkflowView& view, const NodeGraph& graph,
                                  const NodeSelector* restarted) {
    std::set<std::string> again;
    if (restarted != nullptr) {
        for (const NodeView& node : view.nodes) {
            if (matches(*restarted, node)) again.insert(node.id);
        }
    }
    std::set<std::string> failed;
    for (const auto& [id, node] : graph) {
        if (!node.has_failed() || !is_execution(node.type)) continue;
        const std::string judged = node.is_attempt ? retry_of(graph, id) : id;
        if (!has_succeeded_below(graph, judged, again)) failed.insert(id);
    }
    again.merge(failed);
    return again;
}

/// Argo: createNewRetryWorkflow.
json begun_again(json object, std::int64_t now_ms) {
    json& labels = object["metadata"]["labels"];
    if (labels.is_object()) {
        labels.erase(kPrefix + "completed");
        labels.erase(kPrefix + "workflow-archiving-status");
    }
    json& status = object["status"];
    json& conditions = status["conditions"];
    if (!conditions.is_array()) conditions = json::array();
    bool has_condition = false;
    for (json& condition : conditions) {
        if (text_of(condition, "type") != "Completed") continue;
        condition["status"] = "False";
        has_condition = true;
    }
    if (!has_condition) conditions.push_back({{"type", "Completed"}, {"status", "False"}});
    status.erase("phase");
    status.erase("message");
    status.erase("persistentVolumeClaims");
    status["startedAt"] = run::rfc3339(now_ms);
    status["finishedAt"] = nullptr;
    if (status["storedWorkflowTemplateSpec"].is_object()) {
        status["storedWorkflowTemplateSpec"].erase("shutdown");
    } else {
        status.erase("storedWorkflowTemplateSpec");
    }
    object["spec"].erase("shutdown");
    if (member(object["spec"], "activeDeadlineSeconds") == json(0)) {
        object["spec"].erase("activeDeadlineSeconds");
    }
    return object;
}

/// Argo: resetNode.
json reset_node(json node, std::int64_t now_ms) {
    if (text_of(node, "type") == "Suspend" && node.contains("/outputs/parameters"_json_pointer)) {
        for (json& parameter : node["outputs"]["parameters"]) {
            parameter = {{"name", text_of(parameter, "name")},
                         {"valueFrom", {{"supplied", json::object()}}}};
        }
    }
    if (text_of(node, "phase") != "Skipped") node["phase"] = "Running";
    node.erase("message");
    node["startedAt"] = run::rfc3339(now_ms);
    node["finishedAt"] = nullptr;
    return node;
}

json without(const json& ids, const std::set<std::string>& removed) {
    json left = json::array();
    for (const json& id : ids) {
        if (!id.is_string() || !removed.contains(id.get<std::string>())) left.push_back(id);
    }
    return left;
}

/// Argo: GeneratePodName in workflow/util/pod_name.go.
std::string pod_of(const json& workflow, const std::string& id, const json& node) {
    const json& annotations = member(member(workflow, "metadata"), "annotations");
    if (text_of(annotations, (kPrefix + "pod-name-format").c_str()) == "v1") return id;
    run::Plan plan;
    plan.workflow_name = text_of(member(workflow, "metadata"), "name");
    const std::string referred = text_of(member(node, "templateRef"), "template");
    const std::string name = text_of(node, "name");
    return run::pod_name(plan, name, referred.empty() ? text_of(node, "templateName") : referred,
                         run::fnv1a(name));
}

/// Groups whose elements may be others with other parameters are expanded anew.
void drop_expansions(const NodeGraph& graph, ResetPlan& plan) {
    for (const std::string& id : plan.reset) {
        const GraphNode& node = graph.at(id);
        const bool is_expansion = node.type == "TaskGroup" || node.type == "StepGroup";
        if (is_expansion && !plan.removed.contains(id)) {
            plan.removed.merge(nodes_below(graph, id));
        }
    }
}

Result<Done> check_phase(const WorkflowView& view, const NodeSelector* restarted) {
    const std::string name = "workflow `" + view.head.name + "`";
    if (view.phase == "Failed" || view.phase == "Error") return Done{};
    if (view.phase != "Succeeded") return Error{name + " has not ended"};
    if (restarted != nullptr) return Done{};
    return Error{name + " has succeeded; `--restart-successful --node-field-selector "
                        "displayName=NODE` says what is to run again"};
}

} // namespace

Result<Retried> retried(std::string_view workflow, const NodeSelector* restarted,
                        const ParameterValues& parameters, std::int64_t now_ms) {
    TIPHYS_TRY(plain, with_plain_nodes(workflow));
    TIPHYS_TRY(view, read_workflow(plain));
    if (auto allowed = check_phase(view, restarted); !allowed) return allowed.error();
    const json before = json::parse(plain, nullptr, false);
    const json nodes = object_at(member(before, "status"), "nodes");
    const NodeGraph graph = graph_of(nodes);
    ResetPlan plan = plan_reset(graph, view.head.name, nodes_again(view, graph, restarted));
    if (!parameters.empty()) drop_expansions(graph, plan);

    json after =
        begun_again(json::parse(with_parameters(plain, parameters), nullptr, false), now_ms);
    const std::string exit_name = view.head.name + ".onExit";
    std::set<std::string> pods;
    json kept = json::object();
    for (const auto& [id, node] : nodes.items()) {
        const bool is_exit = text_of(node, "name").starts_with(exit_name);
        if (plan.removed.contains(id) || is_exit) {
            if (text_of(node, "type") == "Pod") pods.insert(pod_of(before, id, node));
            continue;
        }
        kept[id] = plan.reset.contains(id) ? reset_node(node, now_ms) : node;
        for (const char* key : {"children", "outboundNodes"}) {
            if (kept[id].contains(key)) kept[id][key] = without(kept[id][key], plan.removed);
        }
    }
    after["status"]["nodes"] = std::move(kept);
    return Retried{with_packed_nodes(after.dump()), {pods.begin(), pods.end()}};
}

namespace {

/// The id of a node of the copy. Argo: NodeID in workflow_types.go.
std::string copied_id(const std::string& workflow, const std::string& node_name) {
    if (node_name == workflow) return workflow;
    return workflow + "-" + std::to_string(run::fnv1a(node_name));
}

class CopiedNodes {
public:
    CopiedNodes(const json& nodes, std::string old_name, std::string new_name, std::int64_t now_ms)
        : nodes_(nodes), graph_(graph_of(nodes)), old_name_(std::move(old_name)),
          new_name_(std::move(new_name)), now_(run::rfc3339(now_ms)) {}

    json copy() const {
        json copies = json::object();
        for (const auto& [id, node] : nodes_.items()) {
            if (text_of(node, "name").starts_with(old_name_ + ".onExit")) continue;
            const bool is_skipped = text_of(node, "type") == "Skipped";
            if (is_skipped && !has_succeeded_below(graph_, id, {})) continue;
            json copied = copy_of(id, node);
            const std::string new_id = text_of(copied, "id");
            copies[new_id] = std::move(copied);
        }
        return copies;
    }

private:
    std::string new_name_of(const std::string& name) const {
        return name.starts_with(old_name_) ? new_name_ + name.substr(old_name_.size()) : name;
    }

    std::string new_id_of(const std::string& id) const {
        const auto found = graph_.find(id);
        return copied_id(new_name_, new_name_of(found == graph_.end() ? "" : found->second.name));
    }

    json copy_of(const std::string& id, json node) const {
        node["name"] = new_name_of(text_of(node, "name"));
        node["id"] = copied_id(new_name_, text_of(node, "name"));
        if (node.contains("boundaryID")) {
            node["boundaryID"] = new_id_of(text_of(node, "boundaryID"));
        }
        for (const char* key : {"children", "outboundNodes"}) {
            if (!node.contains(key)) continue;
            for (json& other : node[key]) {
                if (other.is_string()) other = new_id_of(other.get<std::string>());
            }
        }
        const bool is_pod = text_of(node, "type") == "Pod";
        const std::string phase = text_of(node, "phase");
        const bool has_failed = phase == "Failed" || phase == "Error";
        node["startedAt"] = is_pod && has_failed ? json() : json(now_);
        node["finishedAt"] = node["startedAt"];
        if (is_pod && !has_failed) {
            node["phase"] = "Skipped";
            node["type"] = "Skipped";
            node["message"] = "original pod: " + id;
        } else {
            node["phase"] = "Pending";
            node.erase("message");
        }
        return node;
    }

    const json& nodes_;
    NodeGraph graph_;
    std::string old_name_;
    std::string new_name_;
    std::string now_;
};

/// Labels that say something of the workflow's own fate.
bool is_own_label(const std::string& key) {
    static const std::set<std::string> kOwn = {
        kPrefix + "creator", kPrefix + "creator-email", kPrefix + "creator-preferred-username",
        kPrefix + "phase",   kPrefix + "completed",     kPrefix + "workflow-archiving-status"};
    return kOwn.contains(key);
}

/// The new object without a status. Argo: FormulateResubmitWorkflow.
json copied_object(const json& before) {
    const json& meta = member(before, "metadata");
    const std::string name = text_of(member(before, "metadata"), "name");
    const std::string generated = text_of(member(before, "metadata"), "generateName");
    json after = {{"apiVersion", kArgo}, {"kind", kWorkflows.kind}};
    json& fresh = after["metadata"];
    fresh["generateName"] = generated.empty() ? name + "-" : generated;
    fresh["namespace"] = text_of(meta, "namespace");
    fresh["labels"] = json::object();
    const json labels = object_at(meta, "labels");
    for (const auto& [key, value] : labels.items()) {
        if (!is_own_label(key)) fresh["labels"][key] = value;
    }
    fresh["labels"][kPrefix + "resubmitted-from-workflow"] = name;
    for (const char* key : {"annotations", "ownerReferences"}) {
        if (meta.contains(key)) fresh[key] = meta[key];
    }
    after["spec"] = object_at(before, "spec");
    after["spec"].erase("shutdown");
    if (member(after["spec"], "activeDeadlineSeconds") == json(0)) {
        after["spec"].erase("activeDeadlineSeconds");
    }
    return after;
}

} // namespace

Result<std::string> resubmitted(std::string_view workflow, bool is_memoized,
                                const std::string& suffix, const ParameterValues& parameters,
                                std::int64_t now_ms) {
    std::string plain(workflow);
    if (is_memoized) {
        TIPHYS_TRY(unpacked, with_plain_nodes(workflow));
        plain = std::move(unpacked);
    }
    const json before = json::parse(plain, nullptr, false);
    json after = copied_object(before);
    if (!is_memoized) return with_parameters(after.dump(), parameters);
    const std::string phase = text_of(member(before, "status"), "phase");
    const std::string name = text_of(member(before, "metadata"), "name");
    if (phase != "Failed" && phase != "Error") {
        return Error{"workflow `" + name + "` is " + (phase.empty() ? "not begun" : phase) +
                     "; only what has failed is resubmitted with `--memoized`"};
    }
    const std::string new_name = text_of(member(after, "metadata"), "generateName") + suffix;
    after["metadata"].erase("generateName");
    after["metadata"]["name"] = new_name;
    after = json::parse(with_parameters(after.dump(), parameters), nullptr, false);
    const json nodes = object_at(member(before, "status"), "nodes");
    json& status = after["status"];
    status["nodes"] = CopiedNodes(nodes, name, new_name, now_ms).copy();
    if (member(before, "status").contains("storedTemplates")) {
        status["storedTemplates"] = member(before, "status")["storedTemplates"];
    }
    status["conditions"] = {{{"type", "Completed"}, {"status", "False"}}};
    status["startedAt"] = nullptr;
    status["finishedAt"] = nullptr;
    return with_packed_nodes(after.dump());
}

} // namespace tiphys::cli
