#pragma once
// The builtin functions of expr-lang that take no predicate, in groups.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/expr/call.h"

namespace tiphys::expr {

struct Builtin {
    std::string_view name;
    Value (*run)(Call& call);
};

[[nodiscard]] std::span<const Builtin> text_builtins();
[[nodiscard]] std::span<const Builtin> number_builtins();
[[nodiscard]] std::span<const Builtin> list_builtins();
[[nodiscard]] std::span<const Builtin> time_builtins();

/// The string at `index`, or a failure of the call and nothing.
[[nodiscard]] const std::string* string_argument(Call& call, std::size_t index);

/// The number at `index` as an int (floats are cut), or a failure of the call.
[[nodiscard]] std::int64_t int_argument(Call& call, std::size_t index);

[[nodiscard]] Value list_of_texts(std::vector<std::string> texts);

/// expr-lang's `int` and `float`, which Argo also calls asInt and asFloat.
[[nodiscard]] Value convert_to_int(Call& call);
[[nodiscard]] Value convert_to_float(Call& call);

} // namespace tiphys::expr
