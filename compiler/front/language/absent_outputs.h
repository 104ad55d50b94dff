#pragma once
// Outputs of nodes that may not have run, read where something is needed.

#include <string_view>
#include <unordered_map>

#include "compiler/front/language/problems.h"
#include "compiler/front/language/scope.h"

namespace tiphys::front {

/// Reports arguments of a dag or of steps that read an output of a node under `if` or `when`, where
/// the reading node may run although the other did not: Argo fails it, or hands on nothing. Not
/// where `??`, a default of the output or of the parameter stands in, or where the reader's own
/// conditions say that the node ran. `names` are the names of the nodes of the block.
void check_absent_outputs(const ast::Block& block, const LanguageScope& scope,
                          std::string_view text,
                          const std::unordered_map<const ast::NodeStmt*, std::string_view>& names,
                          Problems& problems);

} // namespace tiphys::front
