#pragma once
// A graph as vertical rails beside a list of its nodes, one node a line.

#include <string>
#include <utility>
#include <vector>

namespace tiphys::graph {

/// The line of a node: the rails with the node's mark among them, and the rails that go on below
/// it, for further lines. Both without blanks at their end.
struct RailLine {
    std::size_t node = 0;
    std::string art;
    std::string below;
};

/// What is drawn: `marks` has a one-column character for each node, or is empty for a joint, which
/// gets no line: what feeds it feeds all that it feeds. `edges` lead from earlier to later work and
/// must hold no cycle.
struct RailPlan {
    std::vector<std::string> marks;
    std::vector<std::pair<std::size_t, std::size_t>> edges;
};

/// One line for each node that has a mark, each below all that it waits for. Work that follows on
/// the line above comes first, then the order of the nodes.
[[nodiscard]] std::vector<RailLine> draw_rails(const RailPlan& plan);

} // namespace tiphys::graph
