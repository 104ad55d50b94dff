#pragma once
// Expression tags. Argo: util/template/expression_template.go.

#include <string_view>

#include "runtime/core/resolve.h"

namespace tiphys::run {

/// The value of `{{=source}}` as it is put into text; the tag itself where it has none and need
/// not have one.
[[nodiscard]] Resolved expand_expression(std::string_view source, const Scope& scope,
                                         Strictness strictness);

} // namespace tiphys::run
