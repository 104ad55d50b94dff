// What people ask of a run by its object, and what watches tell of its pods.

#include <charconv>

#include "runtime/controller/clock.h"
#include "runtime/controller/labels.h"
#include "runtime/controller/live_run.h"

namespace tiphys::control {
namespace {

using run::NodeId;

/// Values that the node of the object has and the one of the run has not.
std::vector<std::pair<std::string, std::string>> new_values(const KnownNode& node,
                                                            const run::Outputs* known) {
    std::vector<std::pair<std::string, std::string>> values;
    if (!node.outputs) return values;
    for (const run::ParameterValue& parameter : node.outputs->parameters) {
        if (!parameter.value) continue;
        bool is_known = false;
        if (known != nullptr) {
            for (const run::ParameterValue& old : known->parameters) {
                is_known = is_known || (old.name == parameter.name && old.value == parameter.value);
            }
        }
        if (!is_known) values.emplace_back(parameter.name, *parameter.value);
    }
    return values;
}

} // namespace

NodeId LiveRun::find_node(const std::string& id) const {
    if (state_->nodes.empty()) return run::kNoId;
    if (id == workflow_.name) return state_->root;
    const std::size_t dash = id.rfind('-');
    std::uint32_t hash = 0;
    if (dash == id.npos || dash != workflow_.name.size()) return run::kNoId;
    std::from_chars(id.data() + dash + 1, id.data() + id.size(), hash);
    const std::vector<NodeId>& table = state_->ids;
    if (table.empty()) return run::kNoId;
    std::size_t at = hash & (table.size() - 1);
    for (; table[at] != run::kNoId; at = (at + 1) & (table.size() - 1)) {
        if (state_->nodes[table[at]].id_hash == hash) return table[at];
    }
    return run::kNoId;
}

/// `argo resume`, `stop --node-field-selector` and `node set` write into the nodes.
/// Argo: updateSuspendedNode in workflow/util/util.go.
void LiveRun::follow_nodes(const KnownWorkflow& changed) {
    for (const KnownNode& node : changed.nodes) {
        if (node.type != "Suspend") continue;
        const NodeId id = find_node(node.id);
        if (id == run::kNoId) continue;
        const run::Node& known = state_->nodes[id];
        const bool is_open =
            known.type == run::NodeType::kSuspend && known.phase == run::Phase::kRunning;
        if (!is_open) continue;
        run::SuspendedNodeSet set{id, std::nullopt, "", new_values(node, outputs_of(*state_, id))};
        const auto phase = phase_named(node.phase);
        if (phase && run::is_fulfilled(*phase)) set.phase = phase;
        if (node.message != message_of(*state_, id)) set.message = node.message;
        if (set.phase || !set.message.empty() || !set.outputs.empty()) deliver(std::move(set));
    }
}

void LiveRun::note_version(std::string_view version) {
    if (version_number(version) > version_number(resource_version_)) resource_version_ = version;
}

void LiveRun::object_seen(std::string_view json) {
    // What we have written ourselves comes back.
    const std::string_view version = resource_version_of(json);
    if (version == resource_version_) return;
    if (is_writing_) {
        // Perhaps our own words, which are quicker than the answer to them.
        early_object_ = json;
        return;
    }
    note_version(version);
    const bool wants_nodes = has_begun_ && !outbox_.is_finished && tasks_ != nullptr;
    auto changed = read_workflow(json, wants_nodes);
    if (!changed) return;
    workflow_.is_deleted = changed->is_deleted;
    workflow_.finalizers = changed->finalizers;
    if (!extras_.finalizers.empty()) hold_for_garbage();
    workflow_.priority = changed->priority;
    if (!has_begun_) {
        workflow_.is_suspended = changed->is_suspended;
        workflow_.shutdown = changed->shutdown;
        return;
    }
    if (tasks_ == nullptr || outbox_.is_finished) return;
    if (changed->shutdown > shutdown_) {
        shutdown_ = changed->shutdown;
        deliver(run::ShutdownRequested{shutdown_});
    }
    follow_nodes(*changed);
    if (changed->is_suspended != is_suspended_) {
        is_suspended_ = changed->is_suspended;
        deliver(run::SuspensionChanged{is_suspended_, false});
    }
}

void LiveRun::pod_seen(std::string_view json) {
    if (tasks_ == nullptr) return;
    news_us_ = steady_now_us();
    tasks_->pod_seen(json);
    const bool may_have_ended = json.find("\"phase\":\"Succeeded\"") != json.npos ||
                                json.find("\"phase\":\"Failed\"") != json.npos;
    if (!may_have_ended && !was_known_) return;
    const auto pod = read_pod(json);
    if (!pod) return;
    const NodeId node = find_node(pod->node_id);
    if (node == run::kNoId) return;
    usage_.add(node, *pod, extras_.durations);
    extras_.total_duration = usage_.total();
    if (was_known_) tidy_left_pod(*pod);
}

/// Its outcome was in the status already when this controller took over: nobody else tidies it.
void LiveRun::tidy_left_pod(const PodSummary& pod) {
    const NodeId node = find_node(pod.node_id);
    const bool is_left =
        run::is_fulfilled(state_->nodes[node].phase) && !pod.is_released &&
        state_->kept.contains(run::node_name(*state_, node).substr(workflow_.name.size())) &&
        run::is_fulfilled(
            state_->kept.at(run::node_name(*state_, node).substr(workflow_.name.size())).phase);
    if (!is_left || around_.is_fenced) return;
    kube::Request request;
    request.resource = {"v1", "pods", workflow_.name_space, pod.name, ""};
    if (pod.has_ended) {
        request.method = "PATCH";
        request.body =
            std::string("{\"metadata\":{\"labels\":{\"") + kLabelCompleted + "\":\"true\"}}}";
    } else {
        request.method = "DELETE";
        request.body = "{\"preconditions\":{\"uid\":\"" + pod.uid + "\"}}";
    }
    around_.client.send(std::move(request), [](const kube::Response&) {});
}

void LiveRun::pod_gone(const std::string& name, const std::string& uid) {
    if (tasks_ != nullptr) tasks_->pod_gone(name, uid);
}

void LiveRun::result_seen(std::string_view json) {
    if (tasks_ == nullptr) return;
    news_us_ = steady_now_us();
    tasks_->result_seen(json);
}

} // namespace tiphys::control
