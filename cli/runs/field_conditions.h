#pragma once
// Conditions on fields: `phase=Failed,name!=a`. Kubernetes:
// k8s.io/apimachinery/pkg/fields/selector.go.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"

namespace tiphys::cli {

struct FieldCondition {
    std::string field;
    std::string value;
    bool is_negated = false;
};

/// Errors name the part that is none, and say that `example` would be one on `things`.
[[nodiscard]] Result<std::vector<FieldCondition>>
parse_conditions(std::string_view text, std::string_view things, std::string_view example);

/// A field's value; empty where there is none.
using FieldValue = std::function<std::string(std::string_view field)>;
/// Whether all of them hold.
[[nodiscard]] bool hold(const std::vector<FieldCondition>& conditions, const FieldValue& value_of);

} // namespace tiphys::cli
