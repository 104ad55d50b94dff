#pragma once
// Values of the IR: what YAML and .tiphys sources become. Each knows its place. Values live in the
// arena of their unit, are built once and never change.

#include <cstdint>
#include <span>
#include <string_view>

#include "compiler/base/scalar.h"
#include "compiler/base/span.h"

namespace tiphys::ir {

enum class ValueKind : std::uint8_t { kScalar, kList, kMap, kObject };

/// The common head of all values. `span` is the whole value as written; for a value that came
/// through an alias or a merge key it is the place of the anchored text.
struct Value {
    ValueKind kind = ValueKind::kScalar;
    ScalarStyle style = ScalarStyle::kPlain;
    ScalarType scalar_type = ScalarType::kNull;
    Span span;
};

/// A text, number, bool or null. `text` is the value decoded, before any conversion: `1e3`, `yes`.
struct Scalar : Value {
    std::string_view text;
};

struct List : Value {
    std::span<const Value* const> items;
};

/// A key and its value. The key stands in the file of the value's container.
struct Entry {
    std::string_view key;
    std::uint32_t key_begin = 0;
    std::uint32_t key_end = 0;
    const Value* value = nullptr;
};

/// A mapping without a type: labels, annotations, anything of a foreign kind. Keys are unique, in
/// source order.
struct Map : Value {
    std::span<const Entry> entries;

    /// The value of a key, or null.
    [[nodiscard]] const Value* find(std::string_view key) const;
};

[[nodiscard]] inline Span key_span(const Value& container, const Entry& entry) {
    return {container.span.file, entry.key_begin, entry.key_end};
}

/// Null where the value is absent or of another kind.
[[nodiscard]] inline const Scalar* scalar_as(const Value* value) {
    const bool fits = value != nullptr && value->kind == ValueKind::kScalar &&
                      value->scalar_type != ScalarType::kNull;
    return fits ? static_cast<const Scalar*>(value) : nullptr;
}
[[nodiscard]] inline const List* list_as(const Value* value) {
    const bool fits = value != nullptr && value->kind == ValueKind::kList;
    return fits ? static_cast<const List*>(value) : nullptr;
}
[[nodiscard]] inline const Map* map_as(const Value* value) {
    const bool fits = value != nullptr && value->kind == ValueKind::kMap;
    return fits ? static_cast<const Map*>(value) : nullptr;
}

/// The text of a scalar; empty where it is absent.
[[nodiscard]] inline std::string_view text_of(const Scalar* scalar) {
    return scalar == nullptr ? std::string_view{} : scalar->text;
}

/// True for an explicit `null`, `~` or an empty value: Kubernetes treats it as absent.
[[nodiscard]] inline bool is_null(const Value& value) {
    return value.kind == ValueKind::kScalar && value.scalar_type == ScalarType::kNull;
}

} // namespace tiphys::ir
