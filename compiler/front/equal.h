#pragma once
// Equality of values as Kubernetes sees them: by their JSON, whatever the notation.

#include <optional>
#include <string>

#include "compiler/ir/object.h"

namespace tiphys::front {

/// Where two values differ first.
struct Difference {
    /// `spec.templates[0].name`; empty for the values themselves.
    std::string path;
    /// Null where the value is absent on one side.
    const ir::Value* left = nullptr;
    const ir::Value* right = nullptr;
};

/// Nothing where the values are equal. The order of keys and the style of scalars do not count
/// (`1e3` is `1000`, `yes` is `true`); presence does: absent, `null`, `[]`, `{}` and an explicit
/// default are five different things.
[[nodiscard]] std::optional<Difference> first_difference(const ir::Value& left,
                                                         const ir::Value& right);

} // namespace tiphys::front
