#pragma once
// The variables without which an expression is left alone. Argo: missingVarsInEnv in
// util/template/expression_template.go.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/expr/value.h"

namespace tiphys::run {

struct RequiredNames {
    /// False: the text is no expression.
    bool parsed = false;
    /// Identifiers and dotted paths, without those that `??` and `?.` guard.
    std::vector<std::string> names;
};

[[nodiscard]] RequiredNames required_names(std::string_view expression);

/// Whether the dotted path leads to something in the nested maps, be it nil.
[[nodiscard]] bool has_name(const expr::Value& variables, std::string_view path);

} // namespace tiphys::run
