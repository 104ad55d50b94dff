#pragma once
// Equality of values as Kubernetes sees them: by their JSON, whatever the notation.

#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/object.h"

namespace tiphys::front {

/// Where two values differ.
struct Difference {
    /// `spec.templates[0].name`; empty for the values themselves.
    std::string path;
    /// Null where the value is absent on one side.
    const ir::Value* left = nullptr;
    const ir::Value* right = nullptr;
    /// Of lists that hold the same names in another order: the names.
    std::string left_order;
    std::string right_order;
};

/// Nothing where the values are equal. The order of keys and the style of scalars do not count
/// (`1e3` is `1000`, `yes` is `true`); presence does: absent, `null`, `[]`, `{}` and an explicit
/// default are five different things.
[[nodiscard]] std::optional<Difference> first_difference(const ir::Value& left,
                                                         const ir::Value& right);

/// Every place where the values differ, each as deep as both sides have it, in the order of the
/// left value. Elements of lists are matched by the schema's merge key or by `name`, where all have
/// one (`spec.templates[build].container`); of other lists the equal elements at both ends are left
/// out. A list whose named elements only stand in another order differs as a whole.
[[nodiscard]] std::vector<Difference> all_differences(const ir::Value& left,
                                                      const ir::Value& right);

} // namespace tiphys::front
