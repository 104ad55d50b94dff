#pragma once
// Durations as fields of a workflow write them.

#include <cstdint>
#include <optional>
#include <string>

#include "compiler/ir/value.h"

namespace tiphys::analyze {

/// Whole seconds of `30`, `90s`, `1h30m`; nothing where it is absent, has a tag, or is none.
/// Argo: ParseStringToDuration in pkg/apis/workflow/v1alpha1.
[[nodiscard]] std::optional<std::int64_t> seconds_of(const ir::Scalar* scalar);

/// "90 s", "10 min", "2 h".
[[nodiscard]] std::string seconds_text(std::int64_t seconds);

/// A whole number; nothing where it is absent, has a tag, or is none.
[[nodiscard]] std::optional<std::int64_t> integer_of(const ir::Scalar* scalar);

} // namespace tiphys::analyze
