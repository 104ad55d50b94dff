// Reading and writing the parts of a Workflow that are about its artifacts.

#include "runtime/controller/garbage.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "runtime/artifacts/artifact_json.h"
#include "runtime/controller/labels.h"
#include "runtime/controller/packed_nodes.h"
#include "runtime/io/json_fields.h"

namespace tiphys::control {
namespace {

using Json = nlohmann::json;
using run::compact;
using run::is_true;
using run::member;
using run::text_of;

constexpr const char* kOnCompletion = "OnWorkflowCompletion";
constexpr const char* kOnDeletion = "OnWorkflowDeletion";

/// Where the nodes of a status are.
enum class NodesPlace : std::uint8_t { kObject, kPacked, kElsewhere };

NodesPlace place_of_nodes(const Json& status) {
    if (!text_of(status, "compressedNodes").empty()) return NodesPlace::kPacked;
    return text_of(status, "offloadNodeStatusVersion").empty() ? NodesPlace::kObject
                                                               : NodesPlace::kElsewhere;
}

Json nodes_of(const Json& object, const LoadNodes& load) {
    const Json& status = member(object, "status");
    switch (place_of_nodes(status)) {
    case NodesPlace::kObject:
        return member(status, "nodes");
    case NodesPlace::kPacked:
        return Json::parse(unpack_nodes(text_of(status, "compressedNodes")).value_or(""), nullptr,
                           false);
    case NodesPlace::kElsewhere:
        return Json::parse(load(text_of(member(object, "metadata"), "uid"),
                                text_of(status, "offloadNodeStatusVersion")),
                           nullptr, false);
    }
    return {};
}

/// What runs: with the template that the workflow refers to.
const Json& spec_of(const Json& object) {
    const Json& stored = member(member(object, "status"), "storedWorkflowTemplateSpec");
    return stored.is_object() ? stored : member(object, "spec");
}

/// Argo: GetArtifactGCStrategy.
std::string strategy_of(const Json& spec, const Json& artifact) {
    std::string own = text_of(member(artifact, "artifactGC"), "strategy");
    return own.empty() ? text_of(member(spec, "artifactGC"), "strategy") : own;
}

bool is_to_go(const std::string& strategy) {
    return strategy == kOnCompletion || strategy == kOnDeletion;
}

Json store_of_template(const Json& found) {
    return member(member(found, "archiveLocation"), "s3");
}

/// Of the node's template, or of the run.
Json store_of(const Json& object, const Json& node, const std::string& repository) {
    const std::string name = text_of(node, "templateName");
    for (const Json& found : member(spec_of(object), "templates")) {
        const Json store = store_of_template(found);
        if (!name.empty() && text_of(found, "name") == name && store.is_object()) return store;
    }
    const Json& reference = member(node, "templateRef");
    const std::string from = (is_true(reference, "clusterScope") ? "cluster/" : "namespaced/") +
                             text_of(reference, "name") + "/" + text_of(reference, "template");
    const Json& stored = member(member(object, "status"), "storedTemplates");
    const Json store = store_of_template(member(stored, from.c_str()));
    if (store.is_object()) return store;
    const Json& known =
        member(member(member(object, "status"), "artifactRepositoryRef"), "artifactRepository");
    const Json& own = member(known, "s3");
    return own.is_object() ? own : Json::parse(repository, nullptr, false);
}

/// A mere key is one of the repository. Argo: Relocate in pkg/apis/workflow/v1alpha1.
run::Artifact with_store(Json artifact, const Json& store) {
    const Json& own = member(artifact, "s3");
    if (own.is_object() && text_of(own, "bucket").empty() && store.is_object()) {
        Json whole = store;
        whole.erase("keyFormat");
        whole["key"] = text_of(own, "key");
        artifact["s3"] = std::move(whole);
    }
    return run::artifact_from_json(compact(artifact));
}

template <class Visit>
void each_artifact(const Json& nodes, const Visit& visit) {
    for (const auto& [id, node] : nodes.items()) {
        std::size_t index = 0;
        for (const Json& artifact : member(member(node, "outputs"), "artifacts")) {
            visit(id, node, index++, artifact);
        }
    }
}

void read_head(const Json& metadata, EndedWorkflow& ended) {
    ended.name = text_of(metadata, "name");
    ended.name_space = text_of(metadata, "namespace");
    ended.uid = text_of(metadata, "uid");
    ended.resource_version = text_of(metadata, "resourceVersion");
    for (const Json& finalizer : member(metadata, "finalizers")) {
        if (finalizer.is_string()) ended.finalizers.push_back(finalizer.get<std::string>());
    }
}

/// Argo: artifactGCStrategiesReady.
std::vector<std::string> due_strategies(const Json& object) {
    const Json& metadata = member(object, "metadata");
    const Json& tried =
        member(member(member(object, "status"), "artifactGCStatus"), "strategiesProcessed");
    const bool is_deleted = metadata.contains("deletionTimestamp");
    const bool has_ended = text_of(member(metadata, "labels"), kLabelCompleted) == "true";
    std::vector<std::string> due;
    if ((has_ended || is_deleted) && !is_true(tried, kOnCompletion))
        due.emplace_back(kOnCompletion);
    if (is_deleted && !is_true(tried, kOnDeletion)) due.emplace_back(kOnDeletion);
    return due;
}

/// Argo: UpsertCondition.
Json with_condition(const Json& conditions, const std::string& message) {
    Json list = Json::array();
    for (const Json& condition : conditions) {
        if (text_of(condition, "type") != "ArtifactGCError") list.push_back(condition);
    }
    list.push_back({{"type", "ArtifactGCError"}, {"status", "True"}, {"message", message}});
    return list;
}

void add_nodes(const EndedWorkflow& ended, const Json& object,
               const std::vector<std::string>& errors, const LoadNodes& load, const SaveNodes& save,
               Json& status) {
    Json nodes = nodes_of(object, load);
    const NodesPlace place = place_of_nodes(member(object, "status"));
    for (std::size_t i = 0; i < ended.garbage.size(); ++i) {
        const Garbage& piece = ended.garbage[i];
        if (!errors[i].empty()) continue;
        Json& artifacts = nodes[piece.node_id]["outputs"]["artifacts"];
        artifacts[piece.index]["deleted"] = true;
        if (place != NodesPlace::kObject) continue;
        status["nodes"][piece.node_id]["outputs"]["artifacts"] = artifacts;
    }
    if (place == NodesPlace::kPacked) status["compressedNodes"] = pack_nodes(compact(nodes));
    if (place != NodesPlace::kElsewhere) return;
    const std::string version = save(ended.uid, compact(nodes));
    if (!version.empty()) status["offloadNodeStatusVersion"] = version;
}

} // namespace

std::vector<NodeArtifact> output_artifacts(std::string_view json) {
    const Json object = Json::parse(json, nullptr, false);
    std::vector<NodeArtifact> found;
    each_artifact(member(member(object, "status"), "nodes"),
                  [&](const std::string& id, const Json& node, std::size_t, const Json& artifact) {
                      found.push_back({id, text_of(node, "templateName"),
                                       text_of(member(node, "templateRef"), "template"),
                                       with_store(artifact, store_of(object, node, ""))});
                  });
    return found;
}

std::optional<EndedWorkflow> read_ended(std::string_view json, const std::string& repository,
                                        const LoadNodes& load) {
    const Json object = Json::parse(json, nullptr, false);
    EndedWorkflow ended;
    read_head(member(object, "metadata"), ended);
    const bool is_held = std::find(ended.finalizers.begin(), ended.finalizers.end(),
                                   kFinalizerArtifactGc) != ended.finalizers.end();
    const std::string phase = text_of(member(object, "status"), "phase");
    const bool has_ended = phase == "Succeeded" || phase == "Failed" || phase == "Error";
    if (!is_held || !has_ended) return std::nullopt;
    const Json nodes = nodes_of(object, load);
    if (nodes.is_discarded()) return std::nullopt;
    ended.due = due_strategies(object);
    ended.is_last = true;
    const Json& spec = spec_of(object);
    each_artifact(nodes, [&](const std::string& id, const Json& node, std::size_t index,
                             const Json& artifact) {
        if (text_of(node, "type") != "Pod") return;
        const std::string strategy = strategy_of(spec, artifact);
        if (!is_to_go(strategy) || is_true(artifact, "deleted")) return;
        const bool is_due =
            std::find(ended.due.begin(), ended.due.end(), strategy) != ended.due.end();
        ended.is_last = ended.is_last && is_due;
        if (!is_due) return;
        ended.garbage.push_back(
            {strategy, id, index, with_store(artifact, store_of(object, node, repository))});
    });
    const bool is_forced = is_true(member(spec, "artifactGC"), "forceFinalizerRemoval");
    ended.gives_up = is_forced && !ended.garbage.empty();
    return ended;
}

std::string patch_after(const EndedWorkflow& ended, std::string_view json,
                        const std::vector<std::string>& errors, const LoadNodes& load,
                        const SaveNodes& save) {
    const Json object = Json::parse(json, nullptr, false);
    Json status = Json::object();
    for (const std::string& strategy : ended.due) {
        status["artifactGCStatus"]["strategiesProcessed"][strategy] = true;
    }
    if (!ended.garbage.empty()) add_nodes(ended, object, errors, load, save, status);
    bool has_failed = false;
    for (const std::string& error : errors) {
        if (error.empty()) continue;
        has_failed = true;
        const Json& conditions = member(member(object, "status"), "conditions");
        status["conditions"] = with_condition(conditions, error);
    }
    Json metadata = {{"uid", ended.uid}, {"resourceVersion", ended.resource_version}};
    if ((ended.is_last && !has_failed) || ended.gives_up) {
        metadata["finalizers"] = Json::array();
        for (const std::string& finalizer : ended.finalizers) {
            if (finalizer != kFinalizerArtifactGc) metadata["finalizers"].push_back(finalizer);
        }
    }
    return compact(
        Json::object({{"metadata", std::move(metadata)}, {"status", std::move(status)}}));
}

} // namespace tiphys::control
