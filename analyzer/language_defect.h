#pragma once
// Defects of .tiphys files carry their own words: the rules of the group `lang` pass them on.

#include "analyzer/context.h"
#include "compiler/front/language_defect.h"

namespace tiphys::analyze {

/// Takes out what only repeats or follows from a mistake in a .tiphys file: findings at the same
/// place, and those that something is missing where the mistake may be why.
void drop_consequences(const ir::Project& project, std::vector<Diagnostic>& found);

void report_language_defect(const ir::Defect& defect, Context& context);

} // namespace tiphys::analyze
