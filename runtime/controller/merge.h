#pragma once
// Specs over specs, as strategic merge patches do it.

#include <string>
#include <string_view>

namespace tiphys::control {

/// JSON of `base` with everything that `over` says over it: members of objects one by one, lists
/// whose elements have names by name, other lists and values whole. An empty text is an empty
/// object. Argo: JoinWorkflowSpec in workflow/util/merge.go.
[[nodiscard]] std::string merged(std::string_view base, std::string_view over);

} // namespace tiphys::control
