#pragma once
// Whether a scalar is what its field wants: JSON type, range, unit, enumeration, form of the text.

#include <optional>
#include <string>

#include "compiler/ir/project.h"

namespace tiphys::front {

/// True where `scalar` does not fit; then `defect` (whose span, text, type and field are filled in
/// by the caller) gets its kind and, where something better than the whole text is known, another
/// span. `field` may be null for elements without one. Texts with `{{…}}` tags are judged after
/// substitution only, by Argo too. Argo: workflow/common/parse.go, k8s.io/apimachinery.
[[nodiscard]] bool check_scalar(const ir::Scalar& scalar, schema::Shape shape,
                                const schema::Field* field, ir::Defect& defect);

/// True where the text has the form that `format` names.
[[nodiscard]] bool matches(schema::Format format, std::string_view text);

/// The text that a plain number becomes in a field that takes any text: `1.10` is `1.1`. Nothing
/// for `.nan` and `.inf`. Argo: pkg/apis/workflow/v1alpha1/anystring.go prints a 64-bit float.
[[nodiscard]] std::optional<std::string> printed_number(const ir::Scalar& scalar);

/// Spellings of booleans that only YAML 1.1 takes for such: `y`, `No`, `on` …
[[nodiscard]] bool is_yaml11_bool(std::string_view text);

} // namespace tiphys::front
