// Coordinates and routes of a layered drawing.
#include "codegen/graph/layered.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "codegen/graph/ranks.h"

namespace tiphys::graph {
namespace {

using Node = std::size_t;

/// The positions nearest to `wanted` (least weighted squares) that keep the order and leave
/// `apart[i]` between i - 1 and i. Pools neighbours that press on each other.
std::vector<Length> fit_in_order(const std::vector<Length>& wanted,
                                 const std::vector<Length>& weights,
                                 const std::vector<Length>& apart) {
    struct Pool {
        Length sum;
        Length weight;
        std::size_t count;
        [[nodiscard]] Length mean() const { return sum / weight; }
    };
    std::vector<Pool> pools;
    Length offset = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (i > 0) offset += apart[i];
        pools.push_back({(wanted[i] - offset) * weights[i], weights[i], 1});
        while (pools.size() > 1 && pools[pools.size() - 2].mean() > pools.back().mean()) {
            const Pool last = pools.back();
            pools.pop_back();
            pools.back().sum += last.sum;
            pools.back().weight += last.weight;
            pools.back().count += last.count;
        }
    }
    std::vector<Length> fitted;
    offset = 0;
    for (const Pool& pool : pools) {
        for (std::size_t i = 0; i < pool.count; ++i) {
            if (!fitted.empty()) offset += apart[fitted.size()];
            fitted.push_back(pool.mean() + offset);
        }
    }
    return fitted;
}

class Layout {
public:
    explicit Layout(const LayeredInput& input) : input_(input) {
        std::vector<std::pair<Node, Node>> edges;
        bool has_labels = false;
        for (const LayeredEdge& edge : input.edges) {
            edges.emplace_back(edge.from, edge.to);
            has_labels = has_labels || edge.label.across > 0;
        }
        ranks_ = rank_nodes(input.boxes.size(), edges, has_labels);
        gap_along_ = has_labels ? input.gap_along / 2 : input.gap_along;
        measure();
    }

    Layered place() {
        reduce_crossings(ranks_);
        place_across();
        place_along();
        Layered result;
        for (Node node = 0; node < input_.boxes.size(); ++node)
            result.boxes.push_back(corner(node));
        for (std::size_t edge = 0; edge < input_.edges.size(); ++edge) {
            result.routes.push_back(route(edge));
            result.labels.push_back(corner(label_node(edge)));
        }
        for (Node node = 0; node < sizes_.size(); ++node) {
            const Place at = corner(node);
            result.size.across = std::max(result.size.across, at.across + sizes_[node].across);
            result.size.along = std::max(result.size.along, at.along + sizes_[node].along);
        }
        return result;
    }

private:
    [[nodiscard]] bool is_bend(Node node) const { return node >= input_.boxes.size(); }

    /// The bend in the middle of an edge.
    [[nodiscard]] Node label_node(std::size_t edge) const {
        const std::vector<Node>& path = ranks_.paths[edge];
        return path[path.size() / 2];
    }

    void measure() {
        sizes_ = input_.boxes;
        sizes_.resize(ranks_.rank_of.size(), {2 * kPixel, 0});
        for (std::size_t edge = 0; edge < input_.edges.size(); ++edge) {
            const Size label = input_.edges[edge].label;
            if (label.across > 0) sizes_[label_node(edge)] = label;
        }
    }

    /// Least distance between the middles of two neighbours.
    [[nodiscard]] Length distance(Node left, Node right) const {
        // Lines may run closer to each other than boxes stand.
        const int n_bends = (is_bend(left) ? 1 : 0) + (is_bend(right) ? 1 : 0);
        const Length gap = n_bends == 2   ? input_.gap_across / 2
                           : n_bends == 1 ? input_.gap_across * 3 / 4
                                          : input_.gap_across;
        return (sizes_[left].across + sizes_[right].across) / 2 + gap;
    }

