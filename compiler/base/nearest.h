#pragma once
// "Did you mean": the known name that is nearest to what was written.

#include <span>
#include <string_view>
#include <vector>

namespace tiphys {

/// Number of insertions, deletions, replacements and swaps of neighbours between two names.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `written`, or an empty view where none is near enough to be meant
/// (more than a third of its letters differ). Letter case counts less than other differences. Of
/// equally near ones the first wins.
[[nodiscard]] std::string_view nearest_name(std::string_view written,
                                            std::span<const std::string_view> candidates);

} // namespace tiphys
