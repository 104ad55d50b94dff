#pragma once
// Which workflows the controller's configuration lets run.
// Argo: setExecWorkflow in workflow/controller/operator.go.

#include <string>
#include <string_view>

namespace tiphys::control {

/// Why it may not run, in Argo's words; empty: it may. `referencing`: `templateReferencing` of
/// `workflowRestrictions`. `spec`: JSON, as its user wrote it. `allowed`: fields, separated by
/// commas, that users may set besides Argo's own list.
[[nodiscard]] std::string refused_by_restrictions(std::string_view referencing,
                                                  std::string_view spec, std::string_view allowed);

} // namespace tiphys::control
