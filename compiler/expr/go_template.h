#pragma once
// The syntax of Go's text/template with sprig's functions: `dataTemplate`, `contextTemplate` and
// filters' `template` in Sensors. Go: text/template/parse; Argo Events: pkg/sensors/triggers.

#include <optional>
#include <string_view>

#include "compiler/expr/parse.h"

namespace tiphys::expr {

/// The first thing that Go refuses when it reads the template; nothing where it reads all of it.
[[nodiscard]] std::optional<ParseError> check_go_template(std::string_view text);

} // namespace tiphys::expr
