#pragma once
// Label selectors as conditions of SQL.

#include <string>
#include <vector>

#include "compiler/base/result.h"

namespace tiphys::archive {

/// A condition and the texts of its parameters, which begin with `$‹first›`.
struct SqlCondition {
    std::string sql;
    std::vector<std::string> values;
};

/// `a=b,c!=d,e in (x,y),f notin (z),g,!h`; empty: no conditions. Each holds for the rows of
/// argo_archived_workflows whose labels match. Errors name the part that is no condition.
[[nodiscard]] Result<std::vector<SqlCondition>> label_conditions(const std::string& selector,
                                                                 std::size_t first);

} // namespace tiphys::archive
