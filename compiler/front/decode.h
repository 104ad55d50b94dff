#pragma once
// From YAML as written to typed objects, by the schema tables: one decoder for all types.

#include <string_view>
#include <vector>

#include "compiler/base/arena.h"
#include "compiler/doc/tree.h"
#include "compiler/ir/project.h"

namespace tiphys::front {

/// Decodes a document into `arena` and adds what is wrong with it to `defects`: all of it, not the
/// first. A value of the wrong type is kept as it is. `text` is the whole file.
/// Argo: strict decoding of sigs.k8s.io/yaml with the custom decoders of pkg/apis/workflow.
[[nodiscard]] ir::Document decode_document(const doc::Tree& tree, std::string_view text,
                                           Arena& arena, std::vector<ir::Defect>& defects);

} // namespace tiphys::front
