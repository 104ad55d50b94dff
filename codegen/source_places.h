#pragma once
// Where the objects of manifests were written, for those who meet them later.

#include <string>

#include "codegen/emit_yaml.h"
#include "compiler/base/arena.h"
#include "compiler/base/source_map.h"
#include "compiler/ir/project.h"

namespace tiphys::codegen {

/// The annotation that names file and line of an object's declaration.
inline constexpr std::string_view kSourceAnnotation = "tiphys.dev/src";

/// `flows/ci.tiphys:12` for each value, with the path as the user gave it.
[[nodiscard]] PlaceOf places_in(const SourceMap& sources);

/// The document's root with the annotation; the rest of it is shared. What is new lives in `arena`.
/// A root that has no room for it is given back as it is.
[[nodiscard]] const ir::Value& with_source(const ir::Document& document, const SourceMap& sources,
                                           Arena& arena);

} // namespace tiphys::codegen
