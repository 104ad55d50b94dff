#pragma once
// What can be wrong with a .tiphys file, as defects of its unit.

#include "compiler/ir/project.h"

namespace tiphys::front {

/// Kinds that continue those of ir::DefectKind. A defect's `text` is the message; what to do about
/// it, if there is something to say, follows behind a line break.
inline constexpr auto kLanguageSyntax = static_cast<ir::DefectKind>(0x80);
inline constexpr auto kLanguageName = static_cast<ir::DefectKind>(0x81);
inline constexpr auto kLanguageType = static_cast<ir::DefectKind>(0x82);
inline constexpr auto kLanguageStructure = static_cast<ir::DefectKind>(0x83);
inline constexpr auto kLanguageModule = static_cast<ir::DefectKind>(0x84);
inline constexpr auto kLanguageAbsent = static_cast<ir::DefectKind>(0x85);

} // namespace tiphys::front
