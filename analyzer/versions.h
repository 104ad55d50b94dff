#pragma once
// Versions of Argo as the tables and the settings write them.

#include <string>
#include <string_view>

namespace tiphys::analyze {

/// "3.6" and "3.6.2" are 306; 0 where it is no version.
[[nodiscard]] int version_of(std::string_view text);

/// 306 is "3.6".
[[nodiscard]] std::string version_text(int version);

} // namespace tiphys::analyze
