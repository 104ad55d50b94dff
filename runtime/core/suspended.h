#pragma once
// Outputs of suspend nodes, which somebody supplies.

#include <string>

#include "runtime/core/state.h"

namespace tiphys::run {

/// The value that the output has when nobody supplies one: its default, or that of the input of the
/// same name; null where there is none. Argo: addRawOutputFields in
/// workflow/controller/operator.go.
[[nodiscard]] const Text* default_of_supplied(const Template& suspended, const std::string& name);

/// Why the suspend node cannot go on yet: an output has neither a value nor a default. Empty: it
/// can. Argo: OverrideOutputParametersWithDefault in workflow/util/util.go.
[[nodiscard]] std::string reason_to_wait(const State& state, NodeId node);

} // namespace tiphys::run
