#pragma once
// What workflows may refer to, as watches have told it, and which of it one workflow needs.

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tiphys::control {

class ClusterObjects {
public:
    /// `kind`: WorkflowTemplate, ClusterWorkflowTemplate or ConfigMap. An empty `object` says that
    /// it is gone.
    void set(std::string_view kind, const std::string& name_space, const std::string& name,
             std::string_view object);

    /// The object as JSON with its kind, without what the server notes on it; null where there is
    /// none. `name_space` is empty for what belongs to the cluster.
    [[nodiscard]] const std::string* find(std::string_view kind, const std::string& name_space,
                                          const std::string& name) const;

    /// All that the spec (JSON) of a workflow in the namespace may refer to, directly or not: pairs
    /// of a name for messages and the object. ConfigMaps whose names are known at run time only
    /// bring all of the namespace.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>>
    gather(std::string_view spec, const std::string& name_space) const;

private:
    struct Place {
        std::string kind;
        std::string name_space;
        std::string name;
        auto operator<=>(const Place&) const = default;
    };
    std::map<Place, std::string> objects_;
    friend class Gathering;
};

} // namespace tiphys::control
