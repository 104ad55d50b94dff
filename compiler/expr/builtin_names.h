#pragma once
// The functions that expr-lang has built in.

#include <cstdint>
#include <span>
#include <string_view>

namespace tiphys::expr {

/// The arguments of a builtin that takes a predicate, such as `filter(list, # > 1)`.
struct PredicateBuiltin {
    std::string_view name;
    /// 'e': an expression, 'p': a predicate; upper case: may be left out.
    std::string_view arguments;
};

/// Nothing where `name` is not one of them.
[[nodiscard]] const PredicateBuiltin* find_predicate_builtin(std::string_view name);

/// All builtins, ordered by name.
[[nodiscard]] std::span<const std::string_view> builtin_names();

[[nodiscard]] bool is_builtin(std::string_view name);

} // namespace tiphys::expr
