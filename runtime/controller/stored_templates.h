#pragma once
// Templates of other objects, kept in the status of the workflow that calls them: whatever becomes
// of those objects, the run goes on with what it began with. Argo: SetStoredTemplate in
// pkg/apis/workflow/v1alpha1/workflow_types.go.

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tiphys::control {

/// Templates as JSON by `namespaced/OBJECT/TEMPLATE` or `cluster/OBJECT/TEMPLATE`.
using StoredTemplates = std::map<std::string, std::string>;
/// A name such as `WorkflowTemplate a`, and the object as JSON: what ClusterObjects::gather gives.
using GatheredObjects = std::vector<std::pair<std::string, std::string>>;

/// All templates of `objects` that the templates of the spec (JSON) reach.
[[nodiscard]] StoredTemplates reached_templates(std::string_view spec,
                                                const GatheredObjects& objects);

/// Stored templates take the place of those in `objects`; objects that are gone are made anew with
/// what is stored of them.
void put_back(const StoredTemplates& stored, const std::string& name_space,
              GatheredObjects& objects);

} // namespace tiphys::control
