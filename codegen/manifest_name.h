#pragma once
// What the file of a manifest is called.

#include <string>

#include "compiler/ir/project.h"

namespace tiphys::codegen {

/// `<kind>-<namespace>-<name>` in lower case, without what is empty, and safe as the name of a
/// file: everything but letters, digits, `.` and `-` becomes `-`. Objects of `generateName` have
/// that for a name.
[[nodiscard]] std::string manifest_name(const ir::Document& document);

} // namespace tiphys::codegen
