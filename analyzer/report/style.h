#pragma once
// Colours of the human formats, by what they mean.

#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/base/diagnostics.h"

namespace tiphys::report {

enum class Style : std::uint8_t {
    kPlain,
    kBold,
    kError,
    kWarning,
    kInfo,
    kGutter,
    kAdded,
    kRemoved,
};

[[nodiscard]] Style style_of(Severity severity);

/// `text` in a style, by ANSI escape sequences; as it is when `colour` is off.
[[nodiscard]] std::string painted(bool colour, Style style, std::string_view text);

} // namespace tiphys::report
