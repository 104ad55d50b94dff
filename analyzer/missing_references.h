#pragma once
// How severe it is that the project lacks what it refers to.

#include <optional>

#include "analyzer/context.h"

namespace tiphys::analyze {

/// As `Settings::missing_references` says; in a Sensor, whose workflows nobody checks before they
/// run and which triggers rewrite, at most a warning. Nothing where such findings are not wanted.
[[nodiscard]] std::optional<Severity> missing_reference_severity(const Context& context);

} // namespace tiphys::analyze
