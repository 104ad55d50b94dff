// Patches of what differs from what was written before, told by hashes of the texts.

#include "runtime/controller/status_writer.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "runtime/controller/labels.h"
#include "runtime/controller/packed_nodes.h"
#include "runtime/plan/json_text.h"
#include "runtime/status.h"

namespace tiphys::control {
namespace {

using Json = nlohmann::json;
using run::NodeId;

std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    }
    return hash == 0 ? 1 : hash;
}

/// What a merge patch has to take away explicitly, as nodes that go on may have had it.
std::string with_absences(std::string json, const run::Node& node) {
    json.pop_back();
    if (node.message == 0) json += ",\"message\":null";
    if (!node.daemoned) json += ",\"daemoned\":null";
    if (node.finished_ms == 0) json += ",\"finishedAt\":null";
    return json + "}";
}

Json conditions(const run::State& state, const StatusExtras& extras, bool has_ended) {
    Json list = Json::array();
    bool pod_runs = false;
    for (const run::Node& node : state.nodes) {
        pod_runs =
            pod_runs || (node.type == run::NodeType::kPod && node.phase == run::Phase::kRunning);
    }
    list.push_back({{"type", "PodRunning"}, {"status", pod_runs && !has_ended ? "True" : "False"}});
    if (has_ended) list.push_back({{"type", "Completed"}, {"status", "True"}});
    if (!extras.metrics_error.empty()) {
        list.push_back(
            {{"type", "MetricsError"}, {"status", "True"}, {"message", extras.metrics_error}});
    }
    return list;
}

Json parsed(const std::string& text) {
    return Json::parse(text, nullptr, false);
}

/// What may be large and stays as it is.
void add_constants(const StatusExtras& extras, Json& status) {
    const auto add = [&](const char* key, const std::string& text) {
        if (!text.empty()) status[key] = parsed(text);
    };
    add("storedWorkflowTemplateSpec", extras.stored_spec);
    add("storedTemplates", extras.stored_templates);
    add("artifactRepositoryRef", extras.artifact_repository);
    add("artifactGCStatus", extras.artifact_gc);
}

/// Metadata and status without nodes and constants.
Json rest_of(const run::State& state, const StatusExtras& extras) {
    const std::vector<run::Progress> progress = run::progress_of_nodes(state);
    Json status = parsed(run::summary_as_json(state, progress));
    const bool has_ended = state.finished_ms != 0 && extras.may_end;
    if (state.phase == run::RunPhase::kPending) {
        // Argo calls a workflow running as soon as it has looked at it.
        status["phase"] = extras.waits_for.empty() ? "Running" : "Pending";
        status["message"] = extras.waits_for.empty() ? Json() : Json(extras.waits_for);
        status.erase("progress");
        if (!extras.waits_for.empty() || state.started_ms == 0) status.erase("startedAt");
    } else if (!has_ended) {
        status["phase"] = "Running";
        status["finishedAt"] = nullptr;
        status["message"] = nullptr;
    }
    if (has_ended && !status.contains("message")) status["message"] = nullptr;
    if (extras.waits_for.empty()) status["conditions"] = conditions(state, extras, has_ended);
    if (extras.estimated_s > 0) status["estimatedDuration"] = extras.estimated_s;
    status["synchronization"] = extras.locks.empty() ? Json() : parsed(extras.locks);
    if (!extras.total_duration.empty()) {
        status["resourcesDuration"] = parsed(extras.total_duration);
    }
    Json metadata = {{"uid", extras.uid}};
    for (const auto& [key, value] : extras.labels) {
        metadata["labels"][key] = value;
    }
    metadata["labels"][kLabelPhase] = status["phase"];
    metadata["labels"][kLabelCompleted] = has_ended ? "true" : "false";
    for (const auto& [key, value] : extras.annotations) {
        metadata["annotations"][key] = value;
    }
    return {{"metadata", std::move(metadata)}, {"status", std::move(status)}};
}

} // namespace

std::string with_duration(std::string json, const StatusExtras& extras, NodeId id) {
    const auto duration = extras.durations.find(id);
    if (duration == extras.durations.end()) return json;
    json.pop_back();
    return json + ",\"resourcesDuration\":" + duration->second + "}";
}

/// Empty: no node has changed.
std::string StatusWriter::nodes_part(const run::State& state, const StatusExtras& extras) {
    const std::vector<run::Progress> progress = run::progress_of_nodes(state);
    const std::size_t n_nodes = state.nodes.size();
    written_.resize(n_nodes);
    ended_written_.resize(n_nodes);
    sent_.assign(n_nodes, 0);
    ended_sent_.clear();
    std::string changed;
    std::string all;
    std::size_t n_bytes = 0;
    for (NodeId id = 0; id < n_nodes; ++id) {
        const run::Node& node = state.nodes[id];
        const std::string json =
            with_duration(run::node_as_json(state, id, progress[id]), extras, id);
        n_bytes += json.size();
        sent_[id] = hash_of(json);
        if (run::is_fulfilled(node.phase) && !ended_written_[id]) ended_sent_.push_back(id);
        const bool has_changed = sent_[id] != written_[id];
        const std::string key = run::json_quote(run::node_id(state, id)) + ":";
        if (is_packed_) all += (all.empty() ? "{" : ",") + key + json;
        if (!has_changed) continue;
        changed += (changed.empty() ? "" : ",") + key + with_absences(json, node);
    }
    if (changed.empty()) return "";
    if (n_bytes <= longest_ && !is_packed_) return "\"nodes\":{" + changed + "}";
    if (!std::exchange(is_packed_, true)) return nodes_part(state, extras);
    return packed_part(all + "}");
}

/// Argo: Dehydrate in workflow/hydrator/hydrator.go.
std::string StatusWriter::packed_part(const std::string& nodes) const {
    const std::string packed = pack_nodes(nodes);
    const std::string plain = "\"nodes\":null,\"compressedNodes\":";
    if (!offload_) return plain + run::json_quote(packed);
    if (packed.size() > longest_) {
        if (const auto version = offload_(nodes)) {
            return plain + "null,\"offloadNodeStatusVersion\":" + run::json_quote(*version);
        }
    }
    return plain + run::json_quote(packed) + ",\"offloadNodeStatusVersion\":null";
}

std::string StatusWriter::patch(const run::State& state, const StatusExtras& extras) {
    const std::string nodes = nodes_part(state, extras);
    Json rest = rest_of(state, extras);
    std::string body = rest.dump(-1, ' ', false, Json::error_handler_t::replace);
    rest_sent_ = hash_of(body);
    if (nodes.empty() && rest_sent_ == rest_written_) return "";
    if (!has_constants_) {
        add_constants(extras, rest["status"]);
        if (!extras.finalizers.empty()) rest["metadata"]["finalizers"] = extras.finalizers;
        body = rest.dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    if (nodes.empty()) return body;
    // `status` is the last member, and never empty.
    body.resize(body.size() - 2);
    return body + "," + nodes + "}}";
}

std::vector<NodeId> StatusWriter::accepted() {
    written_ = sent_;
    rest_written_ = rest_sent_;
    has_constants_ = true;
    for (const NodeId id : ended_sent_) {
        ended_written_[id] = true;
    }
    return std::exchange(ended_sent_, {});
}

void StatusWriter::lost() {
    written_.clear();
    rest_written_ = 0;
    has_constants_ = false;
}

} // namespace tiphys::control
