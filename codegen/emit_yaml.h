#pragma once
// IR → YAML: keys in canonical order, stable bytes, quoting that YAML 1.1 and 1.2 readers agree on.

#include <functional>
#include <string>

#include "compiler/ir/object.h"

namespace tiphys::codegen {

/// Appends one document, without `---`. Fields of typed objects come in the order of the schema,
/// then unknown keys; mappings without a type keep their order. What was present stays present
/// (`[]`, `{}`, `null`), what was absent stays absent. Comments are not part of the IR.
void emit_yaml(const ir::Value& root, std::string& out);

/// Says where a value comes from, on one line; empty: nothing is said.
using PlaceOf = std::function<std::string(const ir::Value&)>;

/// The same with comments: above the document, and above each object that is an element of a list
/// or has a name of its own (an event of an EventSource), where that is another place than the one
/// around it.
void emit_yaml(const ir::Value& root, const PlaceOf& place_of, std::string& out);

/// How a text is written as a plain, quoted or block scalar.
enum class TextStyle : std::uint8_t { kPlain, kSingleQuoted, kDoubleQuoted, kLiteral };

/// The style in which `emit_yaml` writes a text. Plain only where no reader of YAML 1.1 or 1.2
/// takes it for anything but this text.
[[nodiscard]] TextStyle style_for(std::string_view text);

} // namespace tiphys::codegen
