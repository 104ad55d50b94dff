#pragma once
// How often a schedule of cron fires.

#include <optional>
#include <string_view>

namespace tiphys::analyze {

/// The shortest time between two runs, in minutes; nothing where it fires at most once on some days
/// only, or is not understood (`cron-syntax` speaks about that).
[[nodiscard]] std::optional<int> shortest_period_minutes(std::string_view text);

} // namespace tiphys::analyze
