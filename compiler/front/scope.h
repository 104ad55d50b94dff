#pragma once
// Which variables are known at a place of a workflow, and what they are.
// Argo: workflow/validate/validate.go, util/variables/keys.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/front/uses.h"

namespace tiphys::front {

enum class VariableType : std::uint8_t {
    kText,
    kJson,    ///< a text that holds JSON: outputs of a loop, all parameters
    kArtifact ///< no text at all; `from` takes it
};

/// A variable with its whole name, for completion and for typed environments.
struct Variable {
    std::string name;
    VariableType type = VariableType::kText;
    /// The name in the declaration; null for Argo's own variables.
    const ir::Scalar* declaration = nullptr;
};

enum class Standing : std::uint8_t {
    kKnown,
    kOpen,    ///< may exist: a caller, the cluster or an object outside of the project decides
    kUnknown, ///< begins like a variable of Argo's, and is none here
    kLiteral  ///< no name of Argo's: the text stays as it is
};

/// What a name means at a place.
struct Lookup {
    Standing standing = Standing::kLiteral;
    VariableType type = VariableType::kText;
    const ir::Scalar* declaration = nullptr;
    /// The step or task that the name speaks of, or null.
    const FlowNode* node = nullptr;

    /// kUnknown: the bytes of the name that lead nowhere, the names that could stand there, and
    /// why this one does not.
    std::size_t part_begin = 0;
    std::size_t part_end = 0;
    std::vector<std::string_view> candidates;
    std::string why;
    /// kUnknown: Argo refuses the workflow; else the text stays as it is at run time.
    bool is_rejected = true;
};

/// The variables that a site sees. Cheap to make; nothing is computed before it is asked for.
class Scope {
public:
    Scope(FlowSet& flows, const Site& site) : flows_(flows), site_(site) {}

    [[nodiscard]] const Site& site() const { return site_; }
    /// Of a name as it stands in a simple tag.
    [[nodiscard]] Lookup find(std::string_view name) const;
    /// All variables with a known name, roots in a fixed order, then in source order.
    [[nodiscard]] std::vector<Variable> variables() const;

private:
    FlowSet& flows_;
    Site site_;
};

} // namespace tiphys::front
