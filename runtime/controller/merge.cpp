// Merging JSON.

#include "runtime/controller/merge.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace tiphys::control {
namespace {

using Json = nlohmann::json;

bool is_named_list(const Json& list) {
    return list.is_array() && !list.empty() &&
           std::all_of(list.begin(), list.end(), [](const Json& element) {
               return element.is_object() && element.contains("name");
           });
}

Json merged_json(const Json& base, const Json& over);

Json merged_list(const Json& base, const Json& over) {
    // Elements of the base that are not named stand behind, as in a strategic merge patch.
    Json out = over;
    for (const Json& element : base) {
        const auto same = std::find_if(out.begin(), out.end(), [&](const Json& known) {
            return known["name"] == element["name"];
        });
        if (same == out.end()) {
            out.push_back(element);
        } else {
            *same = merged_json(element, *same);
        }
    }
    return out;
}

Json merged_json(const Json& base, const Json& over) {
    if (is_named_list(base) && is_named_list(over)) return merged_list(base, over);
    if (!base.is_object() || !over.is_object()) return over;
    Json out = base;
    for (const auto& [key, value] : over.items()) {
        out[key] = out.contains(key) ? merged_json(out[key], value) : value;
    }
    return out;
}

Json parsed(std::string_view text) {
    Json json = Json::parse(text, nullptr, false);
    return json.is_object() ? json : Json::object();
}

} // namespace

std::string merged(std::string_view base, std::string_view over) {
    return merged_json(parsed(base), parsed(over))
        .dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace tiphys::control
