#pragma once
// Defects of .tiphys files carry their own words: the rules of the group `lang` pass them on.

#include "analyzer/context.h"
#include "compiler/front/language_defect.h"

namespace tiphys::analyze {

void report_language_defect(const ir::Defect& defect, Context& context);

} // namespace tiphys::analyze
