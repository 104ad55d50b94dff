#pragma once
// Kubernetes' way of laying one object over another: lists whose elements have keys are joined.

#include <string>
#include <string_view>

#include "compiler/base/result.h"
#include "schemas/tables.h"

namespace tiphys::run {

/// Both texts are JSON objects of the type; an empty text is an empty object. Fields of `patch`
/// stand over those of `original`, null removes them, `$patch` and `$retainKeys` are obeyed.
/// Kubernetes: apimachinery/pkg/util/strategicpatch. Errors: a text is no JSON object.
[[nodiscard]] Result<std::string> merge_objects(std::string_view original, std::string_view patch,
                                                schema::TypeId type);

/// A type of Kubernetes or of Argo Workflows by its name; it must be there.
[[nodiscard]] schema::TypeId type_named(schema::Package package, std::string_view name);

/// Stands for the spec of a pod: a workflow's spec has the fields of pods under the same names, but
/// for containers, which are known here.
[[nodiscard]] schema::TypeId pod_spec_type();

} // namespace tiphys::run
