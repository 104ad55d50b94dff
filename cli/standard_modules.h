#pragma once
// The standard library of the language, as part of the program.

#include <string_view>
#include <vector>

namespace tiphys::cli {

/// The text of a module (`git`), or an empty view.
[[nodiscard]] std::string_view standard_module(std::string_view name);

/// The names of all modules, sorted.
[[nodiscard]] std::vector<std::string_view> standard_module_names();

} // namespace tiphys::cli
