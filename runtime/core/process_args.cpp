// Inputs of a called template.

#include "runtime/core/process_args.h"

#include "runtime/core/arguments.h"
#include "runtime/core/resolve.h"

namespace tiphys::run {
namespace {

struct Lookup {
    std::optional<std::string> value;
    std::string error;
};

/// The first tag of an input: names of ConfigMaps are read before the inputs are known.
/// Argo: substituteConfigMapKeyRefParam in workflow/common/util.go.
std::string tag_of_input(const std::string& text) {
    for (const Segment& segment : split_tags(text)) {
        const bool is_input =
            segment.kind == Segment::Kind::kTag && segment.text.starts_with("inputs.");
        if (is_input) return segment.text;
    }
    return "";
}

/// Argo: GetConfigMapValue in workflow/common/configmap.go.
Lookup find_config_map_value(const ConfigMapKey& wanted, const Scope& scope) {
    const Resolved name = resolve(wanted.name, scope, Strictness::kLenient);
    const Resolved key = resolve(wanted.key, scope, Strictness::kLenient);
    const auto& maps = scope.state->plan->config_maps;
    const auto map = maps.find(name.text);
    if (map == maps.end()) {
        return {std::nullopt,
                "ConfigMap '" + name.text +
                    "' does not exist. Please make sure it has the label "
                    "workflows.argoproj.io/configmap-type: Parameter to be detectable by the "
                    "controller"};
    }
    const auto value = map->second.find(key.text);
    if (value == map->second.end()) {
        return {std::nullopt,
                "ConfigMap '" + name.text + "' does not have the key '" + key.text + "'"};
    }
    return {value->second, ""};
}

template <class List>
auto find_named(List& list, const std::string& name) -> decltype(&list[0]) {
    for (auto& element : list) {
        if (element.name == name) return &element;
    }
    return nullptr;
}

bool has_tags(const std::string& text) {
    return text.find("{{") != text.npos;
}

struct Source {
    const ConfigMapKey* config_map = nullptr;
    const Text* fallback = nullptr;
};

std::string fill_parameter(const InputParameter& declared, const ArgumentParameter* given,
                           Arguments::Parameter* argument, const Scope& scope,
                           std::optional<std::string>& value) {
    const Text* own = declared.value           ? &*declared.value
                      : declared.default_value ? &*declared.default_value
                                               : nullptr;
    if (own != nullptr) value = own->source();
    Source source;
    if (declared.config_map) source.config_map = &*declared.config_map;
    if (declared.source_default) source.fallback = &*declared.source_default;
    if (argument != nullptr && argument->absent) {
        if (!value && source.config_map == nullptr) {
            return "inputs.parameters." + declared.name +
                   ": argument references an absent optional (skipped/omitted node output with "
                   "no default)";
        }
    } else if (argument != nullptr) {
        value = std::move(argument->value);
        const bool from_map = given != nullptr && given->config_map.has_value();
        source.config_map = from_map ? &*given->config_map : nullptr;
        source.fallback = from_map && given->source_default ? &*given->source_default : nullptr;
    }
    if (source.config_map == nullptr) {
        return value ? "" : "inputs.parameters." + declared.name + " was not supplied";
    }
    if (value && argument != nullptr && argument->value) return "";
    for (const Text* text : {&source.config_map->name, &source.config_map->key}) {
        const std::string tag = tag_of_input(text->source());
        if (tag.empty()) continue;
        return "failed to substitute configMapKeyRef: failed to resolve {{" + tag + "}}";
    }
    Lookup found = find_config_map_value(*source.config_map, scope);
    if (!found.value && source.fallback == nullptr) {
        return "unable to retrieve inputs.parameters." + declared.name +
               " from ConfigMap: " + found.error;
    }
    value = found.value ? *found.value : source.fallback->source();
    return "";
}

std::string fill_artifact(const ArtifactSpec& declared, Artifact* argument, const Scope& scope,
                          Inputs& inputs) {
    const bool has_location = declared.source != ArtifactSource::kNowhere;
    if (!declared.optional && !has_location) {
        if (argument == nullptr) {
            return "inputs.artifacts." + declared.name + " was not supplied";
        }
        if (argument->source == ArtifactSource::kNowhere) {
            return "inputs.artifacts." + declared.name + " missing location information";
        }
    }
    FoundArtifact own = substitute_artifact(declared, scope);
    if (!own.error.empty()) return own.error;
    if (argument != nullptr) {
        Artifact merged = std::move(*argument);
        merged.name = declared.name;
        merged.path = std::move(own.artifact.path);
        merged.mode = declared.mode;
        merged.recurse_mode = declared.recurse_mode;
        own.artifact = std::move(merged);
    }
    inputs.artifacts.push_back(std::move(own.artifact));
    return "";
}

} // namespace

std::string process_args(const Template& callee, Arguments&& arguments, const Scope& scope,
                         Inputs& inputs) {
    inputs.parameters.resize(callee.input_parameters.size());
    for (std::size_t i = 0; i < callee.input_parameters.size(); ++i) {
        const InputParameter& declared = callee.input_parameters[i];
        const ArgumentParameter* given = find_named(scope.caller->parameters, declared.name);
        Arguments::Parameter* argument = find_named(arguments.parameters, declared.name);
        std::string error = fill_parameter(declared, given, argument, scope, inputs.parameters[i]);
        if (!error.empty()) return error;
    }
    for (std::optional<std::string>& value : inputs.parameters) {
        if (!value || !has_tags(*value)) continue;
        Resolved resolved = resolve(Text(*value), scope, Strictness::kLenient);
        if (!resolved.good()) return resolved.error;
        value = std::move(resolved.text);
    }
    for (const ArtifactSpec& declared : callee.input_artifacts) {
        Artifact* argument = find_named(arguments.artifacts, declared.name);
        std::string error = fill_artifact(declared, argument, scope, inputs);
        if (!error.empty()) return error;
        Artifact& filled = inputs.artifacts.back();
        if (filled.source == ArtifactSource::kRaw && has_tags(filled.location)) {
            filled.location = resolve(Text(filled.location), scope, Strictness::kLenient).text;
        }
    }
    return "";
}

void substitute_inputs(const Scope& scope, Inputs& inputs) {
    for (std::optional<std::string>& value : inputs.parameters) {
        if (!value || !has_tags(*value)) continue;
        Resolved resolved = resolve(Text(*value), scope, Strictness::kLenient);
        if (resolved.good()) value = std::move(resolved.text);
    }
}

} // namespace tiphys::run
