#pragma once
// How many pods the tasks of a DAG have at the same time at most.

#include <cstdint>
#include <functional>
#include <vector>

namespace tiphys::analyze {

/// The largest sum of weights of elements none of which comes before another. Exact: the least
/// number of chains that cover each element as often as it weighs (Dilworth). `is_before` must be
/// transitive. Cubic in the number of elements.
[[nodiscard]] std::int64_t
widest_set(const std::vector<std::int64_t>& weights,
           const std::function<bool(std::size_t, std::size_t)>& is_before);

} // namespace tiphys::analyze
