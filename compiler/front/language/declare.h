#pragma once
// Making variables known.

#include "compiler/front/language/problems.h"
#include "compiler/front/language/scope.h"

namespace tiphys::front {

/// The scope knows the variable from here on. A second one of the name, and one that hides another
/// further out, are reported; only a template's parameter may hide its workflow's, as most tasks
/// take on what they need.
void declare_variable(LanguageScope& scope, const ast::Name& name, const Symbol& symbol,
                      Problems& problems);

} // namespace tiphys::front
