#pragma once
// Changes to YAML text that keep its style: block mappings stay block, flow mappings flow. All of
// them take the mapping that holds the field and an entry of it.

#include <optional>
#include <string>
#include <vector>

#include "analyzer/context.h"

namespace tiphys::analyze {

/// True where a mapping or list is written in brackets.
[[nodiscard]] bool is_flow(const Context& context, const ir::Value& collection);

/// Blanks before the keys of a block mapping: the column of a key, from 0.
[[nodiscard]] std::uint32_t indent_of(const Context& context, const ir::Value& mapping,
                                      const ir::Entry& entry);

/// Writes another name over a key.
[[nodiscard]] TextEdit rename_key(const ir::Value& mapping, const ir::Entry& entry,
                                  std::string_view name);

/// Writes `text` over a value; the value must not be absent.
[[nodiscard]] TextEdit replace_value(const ir::Value& value, std::string text);

/// Adds a field after another one. `text` is `key: value`; in block style it may have further
/// lines, indented relative to its first.
[[nodiscard]] TextEdit insert_after(const Context& context, const ir::Value& mapping,
                                    const ir::Entry& entry, std::string_view text);

/// The same, before another one; `text` is a single line.
[[nodiscard]] TextEdit insert_before(const Context& context, const ir::Value& mapping,
                                     const ir::Entry& entry, std::string_view text);

/// Takes a field out, with its lines or its comma; nothing where it is the only one.
[[nodiscard]] std::optional<TextEdit> remove_field(const Context& context, const ir::Value& mapping,
                                                   const ir::Entry& entry);

/// Makes a value the only element of a list in its place.
[[nodiscard]] std::vector<TextEdit> wrap_in_list(const Context& context, const ir::Value& value);

/// The lines of a block-style field, without the indentation that they share: what `insert_after`
/// takes. Nothing in flow style or where a field does not begin its line.
[[nodiscard]] std::optional<std::string>
lines_of_field(const Context& context, const ir::Value& mapping, const ir::Entry& entry);

/// A double-quoted YAML scalar of one line with that text.
[[nodiscard]] std::string double_quoted(std::string_view text);

/// The text without quotes where YAML reads it as a string so, else in double quotes.
[[nodiscard]] std::string plain_or_quoted(std::string_view text);

/// The entries of an object or mapping in source order, unknown fields included.
[[nodiscard]] std::vector<ir::Entry> entries_in_order(const ir::Value& mapping);

} // namespace tiphys::analyze
