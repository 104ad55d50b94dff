#pragma once
// Words for types and values in messages.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/object.h"

namespace tiphys::analyze {

/// What a field wants: "a string", "a list of strings", "a mapping".
[[nodiscard]] std::string wanted_words(schema::Shape shape);
[[nodiscard]] std::string wanted_words(const schema::Field& field);

/// What was written: "a string", "the number 5", "a list", "nothing".
[[nodiscard]] std::string seen_words(const ir::Value& value);

/// "`a`, `b` or `c`".
[[nodiscard]] std::string alternatives(const std::vector<std::string_view>& names,
                                       std::string_view conjunction = "or");

/// The field of `owner` whose value is `value` or a list or mapping around it; null where it does
/// not belong to `owner`.
[[nodiscard]] const ir::Entry* entry_of(const ir::Object& owner, const ir::Value& value);

/// What an object is, in words: "`container`", "template `main`", "an element of `env`".
[[nodiscard]] std::string place_words(const ir::Object& object, const ir::Object* parent);

} // namespace tiphys::analyze
