// Reading YAML within a ConfigMap.

#include "runtime/backends/kubernetes/controller_config.h"

#include <nlohmann/json.hpp>

#include "runtime/io/json_fields.h"
#include "runtime/plan/parameter_file.h"

namespace tiphys::run {
namespace {

using Json = nlohmann::json;

Result<Json> read_mapping(const std::string& name, const std::string& text) {
    const auto fields = parse_parameter_file(text);
    if (!fields)
        return Error{"`" + name + "` of the controller's configuration is no YAML mapping"};
    Json object = Json::object();
    for (const auto& [key, value] : *fields) {
        Json parsed = Json::parse(value, nullptr, false);
        object[key] = parsed.is_structured() ? std::move(parsed) : Json(value);
    }
    return object;
}

void take_images(const Json& images, PodTaskOptions& options) {
    for (const auto& entry : images.items()) {
        if (!entry.value().is_object()) continue;
        ImageCommand command;
        for (const Json& word : list_at(entry.value(), "entrypoint")) {
            if (word.is_string()) command.entrypoint.push_back(word.get<std::string>());
        }
        for (const Json& word : list_at(entry.value(), "cmd")) {
            if (word.is_string()) command.cmd.push_back(word.get<std::string>());
        }
        options.images[entry.key()] = std::move(command);
    }
}

Result<Done> take(const std::string& name, const std::string& text, PodTaskOptions& options) {
    if (name != "executor" && name != "mainContainer" && name != "images") return Done{};
    TIPHYS_TRY(object, read_mapping(name, text));
    if (name == "images") {
        take_images(object, options);
    } else if (name == "mainContainer") {
        options.main_container_json = object.dump();
    } else {
        const std::string policy = text_of(object, "imagePullPolicy");
        const std::string image = text_of(object, "image");
        if (!policy.empty()) options.executor_pull_policy = policy;
        if (!image.empty()) options.executor_image = image;
        options.executor_json = object.dump();
    }
    return Done{};
}

} // namespace

Result<Done> take_controller_config(const ObjectData& config, PodTaskOptions& options) {
    if (const auto all = config.find("config"); all != config.end()) {
        TIPHYS_TRY(keys, parse_parameter_file(all->second));
        for (const auto& [name, text] : keys) {
            TIPHYS_TRY(taken, take(name, text, options));
            static_cast<void>(taken);
        }
    }
    for (const auto& [name, text] : config) {
        TIPHYS_TRY(taken, take(name, text, options));
        static_cast<void>(taken);
    }
    return Done{};
}

} // namespace tiphys::run
