// Following references through JSON.

#include "runtime/controller/cluster_objects.h"

#include <set>

#include <nlohmann/json.hpp>

#include "runtime/controller/labels.h"
#include "runtime/io/json_fields.h"

namespace tiphys::control {
namespace {

using Json = nlohmann::json;
using run::is_true;
using run::text_of;

} // namespace

/// One walk over what a workflow refers to.
class Gathering {
public:
    Gathering(const ClusterObjects& objects, const std::string& name_space)
        : objects_(objects), name_space_(name_space) {}

    void follow(const Json& json) {
        if (json.is_array()) {
            for (const Json& element : json) {
                follow(element);
            }
        }
        if (!json.is_object()) return;
        for (const auto& [key, value] : json.items()) {
            if (value.is_object()) follow_reference(key, value);
            if (key == "artifactRepositoryRef" && value.is_object()) {
                take_config_map(text_of(value, "configMap"));
            }
            follow(value);
        }
    }

    void take_config_map(const std::string& name) {
        if (name.find("{{") == name.npos) {
            take({"ConfigMap", name_space_, name});
            return;
        }
        for (const auto& [place, object] : objects_.objects_) {
            if (place.kind == "ConfigMap" && place.name_space == name_space_) take(place);
        }
    }

    [[nodiscard]] std::vector<std::pair<std::string, std::string>> found() const {
        std::vector<std::pair<std::string, std::string>> found;
        for (const auto& place : taken_) {
            found.emplace_back(place.kind + " " + place.name, objects_.objects_.at(place));
        }
        return found;
    }

private:
    void follow_reference(const std::string& key, const Json& value) {
        if (key == "templateRef" || key == "workflowTemplateRef") {
            const bool is_cluster = is_true(value, "clusterScope");
            const std::string name = text_of(value, "name");
            if (is_cluster) {
                take({"ClusterWorkflowTemplate", "", name});
            } else {
                take({"WorkflowTemplate", name_space_, name});
            }
        } else if (key == "configMapKeyRef" || key == "configMapRef" || key == "configMap") {
            take_config_map(text_of(value, "name"));
        }
    }

    void take(const ClusterObjects::Place& place) {
        const auto object = objects_.objects_.find(place);
        if (object == objects_.objects_.end() || !taken_.insert(place).second) return;
        if (place.kind != "ConfigMap") follow(Json::parse(object->second, nullptr, false));
    }

    const ClusterObjects& objects_;
    const std::string& name_space_;
    std::set<ClusterObjects::Place> taken_;
};

void ClusterObjects::set(std::string_view kind, const std::string& name_space,
                         const std::string& name, std::string_view object) {
    const Place place{std::string(kind), name_space, name};
    Json json = Json::parse(object, nullptr, false);
    if (!json.is_object()) {
        objects_.erase(place);
        return;
    }
    // Lists leave these out.
    json["kind"] = kind;
    json["apiVersion"] = kind == "ConfigMap" ? "v1" : kWorkflowVersion;
    for (const char* key : {"managedFields", "uid", "resourceVersion", "generation"}) {
        json["metadata"].erase(key);
    }
    json.erase("status");
    objects_[place] = json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const std::string* ClusterObjects::find(std::string_view kind, const std::string& name_space,
                                        const std::string& name) const {
    const auto found = objects_.find({std::string(kind), name_space, name});
    return found == objects_.end() ? nullptr : &found->second;
}

std::vector<std::pair<std::string, std::string>>
ClusterObjects::gather(std::string_view spec, const std::string& name_space) const {
    Gathering gathering(*this, name_space);
    gathering.follow(Json::parse(spec, nullptr, false));
    // Argo: workflow/artifactrepositories.
    gathering.take_config_map("artifact-repositories");
    return gathering.found();
}

} // namespace tiphys::control
