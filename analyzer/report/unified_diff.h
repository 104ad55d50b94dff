#pragma once
// The difference between two texts, line by line.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tiphys::report {

enum class LineChange : std::uint8_t { kSame, kRemoved, kAdded };

/// A line of a difference, its line break included; a view of one of the texts.
struct DiffLine {
    LineChange change = LineChange::kSame;
    std::string_view text;
    friend bool operator==(const DiffLine&, const DiffLine&) = default;
};

/// The lines of both texts in order; where they differ, removed lines come before added ones.
/// The difference is the smallest unless the texts have more than a thousand differing lines.
[[nodiscard]] std::vector<DiffLine> diff_lines(std::string_view before, std::string_view after);

/// A unified diff with `n_context` unchanged lines around each change, as `patch` and `git apply`
/// read it; empty when the texts are equal.
[[nodiscard]] std::string unified_diff(std::string_view before, std::string_view after,
                                       std::string_view before_name, std::string_view after_name,
                                       std::size_t n_context = 3);

} // namespace tiphys::report
