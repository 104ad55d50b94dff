#pragma once
// Arguments of a call and elements of a loop, substituted in the scope of the caller.

#include <string>

#include "runtime/core/resolve.h"
#include "runtime/core/scope.h"
#include "runtime/core/state.h"

namespace tiphys::run {

struct ArgumentsOrError {
    Arguments arguments;
    std::string error;
};

/// `in_steps`: Argo words errors about artifacts differently in steps, and forgives more there.
[[nodiscard]] ArgumentsOrError resolve_arguments(const Call& call, const Scope& scope,
                                                 Strictness strictness, bool in_steps);

struct LoopItems {
    ItemList items;
    std::string error;
    /// A reference had no value.
    bool unresolved = false;
};

/// `off`: the loop will not run, so nothing is substituted and errors do not matter.
[[nodiscard]] LoopItems resolve_items(const LoopSpec& loop, const Scope& scope, bool off);

/// The artifact that `spec` says to pass, or why there is none. Argo: resolveArtifact in
/// workflow/controller/scope.go.
[[nodiscard]] FoundArtifact resolve_artifact(const ArtifactSpec& spec, const Scope& scope);

/// The artifact as declared, substituted.
[[nodiscard]] FoundArtifact substitute_artifact(const ArtifactSpec& spec, const Scope& scope);

} // namespace tiphys::run
