#pragma once
// Argo's variables as an expression sees them: nested maps and a few functions.

#include "compiler/expr/value.h"

namespace tiphys::expr {

/// Turns flat names (`inputs.parameters.x`) into nested maps, and adds asInt, asFloat, jsonpath,
/// toJson and sprig, which hide variables called so. A name that has others below it is dropped.
/// Argo: util/expr/env/env.go GetFuncMap, util/expand.
[[nodiscard]] Value argo_variables(const Map& flat);

/// Flat names as nested maps.
[[nodiscard]] Value expand_names(const Map& flat);

/// `sprig`: its functions by name, without env and expandenv.
[[nodiscard]] const Value& sprig_functions();

} // namespace tiphys::expr
