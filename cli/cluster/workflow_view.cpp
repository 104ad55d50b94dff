// Fields of Argo's objects.
#include "cli/cluster/workflow_view.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "cli/tree_shape.h"
#include "runtime/archive/archive.h"
#include "runtime/controller/packed_nodes.h"
#include "runtime/io/json_fields.h"
#include "runtime/plan/time_text.h"

namespace tiphys::cli {
namespace {

using nlohmann::json;
using run::compact;
using run::member;

/// Of a value that is no text: its JSON.
std::string shown(const json& object, const char* key) {
    const json& value = member(object, key);
    if (value.is_null()) return "";
    return value.is_string() ? value.get<std::string>() : compact(value);
}

std::int64_t time_of(const json& object, const char* key) {
    return run::parse_rfc3339_ms(shown(object, key)).value_or(0);
}

run::Phase phase_of(const std::string& name) {
    for (const run::Phase phase :
         {run::Phase::kRunning, run::Phase::kSucceeded, run::Phase::kSkipped, run::Phase::kFailed,
          run::Phase::kError, run::Phase::kOmitted}) {
        if (run::phase_name(phase) == name) return phase;
    }
    return run::Phase::kPending;
}

std::vector<std::pair<std::string, std::string>> parameters_of(const json& list) {
    std::vector<std::pair<std::string, std::string>> parameters;
    for (const json& parameter : list) {
        parameters.emplace_back(shown(parameter, "name"), shown(parameter, "value"));
    }
    return parameters;
}

NodeView node_of(const json& object) {
    NodeView node;
    node.id = shown(object, "id");
    node.name = shown(object, "name");
    node.display_name = shown(object, "displayName");
    node.type = shown(object, "type");
    node.phase = phase_of(shown(object, "phase"));
    node.template_name = shown(object, "templateName");
    node.reference_name = shown(member(object, "templateRef"), "name");
    node.reference_template = shown(member(object, "templateRef"), "template");
    // Argo: GetTemplateFromNode in workflow/util/util.go.
    if (!node.reference_template.empty()) node.template_name = node.reference_template;
    node.message = shown(object, "message");
    node.boundary = shown(object, "boundaryID");
    for (const json& child : member(object, "children")) {
        if (child.is_string()) node.children.push_back(child.get<std::string>());
    }
    node.started_ms = time_of(object, "startedAt");
    node.finished_ms = time_of(object, "finishedAt");
    node.inputs = parameters_of(member(member(object, "inputs"), "parameters"));
    const json& outputs = member(object, "outputs");
    const std::string result = shown(outputs, "result");
    if (!result.empty()) node.outputs.emplace_back("result", result);
    for (auto& output : parameters_of(member(outputs, "parameters"))) {
        node.outputs.push_back(std::move(output));
    }
    for (const json& artifact : member(outputs, "artifacts")) {
        const std::string key = shown(member(artifact, "s3"), "key");
        if (!key.empty()) node.outputs.emplace_back(shown(artifact, "name"), key);
    }
    return node;
}

using Positions = std::map<std::string, std::size_t>;

Positions positions_of(const std::vector<NodeView>& nodes) {
    Positions positions;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        positions[nodes[i].id] = i;
    }
    return positions;
}

/// Children follow their parents in the order that the status gives them.
std::vector<NodeView> in_order(std::vector<NodeView> nodes, const std::string& root_name) {
    std::stable_sort(nodes.begin(), nodes.end(), [&](const NodeView& a, const NodeView& b) {
        const bool a_is_root = a.name == root_name;
        const bool b_is_root = b.name == root_name;
        if (a_is_root != b_is_root) return a_is_root;
        return a.started_ms != b.started_ms ? a.started_ms < b.started_ms : a.name < b.name;
    });
    const Positions positions = positions_of(nodes);
    std::vector<NodeView> ordered;
    std::vector<bool> is_taken(nodes.size());
    std::vector<std::size_t> open;
    for (std::size_t first = 0; first < nodes.size(); ++first) {
        open.push_back(first);
        while (!open.empty()) {
            const std::size_t at = open.back();
            open.pop_back();
            if (is_taken[at]) continue;
            is_taken[at] = true;
            const std::vector<std::string> children = nodes[at].children;
            ordered.push_back(std::move(nodes[at]));
            for (auto child = children.rbegin(); child != children.rend(); ++child) {
                const auto found = positions.find(*child);
                if (found != positions.end()) open.push_back(found->second);
            }
        }
    }
    return ordered;
}

bool waits(const NodeView& node) {
    return node.type == "Suspend" && node.phase == run::Phase::kRunning;
}

/// Below which node each is shown, as with runs of this machine: attempts below their retry,
/// elements below their group, everything else below the template around it.
std::vector<std::size_t> parents_of(const std::vector<NodeView>& nodes) {
    const Positions positions = positions_of(nodes);
    std::vector<std::size_t> parents(nodes.size(), nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const auto boundary = positions.find(nodes[i].boundary);
        if (boundary != positions.end()) parents[i] = boundary->second;
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].type != "Retry" && nodes[i].type != "TaskGroup") continue;
        for (const std::string& child : nodes[i].children) {
            const auto found = positions.find(child);
            if (found == positions.end() || found->second == i) continue;
            if (nodes[found->second].name.starts_with(nodes[i].name + "(")) {
                parents[found->second] = i;
            }
        }
    }
    return parents;
}

