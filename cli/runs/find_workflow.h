#pragma once
// Which document of a project runs, and under which name.

#include <string>

#include "compiler/ir/project.h"

namespace tiphys::cli {

/// The first document that can be run: a Workflow before anything else. Null where there is none.
[[nodiscard]] const ir::Document* find_workflow(const ir::Project& project);

/// Its `metadata.generateName`, unless it has a name.
[[nodiscard]] std::string generate_name_of(const ir::Document& document);

/// `wanted`, the document's name, or one that is made up.
[[nodiscard]] std::string choose_name(const std::string& wanted, const ir::Document& document);

} // namespace tiphys::cli
