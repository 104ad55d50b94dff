#pragma once
// Ranks of a layered drawing and the order within each: the part that does not measure.

#include <cstddef>
#include <vector>

namespace tiphys::graph {

/// A proper layering: nodes 0 … n-1 are boxes, further ones are bends of edges that pass a rank.
struct Ranks {
    /// The rank of each node.
    std::vector<std::size_t> rank_of;
    /// The nodes of each rank, in drawing order.
    std::vector<std::vector<std::size_t>> ranks;
    /// Neighbours in the rank before and after.
    std::vector<std::vector<std::size_t>> before;
    std::vector<std::vector<std::size_t>> after;
    /// The nodes of each edge from its first box to its last.
    std::vector<std::vector<std::size_t>> paths;
};

/// Ranks by the longest way from a source. With `is_doubled` every edge spans two ranks at least,
/// so that each has a bend to carry its label.
[[nodiscard]] Ranks rank_nodes(std::size_t n_boxes,
                               const std::vector<std::pair<std::size_t, std::size_t>>& edges,
                               bool is_doubled);

/// Orders each rank so that few edges cross.
void reduce_crossings(Ranks& ranks);

/// Pairs of crossing edges, for tests and for choosing the best order.
[[nodiscard]] std::size_t count_crossings(const Ranks& ranks);

} // namespace tiphys::graph
