#pragma once
// Text within XML 1.0.

#include <string>
#include <string_view>

namespace tiphys::report {

/// `text` for an attribute in double quotes: markup and line breaks are references, and characters
/// that XML cannot hold at all become U+FFFD.
[[nodiscard]] std::string xml_attribute(std::string_view text);

/// `text` for the content of an element; line breaks stay.
[[nodiscard]] std::string xml_content(std::string_view text);

} // namespace tiphys::report
