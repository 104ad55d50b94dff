#pragma once
// From the text of a .tiphys file to its tree. Nothing of ANTLR is seen from outside.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/arena.h"
#include "compiler/syntax/ast.h"

namespace tiphys::syntax {

/// Something that is not the language, in its words: `message` says what was seen, `help` what to
/// do (may be empty), `other` a second place that explains it (an opening bracket), or none.
struct Defect {
    Span span;
    std::string message;
    std::string help;
    Span other;
    std::string other_message;
};

/// A tree is always there: what could be read of a file with defects.
struct Parsed {
    ast::File file;
    /// In source order, at most one for each line.
    std::vector<Defect> defects;
};

/// Parses `text`, the whole file, which outlives the tree. Names and texts of the tree point into
/// `text` or into `arena`.
[[nodiscard]] Parsed parse(FileId file, std::string_view text, Arena& arena);

/// Whether the file's name is that of a source in the language.
[[nodiscard]] bool is_source_name(std::string_view path);

/// The words of the language, for suggestions and for printing names that need backticks.
[[nodiscard]] bool is_word(std::string_view name);
/// Whether `name` can be written bare as an identifier (it may still be a word).
[[nodiscard]] bool is_identifier(std::string_view name);

} // namespace tiphys::syntax
