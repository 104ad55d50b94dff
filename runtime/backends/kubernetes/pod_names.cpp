// Owners and paths.

#include "runtime/backends/kubernetes/pod_names.h"

#include <filesystem>

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

std::string clean_path(std::string_view path) {
    std::string clean = std::filesystem::path(path).lexically_normal().string();
    while (clean.size() > 1 && clean.back() == '/') {
        clean.pop_back();
    }
    return clean.empty() ? "." : clean;
}

} // namespace tiphys::run
