#pragma once
// Why a text is not YAML.

#include <string_view>

namespace tiphys::analyze {

/// The two halves of the detail of a syntax defect: "a tab cannot indent; use spaces".
struct YamlReason {
    std::string_view what;
    /// What to do; may be empty.
    std::string_view help;
};

[[nodiscard]] YamlReason yaml_reason(std::string_view detail);

} // namespace tiphys::analyze
