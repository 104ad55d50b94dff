#pragma once
// The operators of expr-lang on values. expr-lang: vm/runtime.

#include <cstdint>
#include <optional>
#include <string>

#include "compiler/expr/tree.h"
#include "compiler/expr/value.h"

namespace tiphys::expr {

/// Why an operation failed; empty as long as it did not.
struct Fault {
    std::string message;
    /// What expr-lang says; empty: not known.
    std::string original = {};

    Fault& operator=(std::string text);
    [[nodiscard]] bool empty() const { return message.empty(); }
};

/// `==`: numbers of all types compare by value, lists element by element.
[[nodiscard]] bool equal(const Value& a, const Value& b);

/// `<`, `<=`, `>`, `>=` on numbers, strings, times and durations.
[[nodiscard]] bool compare_values(Operator op, const Value& a, const Value& b, Fault& fault);

/// `+ - * / % **`. Whole numbers wrap around; `/` and `**` give floats.
[[nodiscard]] Value calculate(Operator op, const Value& a, const Value& b, Fault& fault);

[[nodiscard]] Value negate(const Value& value, Fault& fault);

[[nodiscard]] bool contains(const Value& needle, const Value& collection, Fault& fault);

/// `object[key]` and `object.key`; absent keys of maps are nil.
[[nodiscard]] Value fetch(const Value& object, const Value& key, Fault& fault);

/// `value[from:to]`; strings by bytes, bounds are clamped.
[[nodiscard]] Value slice(const Value& value, const Value& from, const Value& to, Fault& fault);

/// Numbers of all types; not strings.
[[nodiscard]] std::int64_t to_int(const Value& value, Fault& fault);
[[nodiscard]] double to_float(const Value& value, Fault& fault);

/// Go's conversion from float64 to int on amd64.
[[nodiscard]] std::int64_t truncate_to_int(double number);

/// An int or float of one of Go's unnamed types: not a Duration, Month or Weekday.
[[nodiscard]] bool is_plain_int(const Value& value);
[[nodiscard]] bool is_plain_number(const Value& value);

/// Elements of what Go calls a slice or array (lists, bytes); nothing for other values.
[[nodiscard]] bool is_list_like(const Value& value);
[[nodiscard]] std::size_t list_size(const Value& value);
[[nodiscard]] Value list_element(const Value& value, std::size_t index);

/// The method of a value (`Format` of a time), bound to it; nil where there is none.
[[nodiscard]] Value find_method(const Value& value, std::string_view name);

} // namespace tiphys::expr
