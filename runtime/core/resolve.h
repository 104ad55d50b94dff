#pragma once
// Substitution of tags. Argo: util/template.

#include <string>
#include <string_view>

#include "runtime/core/scope.h"
#include "runtime/plan/evaluate.h"
#include "runtime/plan/text.h"

namespace tiphys::run {

/// Which tags must have a value. Others stay as they are written.
enum class Strictness : std::uint8_t { kLenient, kReferences, kAll };

/// The text, or why it has none.
struct Resolved {
    std::string text;
    std::string error;
    [[nodiscard]] bool good() const { return error.empty(); }
};

[[nodiscard]] Resolved resolve(const Text& text, const Scope& scope, Strictness strictness);

/// For text inside JSON strings: values are escaped so that the JSON stays what it was.
[[nodiscard]] Resolved resolve_json(const Text& json, const Scope& scope, Strictness strictness);

/// An expression that must be a bool: of hooks and retry strategies.
[[nodiscard]] Truth evaluate_condition(std::string_view expression, const Scope& scope);

/// `valueFrom.expression` of an output: its value as text.
[[nodiscard]] Resolved evaluate_value(std::string_view expression, const Scope& scope);

/// `fromExpression` of an artifact.
struct FoundArtifact {
    Artifact artifact;
    std::string error;
};
[[nodiscard]] FoundArtifact evaluate_artifact(std::string_view expression, const Scope& scope);

} // namespace tiphys::run
