// Following calls from template to template.

#include "runtime/controller/stored_templates.h"

#include <nlohmann/json.hpp>

#include "runtime/controller/labels.h"
#include "runtime/io/json_fields.h"

namespace tiphys::control {
namespace {

using Json = nlohmann::json;
using run::compact;
using run::member;
using run::text_of;

constexpr const char* kNamespaced = "namespaced";
constexpr const char* kCluster = "cluster";

std::string title_of(const std::string& scope, const std::string& name) {
    return (scope == kCluster ? "ClusterWorkflowTemplate " : "WorkflowTemplate ") + name;
}

/// Where a call stands; both are empty in the workflow itself.
struct Place {
    std::string scope;
    std::string object;
};

class Walk {
public:
    explicit Walk(const GatheredObjects& objects) {
        for (const auto& [title, object] : objects) {
            const Json json = Json::parse(object, nullptr, false);
            Json& templates = templates_[title] = Json::object();
            for (const Json& made : member(member(json, "spec"), "templates")) {
                templates[text_of(made, "name")] = made;
            }
        }
    }

    void follow_template(const Json& made, const Place& place) {
        for (const Json& group : member(made, "steps")) {
            for (const Json& step : group.is_array() ? group : Json::array({group})) {
                follow_call(step, place);
            }
        }
        for (const Json& task : member(member(made, "dag"), "tasks")) {
            follow_call(task, place);
        }
    }

    void follow_hooks(const Json& hooks, const Place& place) {
        if (!hooks.is_object()) return;
        for (const auto& [name, hook] : hooks.items()) {
            follow_call(hook, place);
        }
    }

    StoredTemplates take() { return std::move(found_); }

private:
    void follow_call(const Json& call, const Place& place) {
        follow_hooks(member(call, "hooks"), place);
        if (const Json& reference = member(call, "templateRef"); reference.is_object()) {
            const bool is_cluster = member(reference, "clusterScope") == Json(true);
            store({is_cluster ? kCluster : kNamespaced, text_of(reference, "name")},
                  text_of(reference, "template"));
        } else if (const Json& inner = member(call, "inline"); inner.is_object()) {
            if (!place.scope.empty()) {
                found_[place.scope + "/" + place.object + "/inline/" + text_of(call, "name")] =
                    compact(inner);
            }
            follow_template(inner, place);
        } else if (!place.scope.empty()) {
            store(place, text_of(call, "template"));
            store(place, text_of(call, "onExit"));
        }
    }

    void store(const Place& place, const std::string& name) {
        const auto object = templates_.find(title_of(place.scope, place.object));
        if (object == templates_.end()) return;
        const auto made = object->second.find(name);
        if (made == object->second.end()) return;
        const std::string key = place.scope + "/" + place.object + "/" + name;
        if (!found_.emplace(key, compact(*made)).second) return;
        follow_template(*made, place);
    }

    /// Templates by name, by the title of their object.
    std::map<std::string, Json> templates_;
    StoredTemplates found_;
};

/// The template with this name is `made`.
void replace_template(Json& object, const Json& made) {
    Json& templates = object["spec"]["templates"];
    if (!templates.is_array()) templates = Json::array();
    for (Json& known : templates) {
        if (text_of(known, "name") != text_of(made, "name")) continue;
        known = made;
        return;
    }
    templates.push_back(made);
}

Json blank_object(const std::string& scope, const std::string& name,
                  const std::string& name_space) {
    Json object = {{"apiVersion", kWorkflowVersion},
                   {"kind", scope == kCluster ? "ClusterWorkflowTemplate" : "WorkflowTemplate"},
                   {"metadata", {{"name", name}}},
                   {"spec", Json::object()}};
    if (scope != kCluster) object["metadata"]["namespace"] = name_space;
    return object;
}

} // namespace

StoredTemplates reached_templates(std::string_view spec, const GatheredObjects& objects) {
    const Json json = Json::parse(spec, nullptr, false);
    Walk walk(objects);
    for (const Json& made : member(json, "templates")) {
        walk.follow_template(made, {});
    }
    walk.follow_hooks(member(json, "hooks"), {});
    return walk.take();
}

void put_back(const StoredTemplates& stored, const std::string& name_space,
              GatheredObjects& objects) {
    for (const auto& [key, text_of_template] : stored) {
        const std::size_t first = key.find('/');
        const std::size_t second = key.find('/', first + 1);
        if (first == key.npos || second == key.npos) continue;
        // They stand in the templates around them.
        if (key.compare(second, 8, "/inline/") == 0) continue;
        const std::string scope = key.substr(0, first);
        const std::string name = key.substr(first + 1, second - first - 1);
        const Json made = Json::parse(text_of_template, nullptr, false);
        if (!made.is_object()) continue;
        const std::string title = title_of(scope, name);
        std::string* known = nullptr;
        for (auto& [other, object] : objects) {
            if (other == title) known = &object;
        }
        if (known == nullptr) {
            objects.emplace_back(title, compact(blank_object(scope, name, name_space)));
            known = &objects.back().second;
        }
        Json object = Json::parse(*known, nullptr, false);
        replace_template(object, made);
        *known = compact(object);
    }
}

} // namespace tiphys::control
