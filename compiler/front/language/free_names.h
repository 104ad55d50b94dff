#pragma once
// Names that a piece of a file uses, for loops whose body moves into a template of its own.

#include <string>
#include <vector>

#include "compiler/syntax/ast.h"

namespace tiphys::front {

/// `name` or `name.member`, as it is used.
struct FreeName {
    std::string_view name;
    std::string_view member;
    Span span;
    /// The whole use, and the name alone; null for an argument written `name:`.
    const ast::Expr* expr = nullptr;
    const ast::Expr* base = nullptr;

    /// What the evaluator looks it up by.
    [[nodiscard]] std::string key() const;
    /// As the name of a parameter.
    [[nodiscard]] std::string input_name() const;
};

/// In textual order; names that the block itself binds are among them.
[[nodiscard]] std::vector<FreeName> free_names(const ast::Block& block);
[[nodiscard]] std::vector<FreeName> free_names(const ast::Expr& expr);

} // namespace tiphys::front
