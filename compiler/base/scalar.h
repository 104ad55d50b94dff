#pragma once
// How a scalar was written, and what Kubernetes takes it for.

#include <cstdint>

namespace tiphys {

/// The five ways of writing a scalar in YAML; `.tiphys` strings and JSON strings are double-quoted.
enum class ScalarStyle : std::uint8_t { kPlain, kSingleQuoted, kDoubleQuoted, kLiteral, kFolded };

/// The JSON type that a scalar becomes on its way into Kubernetes (YAML 1.1 rules as
/// sigs.k8s.io/yaml applies them: a plain `y`, `on` or `No` is a bool, `0o7` and `010` are ints).
enum class ScalarType : std::uint8_t { kNull, kBool, kInt, kFloat, kString };

} // namespace tiphys
