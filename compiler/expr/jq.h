#pragma once
// The syntax of jq as itchyny/gojq reads it: `jqFilter` of resource templates, `jq` of Sensors'
// transformations.

#include <optional>
#include <string_view>

#include "compiler/expr/parse.h"

namespace tiphys::expr {

/// The first thing that cannot be read; nothing where all of it can. Functions and variables are
/// not looked up.
[[nodiscard]] std::optional<ParseError> check_jq(std::string_view text);

} // namespace tiphys::expr
