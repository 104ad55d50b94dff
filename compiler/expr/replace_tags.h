#pragma once
// Replacement of tags by values, with Argo's rules for what is missing.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/expr/environment.h"
#include "compiler/expr/tags.h"
#include "compiler/expr/value.h"

namespace tiphys::expr {

enum class MissingTags : std::uint8_t {
    kKeep,          ///< they stay as they are, for a later pass
    kRefuse,        ///< they are errors
    kRefusePrefixes ///< those that begin with given words (`tasks`, `steps`) are errors
};

struct TagError {
    Range range; ///< the tag, with its braces
    std::string message;
    /// Whether the value may come later; Argo then tries again. A nil value is final.
    bool is_missing = false;
};

struct TagReplacement {
    std::string text;
    std::optional<TagError> error;
};

/// Replaces the tags of `json`, the JSON text of an object, and checks that it is still JSON.
/// `variables` is a map of flat names; a nil value is an output that its task has not given.
/// Strings are inserted as they are, other outcomes of expressions as JSON.
/// Argo: util/template.
[[nodiscard]] TagReplacement replace_tags(std::string_view json, const Value& variables,
                                          MissingTags missing,
                                          const std::vector<std::string>& prefixes,
                                          const Environment& environment);

/// The variables that an expression needs, in Argo's order: `a`, `a.b`. What `??` and `?.`
/// protect is not among them.
[[nodiscard]] std::vector<std::string> needed_variables(const Tree& tree, ExprId root);

} // namespace tiphys::expr
