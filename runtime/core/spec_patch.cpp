// Reading patches of pods.
#include "runtime/core/spec_patch.h"

#include <algorithm>

#include "runtime/core/env_references.h"
#include "runtime/plan/json_text.h"
#include "runtime/plan/parameter_file.h"

namespace tiphys::run {
namespace {

std::string text_of(const JsonValue& value) {
    return value.type == JsonType::kString ? json_unquote(value.text) : std::string(value.text);
}

std::vector<JsonValue> elements_of(const JsonValue& list) {
    return list.type == JsonType::kArray ? json_elements(list.text) : std::vector<JsonValue>();
}

using Members = std::vector<std::pair<std::string, JsonValue>>;

Members members_of(const JsonValue& object) {
    return object.type == JsonType::kObject ? json_members(object.text) : Members();
}

std::vector<std::string> words_of(const JsonValue& list) {
    std::vector<std::string> words;
    for (const JsonValue& word : elements_of(list)) {
        words.push_back(text_of(word));
    }
    return words;
}

std::string name_in(const Members& members) {
    std::string name;
    for (const auto& [key, value] : members) {
        if (key == "name") name = text_of(value);
    }
    return name;
}

/// Variables are joined by their names.
void patch_env(const JsonValue& list, ProcessSpec& process) {
    for (const JsonValue& variable : elements_of(list)) {
        const Members members = members_of(variable);
        const std::string name = name_in(members);
        std::string value;
        bool has_source = false;
        for (const auto& [key, part] : members) {
            if (key == "value") value = text_of(part);
            has_source = has_source || key == "valueFrom";
        }
        if (name.empty() || has_source) continue;
        std::erase_if(process.env, [&](const auto& known) { return known.first == name; });
        process.env.emplace_back(name, expand_references(value, process.env));
    }
}

/// What is not requested is what is allowed at most.
void patch_requests(const JsonValue& resources, Resources& requests) {
    Resources limits;
    Resources wanted;
    for (const auto& [list, quantities] : members_of(resources)) {
        if (list != "limits" && list != "requests") continue;
        for (const auto& [resource, amount] : members_of(quantities)) {
            set_request(list == "limits" ? limits : wanted, resource, text_of(amount));
        }
    }
    const auto lay = [](std::int64_t& known, std::int64_t request, std::int64_t limit) {
        if (request != 0) known = request;
        if (known == 0) known = limit;
    };
    lay(requests.cpu_millis, wanted.cpu_millis, limits.cpu_millis);
    lay(requests.memory_bytes, wanted.memory_bytes, limits.memory_bytes);
}

void patch_container(const JsonValue& container, const PatchedTask& task) {
    const Members members = members_of(container);
    const std::string name = name_in(members);
    const auto process = std::find_if(task.processes.begin(), task.processes.end(),
                                      [&](const ProcessSpec& known) { return known.name == name; });
    if (process == task.processes.end()) return;
    for (const auto& [key, value] : members) {
        if (key == "command") process->command = words_of(value);
        if (key == "args") process->args = words_of(value);
        if (key == "image") process->image = text_of(value);
        if (key == "workingDir") process->working_dir = text_of(value);
        if (key == "env") patch_env(value, *process);
        if (key == "resources") {
            const auto at = static_cast<std::size_t>(process - task.processes.begin());
            patch_requests(value, task.requests[at]);
        }
    }
}

} // namespace

std::string apply_spec_patch(const std::string& patch, const PatchedTask& task) {
    const auto fields = parse_parameter_file(patch);
    // Argo: errors.Wrap in workflow/controller/workflowpod.go keeps these words only.
    if (!fields) return "Error applying PodSpecPatch";
    for (const auto& [field, text] : *fields) {
        if (field != "containers" && field != "initContainers") continue;
        if (json_error(text)) continue;
        for (const JsonValue& container : elements_of(json_value(text))) {
            patch_container(container, task);
        }
    }
    return "";
}

} // namespace tiphys::run
