#pragma once
// Names, texts and numbers as the language writes them.

#include <optional>
#include <string>
#include <string_view>

#include "compiler/ir/value.h"

namespace tiphys::codegen {

/// A name of a node, template or variable: bare, or in backticks. Nothing where it cannot be
/// written at all (empty, a line break, a backtick).
[[nodiscard]] std::optional<std::string> name_text(std::string_view name);

/// Whether a key can stand bare before a block: an identifier that is none of the language's words.
[[nodiscard]] bool is_bare_key(std::string_view key);
/// The key of a property, quoted where it must be. A word of the language needs a colon behind it.
[[nodiscard]] std::optional<std::string> key_text(std::string_view key);

/// Whether a key is a word of the language, which needs a colon before a block too.
[[nodiscard]] bool needs_colon(std::string_view key);

/// The content of `"…"`: escapes for what would mean something there.
[[nodiscard]] std::string escaped(std::string_view text);

/// A text on one line, in the quotes that need the fewest escapes.
[[nodiscard]] std::string quoted(std::string_view text);

/// A text as a fence or in triple quotes where it has several lines that survive the taking away
/// of indentation; otherwise as `quoted`. `language` is the fence's word. Lines behind the first
/// are indented by two relative to it.
[[nodiscard]] std::string text_literal(std::string_view text, std::string_view language);

/// Whether a text can be written as a fence: it ends with a line break, and nothing of it is lost
/// when indentation is taken away.
[[nodiscard]] bool fits_fence(std::string_view text);
/// The text as a fence; it must fit.
[[nodiscard]] std::string fence(std::string_view text, std::string_view language);

/// A number, bool or null. Nothing for numbers that have no JSON form.
[[nodiscard]] std::optional<std::string> plain_scalar(const ir::Scalar& scalar);

/// Whether the text is a number with units, `30s` or `2Gi`, in the language.
[[nodiscard]] bool is_quantity(std::string_view text);

} // namespace tiphys::codegen
