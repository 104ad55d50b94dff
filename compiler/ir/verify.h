#pragma once
// The invariants of the IR, stated as code: what every pass may rely on and must keep.

#include "compiler/ir/project.h"

namespace tiphys::ir {

/// Stops the program where `project` breaks an invariant:
/// - spans lie in their file, and inside of what contains them, except that a value which came
///   through an alias or a merge key stands before it;
/// - a mapping has each key once; fields of objects stand in the order of their type;
/// - a field's value is of the kind that its type demands, is null, or has a defect.
/// Costs about as much as decoding: builds with TIPHYS_VERIFY_IR call it after each pass.
void verify(const Project& project);

} // namespace tiphys::ir
