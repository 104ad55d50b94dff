#pragma once
// What an imported object lost or changed, as Argo reads it.

#include <string>
#include <vector>

#include "compiler/ir/object.h"

namespace tiphys::codegen {

/// Paths (`spec.templates[2].name`) at which two objects differ, two hundred at most.
/// Equal is what Go decodes to the same: the order of keys and the style of scalars do not count,
/// and a number is its text where Argo or Kubernetes decode both to a text.
[[nodiscard]] std::vector<std::string> differences(const ir::Value& left, const ir::Value& right);

[[nodiscard]] std::string below(const std::string& path, std::string_view key);
[[nodiscard]] std::string element(const std::string& path, std::size_t index);
/// Whether `inner` is `outer` or lies in it.
[[nodiscard]] bool is_within(std::string_view inner, std::string_view outer);

} // namespace tiphys::codegen
