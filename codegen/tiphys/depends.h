#pragma once
// `depends` of Argo as what follows `after`.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tiphys::codegen {

/// `a.Succeeded || b` as `a.ok || b`; nothing where the language would not give back exactly this
/// text.
[[nodiscard]] std::optional<std::string> after_of(std::string_view depends);

/// The names of `a && b && c`; nothing where the text says more.
[[nodiscard]] std::optional<std::vector<std::string>> names_of_all(std::string_view depends);

} // namespace tiphys::codegen
