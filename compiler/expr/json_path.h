#pragma once
// JSONPath as evilmonkeyinc/jsonpath has it, for Argo's function `jsonpath`.

#include <optional>
#include <string>
#include <string_view>

#include "compiler/expr/value.h"

namespace tiphys::expr {

/// Nothing where the path cannot be read or leads nowhere; `reason` says why.
[[nodiscard]] std::optional<Value> query_json_path(const Value& document, std::string_view path,
                                                   std::string& reason);

} // namespace tiphys::expr
