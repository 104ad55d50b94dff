#pragma once
// Every limit on input, each with its reason. Each has a diagnostic and a test.

#include <cstddef>
#include <cstdint>

namespace tiphys::limits {

/// Nesting of YAML collections. Argo's deepest real objects nest about 25 levels; what
/// walks over them is recursive.
inline constexpr std::uint32_t kYamlDepth = 200;

/// Bytes of one file. Offsets are 32 bits, and an object that etcd can store has at most 1.5 MiB.
inline constexpr std::size_t kFileBytes = std::size_t{64} * 1024 * 1024;

/// How long a named pipe may stay without anybody who writes to it.
inline constexpr int kPipeWaitMs = 2'000;

/// Values that the aliases of one document may expand to, so that a few lines cannot fill the
/// memory ("billion laughs").
inline constexpr std::uint32_t kAliasExpansion = 100'000;

/// Nesting of brackets in a .tiphys file. The parser recurses for each: 40,000 exhaust its stack.
inline constexpr std::size_t kSourceDepth = 200;

/// Operators in one expression of a .tiphys file, `else if` included: passes recurse for each.
inline constexpr std::uint32_t kSourceChain = 500;

/// Diagnostics shown for one file; the rest is counted.
inline constexpr std::size_t kDiagnosticsPerFile = 1'000;

/// Depth of template calls before the controller gives up. Argo: maxRecursionDepth in
/// workflow/controller/operator.go.
inline constexpr int kTemplateDepth = 100;

} // namespace tiphys::limits
