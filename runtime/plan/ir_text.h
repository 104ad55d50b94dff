#pragma once
// Values of the IR as the text and JSON that Kubernetes would make of them.

#include <string>

#include "compiler/ir/value.h"
#include "runtime/plan/text.h"

namespace tiphys::run {

/// A string's characters; numbers and bools as JSON writes them (`1e3` is `1000`, `yes` is `true`).
/// Empty where it is absent.
[[nodiscard]] std::string scalar_text(const ir::Scalar* scalar);

[[nodiscard]] inline Text text_of_scalar(const ir::Scalar* scalar) {
    return Text(scalar_text(scalar));
}

/// Compact JSON; keys as they stand in the source.
[[nodiscard]] std::string value_as_json(const ir::Value& value);

[[nodiscard]] bool scalar_is_true(const ir::Scalar* scalar);

} // namespace tiphys::run
