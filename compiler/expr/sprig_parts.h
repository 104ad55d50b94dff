#pragma once
// The functions of Masterminds/sprig in groups, and the conversions that they share.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/expr/call.h"

namespace tiphys::expr {

struct SprigFunction {
    std::string_view name;
    std::string_view type; ///< as Go's %T shows it
    Value (*run)(Call& call);
};

[[nodiscard]] std::span<const SprigFunction> sprig_text_functions();
[[nodiscard]] std::span<const SprigFunction> sprig_number_functions();
[[nodiscard]] std::span<const SprigFunction> sprig_list_functions();
[[nodiscard]] std::span<const SprigFunction> sprig_dict_functions();
[[nodiscard]] std::span<const SprigFunction> sprig_value_functions();
[[nodiscard]] std::span<const SprigFunction> sprig_date_functions();
[[nodiscard]] std::span<const SprigFunction> sprig_path_functions();
[[nodiscard]] std::span<const SprigFunction> sprig_regex_functions();
[[nodiscard]] std::span<const SprigFunction> sprig_chance_functions();
[[nodiscard]] std::span<const SprigFunction> sprig_crypto_functions();

/// Strings and bytes as they are, anything else as %v shows it.
[[nodiscard]] std::string sprig_text(const Value& value);

/// sprig's toStrings: the elements of a list without nil, or the value alone.
[[nodiscard]] std::vector<std::string> sprig_texts(const Value& value);

/// spf13/cast's ToInt64 and ToFloat64: what cannot be converted is 0.
[[nodiscard]] std::int64_t sprig_int(const Value& value);
[[nodiscard]] double sprig_float(const Value& value);

/// Zero, empty, false, nil.
[[nodiscard]] bool is_empty(const Value& value);

/// reflect.Kind: `int`, `slice`, `map`, `invalid`.
[[nodiscard]] std::string kind_text(const Value& value);

} // namespace tiphys::expr
