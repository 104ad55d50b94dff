#pragma once
// What Kubernetes takes a scalar for: the YAML 1.1 rules of the Go library behind
// sigs.k8s.io/yaml (resolve.go of go-yaml v2), and the JSON that comes of it.

#include <optional>
#include <string>
#include <string_view>

#include "compiler/base/scalar.h"

namespace tiphys::doc {

/// The type of the plain scalar `text`: `y` is a bool, `010` and `0o10` are ints, `08` a float,
/// `1:30`, dates and `1e400` are strings.
[[nodiscard]] ScalarType resolve_plain(std::string_view text);

/// The JSON text of a scalar that was resolved to `type`: `0o17` becomes `15`, `1_000` `1000`,
/// `y` `true`, `1e3` `1000`, `1.50` `1.5`; strings come quoted. Nothing for `.inf` and `.nan`,
/// which JSON cannot express.
[[nodiscard]] std::optional<std::string> to_json(std::string_view text, ScalarType type);

/// The key of the JSON object that a scalar key becomes: `yes` is `true`, `0x10` is `16`. Floats
/// are written with 32 bits. Nothing for null and ints above 64 signed bits, which
/// Kubernetes refuses as keys.
[[nodiscard]] std::optional<std::string> to_json_key(std::string_view text, ScalarType type);

/// What a tag makes of a scalar.
struct TaggedScalar {
    ScalarType type = ScalarType::kString;
    /// False where Kubernetes cannot decode the text as the tag demands.
    bool fits = true;
};

/// `tag` as libyaml reports it (`tag:yaml.org,2002:int`, `!local`). Unknown tags make strings.
[[nodiscard]] TaggedScalar resolve_tagged(std::string_view tag, std::string_view text);

} // namespace tiphys::doc
