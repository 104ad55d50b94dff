#pragma once
// `$(NAME)` in commands, arguments and variables of containers, which the kubelet replaces.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tiphys::run {

using Variables = std::vector<std::pair<std::string, std::string>>;

/// `text` with the values of the variables that it refers to; of two with one name the later
/// counts. References to others stay. Of two dollars one is left, so `$$(NAME)` becomes `$(NAME)`,
/// and the `$$` of shells does not reach them.
/// Kubernetes: third_party/forked/golang/expansion.
[[nodiscard]] std::string expand_references(std::string_view text, const Variables& known);

} // namespace tiphys::run
