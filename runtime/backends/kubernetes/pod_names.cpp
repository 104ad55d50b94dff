// Owners.

#include "runtime/backends/kubernetes/pod_names.h"

#include <nlohmann/json.hpp>

namespace tiphys::run {

std::string owner_references(const PodTaskOptions& options) {
    const nlohmann::json owner = {{"apiVersion", "argoproj.io/v1alpha1"},
                                  {"kind", "Workflow"},
                                  {"name", options.workflow_name},
                                  {"uid", options.workflow_uid},
                                  {"controller", true},
                                  {"blockOwnerDeletion", true}};
    return nlohmann::json::array({owner}).dump();
}

} // namespace tiphys::run
