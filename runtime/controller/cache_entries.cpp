// Reading and writing values of cache ConfigMaps.

#include "runtime/controller/cache_entries.h"

#include <charconv>

#include <nlohmann/json.hpp>

#include "runtime/controller/known_workflow.h"
#include "runtime/plan/time_text.h"
#include "runtime/status.h"

namespace tiphys::control {
namespace {

using Json = nlohmann::json;

} // namespace

run::Caches caches_of(const std::map<std::string, run::ObjectData>& config_maps) {
    run::Caches caches;
    for (const auto& [name, data] : config_maps) {
        for (const auto& [key, text] : data) {
            if (text.find("\"nodeID\"") == text.npos) continue;
            const Json json = Json::parse(text, nullptr, false);
            if (!json.is_object() || !json.contains("nodeID")) continue;
            run::CacheEntry& entry = caches[name][key];
            entry.node_id = json.value("nodeID", "");
            const std::string time = json.value("creationTimestamp", "");
            entry.created_ms = run::parse_rfc3339_ms(time).value_or(0);
            const auto outputs = json.find("outputs");
            if (outputs == json.end() || !outputs->is_object()) continue;
            entry.outputs = read_outputs(outputs->dump());
            const std::string code = outputs->value("exitCode", "");
            std::from_chars(code.data(), code.data() + code.size(), entry.exit_code);
        }
    }
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
