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

/// The key under which `value` stands in `owner`, also as element of a list or mapping; empty
/// where it does not.
[[nodiscard]] std::string_view key_of(const ir::Object& owner, const ir::Value& value);

/// Where an object stands, in words: "`container` of template `main`", "step `a`", "`spec`".
[[nodiscard]] std::string place_words(const ir::Object& object, const ir::Object* parent);

} // namespace tiphys::analyze
