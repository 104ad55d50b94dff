#pragma once
// From arguments to the inputs of a template. Argo: ProcessArgs in workflow/common/util.go.

#include <string>

#include "runtime/core/scope.h"
#include "runtime/core/state.h"

namespace tiphys::run {

/// Fills `inputs`, which `scope` must refer to, by arguments, defaults and ConfigMaps, and
/// substitutes what tags they hold. Returns why it cannot, or an empty text.
[[nodiscard]] std::string process_args(const Template& callee, Arguments&& arguments,
                                       const Scope& scope, Inputs& inputs);

/// Substitutes tags in values once more, for an attempt of a retried template.
void substitute_inputs(const Scope& scope, Inputs& inputs);

} // namespace tiphys::run
