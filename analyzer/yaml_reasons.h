#pragma once
// Why a text is not YAML, in words that help.

#include <string_view>

namespace tiphys::analyze {

struct YamlReason {
    /// What was seen.
    std::string_view what;
    /// What to do; may be empty.
    std::string_view help;
};

/// `detail` is the text of a syntax defect, as the reader gives it.
[[nodiscard]] YamlReason yaml_reason(std::string_view detail);

} // namespace tiphys::analyze
