#pragma once
// Environments: `overlay prod {…}` laid over the declarations of a file.

#include "compiler/base/arena.h"
#include "compiler/front/language/problems.h"
#include "compiler/syntax/ast.h"

namespace tiphys::front {

/// The statements with those of the overlay in them: `let`s replaced, blocks of named declarations
/// and properties merged, `x: null` taken out, everything else added. What the overlay names and
/// the file lacks is a defect.
[[nodiscard]] std::span<const ast::Statement>
apply_overlay(std::span<const ast::Statement> statements, std::string_view environment,
              Arena& arena, Problems& problems);

} // namespace tiphys::front
