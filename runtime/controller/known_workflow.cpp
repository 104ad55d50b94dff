// Reading what status.cpp and Argo write.

#include "runtime/controller/known_workflow.h"

#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

#include "runtime/artifacts/artifact_json.h"
#include "runtime/controller/labels.h"
#include "runtime/controller/packed_nodes.h"
#include "runtime/io/json_fields.h"
#include "runtime/plan/time_text.h"

namespace tiphys::control {
namespace {

using Json = nlohmann::json;
using run::compact;
using run::is_true;
using run::member;
using run::text_of;

std::optional<std::int64_t> integer(const Json& object, const char* key) {
    const Json& value = member(object, key);
    if (!value.is_number_integer()) return std::nullopt;
    return value.get<std::int64_t>();
}

std::int64_t time_of(const Json& object, const char* key) {
    return run::parse_rfc3339_ms(text_of(object, key)).value_or(0);
}

std::map<std::string, std::string> texts(const Json& object) {
    std::map<std::string, std::string> all;
    if (!object.is_object()) return all;
    for (const auto& [key, value] : object.items()) {
        if (value.is_string()) all[key] = value.get<std::string>();
    }
    return all;
}

run::Outputs outputs_of(const Json& json) {
    run::Outputs outputs;
    if (const Json& result = member(json, "result"); result.is_string()) {
        outputs.result = result.get<std::string>();
    }
    const Json& parameters = member(json, "parameters");
    for (const Json& parameter : parameters.is_array() ? parameters : Json::array()) {
        run::ParameterValue value;
        value.name = text_of(parameter, "name");
        value.global_name = text_of(parameter, "globalName");
        if (const Json& given = member(parameter, "value"); given.is_string()) {
            value.value = given.get<std::string>();
        }
        outputs.parameters.push_back(std::move(value));
    }
    const Json& artifacts = member(json, "artifacts");
    for (const Json& artifact : artifacts.is_array() ? artifacts : Json::array()) {
        outputs.artifacts.push_back(run::artifact_from_json(compact(artifact)));
    }
    return outputs;
}

void read_node_outputs(const Json& json, KnownNode& node) {
    if (!json.is_object()) return;
    const std::string exit_code = text_of(json, "exitCode");
    std::from_chars(exit_code.data(), exit_code.data() + exit_code.size(), node.exit_code);
    run::Outputs outputs = outputs_of(json);
    const bool any = outputs.result || !outputs.parameters.empty() || !outputs.artifacts.empty();
    if (any) node.outputs = std::move(outputs);
}

void read_node_inputs(const Json& json, KnownNode& node) {
    const Json& parameters = member(json, "parameters");
    for (const Json& parameter : parameters.is_array() ? parameters : Json::array()) {
        const Json& value = member(parameter, "value");
        if (value.is_string()) {
            node.inputs.emplace_back(text_of(parameter, "name"), value.get<std::string>());
        }
    }
}

void read_nodes(const Json& nodes, KnownWorkflow& workflow) {
    if (!nodes.is_object()) return;
    workflow.nodes.reserve(nodes.size());
    for (const auto& [id, json] : nodes.items()) {
        KnownNode& node = workflow.nodes.emplace_back();
        node.id = id;
        node.name = text_of(json, "name");
        node.type = text_of(json, "type");
        node.phase = text_of(json, "phase");
        node.message = text_of(json, "message");
        node.started_ms = time_of(json, "startedAt");
        node.finished_ms = time_of(json, "finishedAt");
        node.daemoned = is_true(json, "daemoned");
        node.place = {text_of(json, "podIP"), text_of(json, "hostNodeName")};
        if (const Json& status = member(json, "memoizationStatus"); status.is_object()) {
            node.memoization = {text_of(status, "cacheName"), text_of(status, "key"),
                                is_true(status, "hit")};
        }
        read_node_inputs(member(json, "inputs"), node);
        read_node_outputs(member(json, "outputs"), node);
    }
}

void read_status(const Json& status, bool with_nodes, KnownWorkflow& workflow) {
    workflow.phase = text_of(status, "phase");
    workflow.message = text_of(status, "message");
    workflow.started_ms = time_of(status, "startedAt");
    workflow.finished_ms = time_of(status, "finishedAt");
    const Json& stored = member(status, "storedWorkflowTemplateSpec");
    if (stored.is_object()) workflow.stored_spec = compact(stored);
    if (!with_nodes) return;
    const Json& templates = member(status, "storedTemplates");
    if (templates.is_object()) {
        for (const auto& [key, made] : templates.items()) {
            workflow.stored_templates[key] = compact(made);
        }
    }
    const std::string packed = text_of(status, "compressedNodes");
    if (packed.empty()) {
        read_nodes(member(status, "nodes"), workflow);
        workflow.offload_version = text_of(status, "offloadNodeStatusVersion");
        workflow.is_unreadable = !workflow.offload_version.empty();
        return;
    }
    const auto unpacked = unpack_nodes(packed);
    const Json nodes = Json::parse(unpacked.value_or(""), nullptr, false);
    workflow.is_unreadable = !nodes.is_object();
    read_nodes(nodes, workflow);
}

void read_spec(const Json& spec, KnownWorkflow& workflow) {
    workflow.spec = compact(spec.is_object() ? spec : Json::object());
    workflow.priority = integer(spec, "priority").value_or(0);
    workflow.is_suspended = is_true(spec, "suspend");
    const std::string shutdown = text_of(spec, "shutdown");
    if (shutdown == "Stop") workflow.shutdown = run::Shutdown::kStop;
    if (shutdown == "Terminate") workflow.shutdown = run::Shutdown::kTerminate;
}

void read_ttl(const Json& spec, KnownWorkflow& workflow) {
    const Json& ttl = member(spec, "ttlStrategy");
    const auto take = [&](const char* key, std::optional<std::int64_t>& seconds) {
        if (const auto given = integer(ttl, key)) seconds = given;
    };
    take("secondsAfterCompletion", workflow.ttl_completion_s);
    take("secondsAfterSuccess", workflow.ttl_success_s);
    take("secondsAfterFailure", workflow.ttl_failure_s);
}

} // namespace

bool KnownWorkflow::is_completed() const {
    const auto label = labels.find(kLabelCompleted);
    return label != labels.end() && label->second == "true";
}

std::optional<KnownWorkflow> read_workflow(std::string_view json, bool with_nodes) {
    const Json object = Json::parse(json, nullptr, false);
    const Json& metadata = member(object, "metadata");
    if (!metadata.is_object()) return std::nullopt;
    KnownWorkflow workflow;
    workflow.name = text_of(metadata, "name");
    workflow.name_space = text_of(metadata, "namespace");
    workflow.uid = text_of(metadata, "uid");
    workflow.resource_version = text_of(metadata, "resourceVersion");
    workflow.created_ms = time_of(metadata, "creationTimestamp");
    workflow.is_deleted = metadata.contains("deletionTimestamp");
    workflow.labels = texts(member(metadata, "labels"));
    workflow.annotations = texts(member(metadata, "annotations"));
    const Json& finalizers = member(metadata, "finalizers");
    for (const Json& finalizer : finalizers.is_array() ? finalizers : Json::array()) {
        if (finalizer.is_string()) workflow.finalizers.push_back(finalizer.get<std::string>());
    }
    const Json& spec = member(object, "spec");
    const Json& status = member(object, "status");
    read_spec(spec, workflow);
    read_ttl(member(status, "storedWorkflowTemplateSpec"), workflow);
    read_ttl(spec, workflow);
    read_status(status, with_nodes, workflow);
    return workflow;
}

bool add_nodes(std::string_view json, KnownWorkflow& workflow) {
    const Json nodes = Json::parse(json, nullptr, false);
    workflow.is_unreadable = !nodes.is_object();
    read_nodes(nodes, workflow);
    return !workflow.is_unreadable;
}

std::string_view resource_version_of(std::string_view json) {
    // Objects come with their keys sorted: metadata before what users write.
    constexpr std::string_view kKey = "\"resourceVersion\":\"";
    const std::size_t key = json.find(kKey);
    if (key == json.npos) return "";
    const std::size_t begin = key + kKey.size();
    return json.substr(begin, json.find('"', begin) - begin);
}

std::uint64_t version_number(std::string_view version) {
    std::uint64_t number = 0;
    std::from_chars(version.data(), version.data() + version.size(), number);
    return number;
}

run::Outputs read_outputs(std::string_view json) {
    return outputs_of(Json::parse(json, nullptr, false));
}

std::optional<run::Phase> phase_named(std::string_view name) {
    constexpr std::array kPhases = {
        run::Phase::kPending, run::Phase::kRunning, run::Phase::kSucceeded, run::Phase::kSkipped,
        run::Phase::kFailed,  run::Phase::kError,   run::Phase::kOmitted};
    for (const run::Phase phase : kPhases) {
        if (run::phase_name(phase) == name) return phase;
    }
    return std::nullopt;
}

run::KeptNodes kept_nodes(const KnownWorkflow& workflow) {
    constexpr std::string_view kOriginal = "original pod: ";
    run::KeptNodes kept;
    for (const KnownNode& node : workflow.nodes) {
        const auto phase = phase_named(node.phase);
        if (!phase || !node.name.starts_with(workflow.name)) continue;
        run::KeptNode& known = kept[node.name.substr(workflow.name.size())];
        known.phase = *phase;
        known.message = node.message;
        known.outputs = node.outputs;
        known.exit_code = node.exit_code;
        known.started_ms = node.started_ms;
        known.finished_ms = node.finished_ms;
        known.inputs = node.inputs;
        known.place = node.place;
        // Argo: FormulateResubmitWorkflow in workflow/util/util.go.
        if (*phase == run::Phase::kSkipped && node.message.starts_with(kOriginal)) {
            known.phase = run::Phase::kSucceeded;
            known.original = node.message.substr(kOriginal.size());
        }
    }
    if (workflow.started_ms != 0) kept[""].started_ms = workflow.started_ms;
    return kept;
}

} // namespace tiphys::control
