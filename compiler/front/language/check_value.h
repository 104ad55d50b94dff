#pragma once
// Whether a value can be what its place declares. Argo carries all of them as text and notices
// nothing.

#include <string>

#include "compiler/front/language/value.h"

namespace tiphys::front {

/// What keeps `given` from being of the type, in words that follow on "`name` "; empty where it
/// fits, or where nothing can be said before the workflow runs.
[[nodiscard]] std::string misfit(const ValueType& type, const Value& given);

} // namespace tiphys::front
