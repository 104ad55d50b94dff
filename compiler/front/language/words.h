#pragma once
// Words of the language that stand for fields of the schema.

#include <string_view>

#include "schemas/tables.h"

namespace tiphys::front {

/// The real field behind a word of the language, or the word itself.
[[nodiscard]] std::string_view field_name(const schema::Type& type, std::string_view word);
/// The language's word for a field, or the field's own name.
[[nodiscard]] std::string_view field_word(const schema::Type& type, std::string_view field);
/// The field of a type that a lone value stands for (`retry: 3` is its limit), or nothing.
[[nodiscard]] std::string_view main_field(const schema::Type& type);

} // namespace tiphys::front