    void place_across() {
        middle_.resize(sizes_.size());
        for (const std::vector<Node>& nodes : ranks_.ranks) {
            Length at = 0;
            for (std::size_t i = 0; i < nodes.size(); ++i) {
                if (i > 0) at += distance(nodes[i - 1], nodes[i]);
                middle_[nodes[i]] = at;
            }
            // Centred, to begin with.
            for (const Node node : nodes)
                middle_[node] -= at / 2;
        }
        constexpr int kRounds = 32;
        const std::size_t count = ranks_.ranks.size();
        for (int round = 0; round < kRounds; ++round) {
            const bool uses_both = round >= kRounds / 2;
            for (std::size_t i = 0; i < count; ++i)
                fit_rank(ranks_.ranks[i], true, uses_both);
            for (std::size_t i = count; i-- > 0;)
                fit_rank(ranks_.ranks[i], uses_both, true);
        }
        straighten();
        close_gaps();
        Length first = sizes_.empty() ? 0 : middle_[0] - sizes_[0].across / 2;
        for (Node node = 0; node < sizes_.size(); ++node)
            first = std::min(first, middle_[node] - sizes_[node].across / 2);
        for (Length& middle : middle_)
            middle -= first;
    }

    /// How much a line wants to be straight: long lines and chains more than forks.
    [[nodiscard]] Length force(Node first, Node second) const {
        if (is_bend(first) && is_bend(second)) return 32;
        const bool is_chain = ranks_.after[first].size() == 1 && ranks_.before[second].size() == 1;
        if (is_chain) return 16;
        return is_bend(first) || is_bend(second) ? 2 : 1;
    }

    /// Moves the nodes of a rank as near as possible to their neighbours.
    void fit_rank(const std::vector<Node>& nodes, bool uses_before, bool uses_after) {
        std::vector<Length> wanted;
        std::vector<Length> weights;
        std::vector<Length> apart;
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            const Node node = nodes[i];
            Length sum = 0;
            Length weight = 0;
            const auto pull = [&](Node first, Node second, Node other) {
                const Length strength = force(first, second);
                sum += strength * middle_[other];
                weight += strength;
            };
            for (const Node other : ranks_.before[node]) {
                if (uses_before) pull(other, node, other);
            }
            for (const Node other : ranks_.after[node]) {
                if (uses_after) pull(node, other, other);
            }
            wanted.push_back(weight == 0 ? middle_[node] : sum / weight);
            weights.push_back(weight == 0 ? 1 : weight);
            apart.push_back(i == 0 ? 0 : distance(nodes[i - 1], node));
        }
        const std::vector<Length> fitted = fit_in_order(wanted, weights, apart);
        for (std::size_t i = 0; i < nodes.size(); ++i)
            middle_[nodes[i]] = fitted[i];
    }

    /// What is nearly straight becomes straight where the neighbours leave room.
    void straighten() {
        constexpr Length kNearly = 10 * kPixel;
        for (const std::vector<Node>& nodes : ranks_.ranks) {
            for (std::size_t i = 0; i < nodes.size(); ++i) {
                const Node node = nodes[i];
                if (ranks_.before[node].size() != 1) continue;
                const Length wanted = middle_[ranks_.before[node][0]];
                const bool has_room =
                    (i == 0 || middle_[nodes[i - 1]] + distance(nodes[i - 1], node) <= wanted) &&
                    (i + 1 == nodes.size() ||
                     wanted + distance(node, nodes[i + 1]) <= middle_[nodes[i + 1]]);
                if (std::abs(wanted - middle_[node]) <= kNearly && has_room) middle_[node] = wanted;
            }
        }
    }

    /// Parts that nothing connects drift away from each other: a band in which no rank has anything
    /// becomes as narrow as the distance between boxes.
    void close_gaps() {
        std::vector<Node> order(sizes_.size());
        std::iota(order.begin(), order.end(), Node{0});
        const auto left = [&](Node node) { return middle_[node] - sizes_[node].across / 2; };
        std::sort(order.begin(), order.end(),
                  [&](Node a, Node b) { return std::pair(left(a), a) < std::pair(left(b), b); });
        Length shift = 0;
        Length covered = order.empty() ? 0 : left(order.front());
        for (const Node node : order) {
            const Length begin = left(node);
            shift += std::max<Length>(0, begin - covered - input_.gap_across);
            covered = std::max(covered, begin + sizes_[node].across);
            middle_[node] -= shift;
        }
    }

    void place_along() {
        Length at = 0;
        for (std::size_t rank = 0; rank < ranks_.ranks.size(); ++rank) {
            Length depth = 0;
            for (const Node node : ranks_.ranks[rank])
                depth = std::max(depth, sizes_[node].along);
            begin_.push_back(at);
            end_.push_back(at + depth);
            at += depth + gap_after(rank);
        }
    }

