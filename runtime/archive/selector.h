#pragma once
// Label selectors, also as conditions of SQL.

#include <map>
#include <string>
#include <vector>

#include "compiler/base/result.h"

namespace tiphys::archive {

/// A part of a selector.
struct LabelCondition {
    std::string key;
    /// Without values the label must be there, or must not.
    std::vector<std::string> values;
    bool has_values = false;
    bool is_negated = false;
};
/// `a=b,c!=d,e in (x,y),f notin (z),g,!h`; empty: no conditions. Errors name the part that is no
/// condition.
[[nodiscard]] Result<std::vector<LabelCondition>> parse_selector(const std::string& selector);
/// Whether all of them hold.
[[nodiscard]] bool matches(const std::vector<LabelCondition>& conditions,
                           const std::map<std::string, std::string>& labels);

/// A condition and the texts of its parameters, which begin with `$‹first›`.
struct SqlCondition {
    std::string sql;
    std::vector<std::string> values;
};

/// Of parse_selector(); each holds for the rows of argo_archived_workflows whose labels match.
[[nodiscard]] Result<std::vector<SqlCondition>> label_conditions(const std::string& selector,
                                                                 std::size_t first);

} // namespace tiphys::archive