std::string line_of(const WorkflowView& workflow, const NodeView& node, std::int64_t now_ms,
                    bool with_colour, bool is_wide) {
    NodeLine line;
    line.phase = node.phase;
    line.name = node.name == workflow.head.name
                    ? workflow.head.name + " · " + short_name(workflow, node)
                    : node.display_name;
    if (node.type != "Skipped" && node.phase != run::Phase::kPending && node.started_ms != 0) {
        const std::int64_t end = node.finished_ms != 0 ? node.finished_ms : now_ms;
        line.elapsed_ms = std::max<std::int64_t>(end - node.started_ms, 0);
    }
    line.message = node.message;
    if (waits(node) && node.message.empty()) {
        line.more = "waits for `tiphys resume " + workflow.head.name + " -n " +
                    workflow.head.namespace_name + "`";
    }
    if (is_wide) {
        for (const auto& [name, value] : node.outputs) {
            line.more += (line.more.empty() ? "" : "  ") + name + "=" + in_one_line(value);
        }
    }
    return line_text(line, with_colour);
}

/// From the database that TIPHYS_ARCHIVE names. Argo: the server does that for its command line.
Result<json> offloaded_nodes(const json& metadata, const std::string& version) {
    const std::string words = "the nodes of workflow `" + shown(metadata, "name") + "` are ";
    const char* const place = std::getenv("TIPHYS_ARCHIVE");
    if (place == nullptr || *place == '\0') {
        return Error{words + "in the controller's database; name it by the variable "
                             "TIPHYS_ARCHIVE"};
    }
    archive::ArchiveOptions options;
    options.place = place;
    // Uids tell workflows of all clusters apart: nobody has to know what a controller calls its
    // own.
    options.cluster_name.clear();
    // Who only looks leaves no empty database where the name is wrong.
    options.may_create = false;
    TIPHYS_TRY(database, archive::Archive::open(options));
    TIPHYS_TRY(kept, database->nodes(shown(metadata, "uid"), version));
    json nodes = json::parse(kept.value_or(""), nullptr, false);
    if (!nodes.is_object()) {
        return Error{words + "not in the database that TIPHYS_ARCHIVE names: `" + options.place +
                     "`"};
    }
    return nodes;
}

} // namespace

Result<std::string> with_plain_nodes(std::string_view text) {
    json object = json::parse(text, nullptr, false);
    if (!object.is_object()) return Error{"the API server answered with something that is no JSON"};
    if (!member(object, "status").is_object()) return std::string(text);
    json& status = object["status"];
    const std::string packed = shown(status, "compressedNodes");
    if (!packed.empty()) {
        const auto unpacked = control::unpack_nodes(packed);
        json nodes = json::parse(unpacked.value_or(""), nullptr, false);
        if (!nodes.is_object()) {
            return Error{"cannot unpack the nodes of workflow `" +
                         shown(member(object, "metadata"), "name") + "`"};
        }
        status["nodes"] = std::move(nodes);
        status.erase("compressedNodes");
        return object.dump();
    }
    const std::string version = shown(status, "offloadNodeStatusVersion");
    if (version.empty() || !member(status, "nodes").empty()) return std::string(text);
    TIPHYS_TRY(nodes, offloaded_nodes(member(object, "metadata"), version));
    status["nodes"] = std::move(nodes);
    return object.dump();
}

