#pragma once
// IR → JSON, in canonical key order.

#include <string>

#include "compiler/ir/object.h"

namespace tiphys::codegen {

enum class JsonLayout : std::uint8_t { kPretty, kCompact };

/// Appends one value. Numbers come out exactly as Kubernetes reads them; the few that JSON cannot
/// express (`.inf`, `.nan`) become texts. Texts that are not UTF-8 get U+FFFD for the bad bytes.
void emit_json(const ir::Value& root, JsonLayout layout, std::string& out);

/// Appends a JSON string with its quotes.
void append_json_string(std::string_view text, std::string& out);

} // namespace tiphys::codegen
