#pragma once
// Values of parameters from a file, as `argo submit --parameter-file` takes them.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/base/result.h"

namespace tiphys::run {

/// A YAML or JSON mapping from names to scalars; lists and mappings become JSON.
[[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>>
parse_parameter_file(std::string_view text);

} // namespace tiphys::run