Result<WorkflowView> read_workflow(std::string_view text) {
    TIPHYS_TRY(plain, with_plain_nodes(text));
    const json object = json::parse(plain, nullptr, false);
    const json& meta = member(object, "metadata");
    const json& spec = member(object, "spec");
    const json& status = member(object, "status");
    WorkflowView view;
    view.uid = shown(meta, "uid");
    view.phase = shown(status, "phase");
    const json& labels = member(meta, "labels");
    view.is_completed = shown(labels, "workflows.argoproj.io/completed") == "true";
    PageHead& head = view.head;
    head.name = shown(meta, "name");
    head.namespace_name = shown(meta, "namespace");
    head.service_account = shown(spec, "serviceAccountName");
    head.repeats = shown(labels, "workflows.argoproj.io/resubmitted-from-workflow");
    head.message = shown(status, "message");
    head.created_ms = time_of(meta, "creationTimestamp");
    head.started_ms = time_of(status, "startedAt");
    head.finished_ms = time_of(status, "finishedAt");
    head.progress = shown(status, "progress");
    head.parameters = parameters_of(member(member(spec, "arguments"), "parameters"));
    head.outputs = parameters_of(member(member(status, "outputs"), "parameters"));
    std::vector<NodeView> nodes;
    for (const auto& [id, node] : member(status, "nodes").items()) {
        nodes.push_back(node_of(node));
    }
    view.nodes = in_order(std::move(nodes), head.name);
    const json& suspend = member(spec, "suspend");
    view.is_suspended = (suspend.is_boolean() && suspend.get<bool>()) ||
                        std::any_of(view.nodes.begin(), view.nodes.end(), waits);
    head.status = view.phase.empty() ? "Pending" : view.phase;
    if (view.is_suspended && !is_fulfilled(view)) {
        head.status += " (suspended)";
        head.go_on = "tiphys resume " + head.name + " -n " + head.namespace_name;
    }
    return view;
}

bool is_fulfilled(const WorkflowView& workflow) {
    return workflow.phase == "Succeeded" || workflow.phase == "Failed" || workflow.phase == "Error";
}

bool matches(const NodeSelector& selector, const NodeView& node) {
    return selector.matches([&node](std::string_view field) -> std::string {
        if (field == "displayName") return node.display_name;
        if (field == "name") return node.name;
        if (field == "id") return node.id;
        if (field == "phase") return std::string(run::phase_name(node.phase));
        if (field == "templateName") return node.template_name;
        if (field == "templateRef.name") return node.reference_name;
        if (field == "templateRef.template") return node.reference_template;
        for (const auto& [name, value] : node.inputs) {
            if (field == "inputs.parameters." + name + ".value") return value;
        }
        return "";
    });
}

std::string short_name(const WorkflowView& workflow, const NodeView& node) {
    std::string name = node.name;
    name.erase(0, workflow.head.name.size());
    if (!name.empty() && name.front() == '.') name.erase(0, 1);
    return name.empty() ? node.template_name : name;
}

std::vector<std::string> tree_lines(const WorkflowView& workflow, std::int64_t now_ms,
                                    bool with_colour, bool is_wide, const NodeSelector* selector) {
    const std::vector<NodeView>& nodes = workflow.nodes;
    const std::vector<std::size_t> parents = parents_of(nodes);
    std::vector<bool> stays(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (selector != nullptr && !matches(*selector, nodes[i])) continue;
        for (std::size_t at = i; at < nodes.size() && !stays[at]; at = parents[at]) {
            stays[at] = true;
        }
    }
    TreeShape shape;
    shape.branches.resize(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].type == "StepGroup" || !stays[i]) continue;
        if (parents[i] < nodes.size()) {
            shape.branches[parents[i]].below.push_back(i);
        } else {
            shape.tops.push_back(i);
        }
    }
    shape.line_of = [&](std::size_t i) {
        return line_of(workflow, nodes[i], now_ms, with_colour, is_wide);
    };
    return draw_tree(shape);
}

} // namespace tiphys::cli
