#pragma once
// What differs between two texts, line by line, in the form of `diff -u`.

#include <string>
#include <string_view>

namespace tiphys::golden {

/// A unified diff with three lines of context that turns `before` into `after`; empty where they
/// are equal. Texts that differ in very many lines are shown as one replaced by the other.
[[nodiscard]] std::string unified_diff(std::string_view before_name, std::string_view before,
                                       std::string_view after_name, std::string_view after);

} // namespace tiphys::golden
