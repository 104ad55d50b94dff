#pragma once
// The rights in a cluster that the controller and the pods of workflows need, and nothing more.

#include <cstdint>
#include <span>
#include <string_view>

namespace tiphys::codegen {

/// Words are separated by blanks.
struct Right {
    std::string_view group;
    std::string_view resources;
    std::string_view verbs;
    /// What for, for those who read the page on Kubernetes.
    std::string_view purpose;
};

/// In every namespace whose workflows the controller runs.
[[nodiscard]] std::span<const Right> controller_rights();
/// In the controller's own namespace.
[[nodiscard]] std::span<const Right> own_rights();
/// In the whole cluster, where the controller runs the workflows of all namespaces.
[[nodiscard]] std::span<const Right> cluster_rights();
/// Of the pods of workflows. Argo: docs/workflow-rbac.md.
[[nodiscard]] std::span<const Right> executor_rights();

} // namespace tiphys::codegen
