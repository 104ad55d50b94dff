#pragma once
// The condition of a trigger: names of dependencies, `&&`, `||` and parentheses.
// Argo: getDependencyExpression in pkg/sensors/listener.go.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/events.h"

namespace tiphys::analyze {

/// A name in a condition, as its dependency spells it, with its bytes in the text.
struct ConditionName {
    std::string text;
    std::size_t begin = 0;
    std::size_t end = 0;
};

struct ConditionError {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string message;
    std::string help;
};

/// Names that must all have happened; a condition holds when one of its ways is complete.
using ConditionWay = std::vector<std::string>;

struct Condition {
    std::vector<ConditionName> names; ///< in the order of the text
    /// Each sorted, without those that contain another one; empty after an error.
    std::vector<ConditionWay> ways;
    /// Ways that a shorter one makes needless were written.
    bool has_needless_ways = false;
    /// There are more ways than are looked at; `ways` is empty.
    bool is_too_large = false;
    std::optional<ConditionError> error;

    [[nodiscard]] bool names_it(std::string_view name) const;
    /// Whether a dependency has happened whenever the condition holds.
    [[nodiscard]] bool is_in_all_ways(std::string_view name) const;
};

/// `declared` are the names that stand for themselves; Argo takes `-` and `_` for the same.
[[nodiscard]] Condition parse_condition(std::string_view text,
                                        const std::vector<std::string_view>& declared);

/// The condition of a trigger: what `conditions` says, or all dependencies of the sensor.
[[nodiscard]] Condition condition_of(const events::TriggerTemplate& body,
                                     const events::SensorSpec& spec);

/// The condition under which a trigger gets events; a dead-letter trigger gets those of the trigger
/// around it. To be asked where `trigger` is the object being checked.
[[nodiscard]] Condition condition_for(const events::Trigger& trigger, const Context& context);

} // namespace tiphys::analyze
