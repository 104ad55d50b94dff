// Reading and writing values of cache ConfigMaps.

#include "runtime/controller/cache_entries.h"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "runtime/core/kept_entries.h"
#include "runtime/io/json_fields.h"
#include "runtime/plan/time_text.h"
#include "runtime/status.h"

namespace tiphys::control {
namespace {

using Json = nlohmann::json;
using run::text_of;

run::Caches entries_of(const std::map<std::string, run::ObjectData>& config_maps) {
    run::Caches caches;
    for (const auto& [name, data] : config_maps) {
        for (const auto& [key, value] : data) {
            if (value.find("\"nodeID\"") == value.npos) continue;
            const Json json = Json::parse(value, nullptr, false);
            if (!json.is_object() || !json.contains("nodeID")) continue;
            run::CacheEntry& entry = caches[name][key];
            entry.node_id = text_of(json, "nodeID");
            entry.created_ms =
                run::parse_rfc3339_ms(text_of(json, "creationTimestamp")).value_or(0);
            const auto outputs = json.find("outputs");
            if (outputs == json.end() || !outputs->is_object()) continue;
            entry.outputs = read_outputs(outputs->dump());
            const std::string code = text_of(*outputs, "exitCode");
            std::from_chars(code.data(), code.data() + code.size(), entry.exit_code);
        }
    }
    return caches;
}

/// Whether a node of this run has made it, after the run has begun or been retried: an entry is
/// saved before the status says that its node has ended, or even that there is one.
bool is_by_run(const run::CacheEntry& entry, const KnownWorkflow& workflow) {
    const bool is_named_so =
        entry.node_id == workflow.name || entry.node_id.starts_with(workflow.name + "-");
    return is_named_so && entry.created_ms >= std::max(workflow.created_ms, workflow.started_ms);
}

} // namespace

run::Caches caches_of(const std::map<std::string, run::ObjectData>& config_maps,
                      const KnownWorkflow& workflow) {
    run::Caches caches = entries_of(config_maps);
    std::map<std::string, run::CacheEntry> kept;
    for (const auto& [name, entries] : caches) {
        for (const auto& [key, entry] : entries) {
            if (is_by_run(entry, workflow)) kept.emplace(entry.node_id, entry);
        }
    }
    for (const KnownNode& node : workflow.nodes) {
        if (!node.memoization) continue;
        run::CacheEntry& entry = kept[node.id];
        entry.node_id = node.memoization->hit ? "" : node.id;
        entry.outputs = node.outputs.value_or(run::Outputs());
        entry.exit_code = node.exit_code;
    }
    if (!kept.empty()) caches[run::kKeptEntries] = std::move(kept);
    return caches;
}

std::string cache_entry_json(const run::CacheEntry& entry) {
    Json outputs = Json::parse(run::outputs_as_json(entry.outputs), nullptr, false);
    if (entry.exit_code >= 0) outputs["exitCode"] = std::to_string(entry.exit_code);
    const std::string time = run::rfc3339(entry.created_ms);
    const Json json = {{"nodeID", entry.node_id},
                       {"outputs", std::move(outputs)},
                       {"creationTimestamp", time},
                       {"lastHitTimestamp", time}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace tiphys::control
