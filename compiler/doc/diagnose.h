#pragma once
// Says in our words what is wrong where the YAML reader stopped, at the place that the author has
// to change, and how to read on behind it.

#include <cstdint>
#include <optional>
#include <string_view>

#include "compiler/base/arena.h"
#include "compiler/doc/read_yaml.h"
#include "compiler/doc/tree.h"

namespace tiphys::doc {

/// A defect, and what to show the reader as a plain word instead so that it can go on; without
/// `mask` the reading ends here.
struct Diagnosis {
    DefectKind kind = DefectKind::kSyntax;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::string_view detail;
    std::optional<Masked> mask;
    bool is_fine = false; ///< Kubernetes reads it: to be masked, not to be reported
};

/// `stop` is what reading `input` ended with; its reason is kSyntax or kBraces. Composed details
/// live in `arena`.
[[nodiscard]] Diagnosis diagnose(const YamlStop& stop, const YamlInput& input, Arena& arena);

} // namespace tiphys::doc
