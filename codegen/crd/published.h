#pragma once
// What Argo's published definitions say beyond the schema tables: which of the tables' facts the
// API server is told about, and what only it needs to know. Argo: the kubebuilder marks in
// pkg/apis/workflow/v1alpha1, manifests/base/crds/full.

#include <optional>
#include <span>
#include <string_view>

#include "schemas/tables.h"

namespace tiphys::codegen::published {

/// Names that a resource has besides its kind.
struct Names {
    std::string_view kind;
    std::string_view plural;
    std::string_view short_names; ///< separated by blanks
    bool has_status = false;      ///< a subresource of its own
    /// Whether kMinimal leaves spec and status open.
    bool is_large = false;
};
[[nodiscard]] std::span<const Names> names();

/// A condition of several fields.
struct Condition {
    std::string_view place; ///< `workflow.DAGTask`; a field stands for its value
    std::string_view message;
    std::string_view rule;
};
[[nodiscard]] std::span<const Condition> conditions();

/// A field as `workflow.Template.name`.
struct Place {
    const schema::Type* type = nullptr;
    const schema::Field* field = nullptr;
};

/// The API server checks the enumeration of the tables.
[[nodiscard]] bool has_enumeration(const Place& place);
/// It checks the range.
[[nodiscard]] bool has_range(const Place& place);
/// It refuses the empty text.
[[nodiscard]] bool has_content(const Place& place);
/// `int64`, `int32` or nothing.
[[nodiscard]] std::string_view integer_format(const Place& place);
/// What it puts where nothing is, as JSON.
[[nodiscard]] std::optional<std::string_view> default_of(const Place& place);
/// It keeps whatever stands there, and looks at nothing.
[[nodiscard]] bool is_open(const Place& place);
/// It does not know the field.
[[nodiscard]] bool is_unknown(const Place& place);
/// `map`, `set`, `atomic` or nothing: how lists are merged.
[[nodiscard]] std::string_view list_type(const Place& place);
/// Keys of a `map` list, separated by blanks.
[[nodiscard]] std::string_view list_keys(const Place& place);
/// Objects of the type are merged as a whole.
[[nodiscard]] bool is_atomic(const schema::Type& type);
/// The fields that must be present, separated by blanks; nothing: as the tables say.
[[nodiscard]] std::optional<std::string_view> required_fields(const schema::Type& type);
/// Containers there have no name of their own.
[[nodiscard]] bool is_nameless(const Place& place);
/// The texts that a name may have.
[[nodiscard]] std::string_view pattern(const Place& place);
/// Those of every quantity.
[[nodiscard]] std::string_view quantity_pattern();

} // namespace tiphys::codegen::published