    /// Lines that lead far to the side need room to turn.
    [[nodiscard]] Length gap_after(std::size_t rank) const {
        Length widest = 0;
        for (const Node node : ranks_.ranks[rank]) {
            for (const Node next : ranks_.after[node])
                widest = std::max(widest, std::abs(middle_[node] - middle_[next]));
        }
        const Length most = gap_along_ * 3 / 2;
        return gap_along_ + std::min(most, widest / 10);
    }

    [[nodiscard]] Place corner(Node node) const {
        const std::size_t rank = ranks_.rank_of[node];
        // Beside an unfolded group boxes stand at its beginning, not at its middle.
        constexpr Length kMuch = 40 * kPixel;
        const Length room = end_[rank] - begin_[rank] - sizes_[node].along;
        const Length before = room > kMuch && !is_bend(node) ? 0 : room / 2;
        return {middle_[node] - sizes_[node].across / 2, begin_[rank] + before};
    }

    /// A point that a line passes: it comes in at one place and leaves at another, straight above
    /// or below the first. `tilt` and `tilt_along` are the slope in which it passes, 0 for
    /// straight.
    struct Waypoint {
        Place in;
        Place out;
        Length tilt = 0;
        Length tilt_along = 1;
    };

    [[nodiscard]] Waypoint waypoint(Node node) const {
        const std::size_t rank = ranks_.rank_of[node];
        const Length across = middle_[node];
        // Past boxes of some depth lines go straight, lest they touch them.
        constexpr Length kThin = 30 * kPixel;
        if (end_[rank] - begin_[rank] > kThin)
            return {{across, begin_[rank]}, {across, end_[rank]}};
        const Place middle{across, (begin_[rank] + end_[rank]) / 2};
        return {middle, middle};
    }

    [[nodiscard]] std::vector<Waypoint> waypoints(const std::vector<Node>& path) const {
        const Node first = path.front();
        const Node last = path.back();
        const Place begin{middle_[first], corner(first).along + sizes_[first].along};
        const Place end{middle_[last], corner(last).along};
        std::vector<Waypoint> points{{begin, {begin.across, end_[ranks_.rank_of[first]]}}};
        for (std::size_t i = 1; i + 1 < path.size(); ++i)
            points.push_back(waypoint(path[i]));
        points.push_back({{end.across, begin_[ranks_.rank_of[last]]}, end});
        for (std::size_t i = 1; i + 1 < points.size(); ++i) {
            Waypoint& point = points[i];
            if (point.in.along != point.out.along) continue;
            const Place before = points[i - 1].out;
            const Place after = points[i + 1].in;
            const bool turns =
                (point.in.across > before.across) != (after.across > point.in.across);
            if (turns) continue;
            // A single bend between two ends lies on one S, which is twice as steep in its middle
            // as from end to end.
            const Length steepness = points.size() == 3 ? 4 : 3;
            point.tilt = (after.across - before.across) * steepness;
            point.tilt_along = std::max<Length>(after.along - before.along, 1) * 2;
        }
        return points;
    }

    [[nodiscard]] std::vector<RoutePiece> route(std::size_t edge) const {
        std::vector<RoutePiece> pieces;
        const std::vector<Waypoint> points = waypoints(ranks_.paths[edge]);
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (i > 0) pieces.push_back(curve(points[i - 1], points[i]));
            const Waypoint& point = points[i];
            if (point.in.along == point.out.along) continue;
            pieces.push_back({point.in, point.in, point.out, point.out});
        }
        return pieces;
    }

    static RoutePiece curve(const Waypoint& from, const Waypoint& to) {
        const Length depth = to.in.along - from.out.along;
        // How far a curve follows the direction in which it begins or ends.
        const auto reach = [&](const Waypoint& point) {
            return point.tilt == 0 ? depth / 2 : depth / 4;
        };
        const Length out = reach(from);
        const Length in = reach(to);
        return {from.out,
                {from.out.across + from.tilt * out / from.tilt_along, from.out.along + out},
                {to.in.across - to.tilt * in / to.tilt_along, to.in.along - in},
                to.in};
    }

    const LayeredInput& input_;
    Ranks ranks_;
    Length gap_along_ = 0;
    std::vector<Size> sizes_;
    /// Middles across, of boxes and bends.
    std::vector<Length> middle_;
    /// Where each rank begins and ends.
    std::vector<Length> begin_;
    std::vector<Length> end_;
};

} // namespace

Layered place_in_layers(const LayeredInput& input) {
    return Layout(input).place();
}

} // namespace tiphys::graph
