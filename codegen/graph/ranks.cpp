// Ranks, bends and the order within ranks.
#include "codegen/graph/ranks.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace tiphys::graph {
namespace {

using Node = std::size_t;
using Nodes = std::vector<Node>;

std::vector<std::size_t> longest_ways(std::size_t n_boxes,
                                      const std::vector<std::pair<Node, Node>>& edges,
                                      std::size_t length) {
    std::vector<Nodes> after(n_boxes);
    std::vector<std::size_t> n_missing(n_boxes);
    for (const auto& [from, to] : edges) {
        after[from].push_back(to);
        ++n_missing[to];
    }
    std::vector<std::size_t> rank(n_boxes);
    Nodes ready;
    for (Node node = 0; node < n_boxes; ++node) {
        if (n_missing[node] == 0) ready.push_back(node);
    }
    for (std::size_t i = 0; i < ready.size(); ++i) {
        for (const Node next : after[ready[i]]) {
            rank[next] = std::max(rank[next], rank[ready[i]] + length);
            if (--n_missing[next] == 0) ready.push_back(next);
        }
    }
    return rank;
}

/// Number of pairs in which a later element is less than an earlier one.
std::size_t count_inversions(const std::vector<std::size_t>& values, std::size_t limit) {
    // A tree of sums over the values (Fenwick).
    std::vector<std::size_t> sums(limit + 1);
    std::size_t n_inversions = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::size_t n_not_greater = 0;
        for (std::size_t at = values[i] + 1; at > 0; at &= at - 1)
            n_not_greater += sums[at];
        n_inversions += i - n_not_greater;
        for (std::size_t at = values[i] + 1; at <= limit; at += at & (~at + 1))
            ++sums[at];
    }
    return n_inversions;
}

class Ordering {
public:
    explicit Ordering(Ranks& ranks) : ranks_(ranks), position_(ranks.rank_of.size()) {
        for (std::size_t rank = 0; rank < ranks.ranks.size(); ++rank)
            number(rank);
        for (const Nodes& nodes : ranks.after)
            n_edges_ += nodes.size();
    }

    void reduce() {
        // Large graphs get fewer rounds: each costs about their size.
        constexpr std::size_t kWork = 3'000'000;
        const std::size_t n_rounds = std::clamp<std::size_t>(kWork / (n_edges_ + 1), 2, 24);
        std::vector<Nodes> best = ranks_.ranks;
        std::size_t least = count_crossings(ranks_);
        for (std::size_t round = 0; round < n_rounds && least > 0; ++round) {
            sweep(round % 2 == 0, round % 4 >= 2);
            swap_neighbours();
            const std::size_t count = count_crossings(ranks_);
            if (count < least) {
                least = count;
                best = ranks_.ranks;
            }
        }
        ranks_.ranks = std::move(best);
    }

private:
    /// A node and the mean place of its neighbours, as a fraction.
    struct Weighed {
        Node node;
        std::uint64_t sum;
        std::uint64_t count;
    };

    void number(std::size_t rank) {
        for (std::size_t i = 0; i < ranks_.ranks[rank].size(); ++i)
            position_[ranks_.ranks[rank][i]] = i;
    }

    /// Sorts each rank by the mean place of the neighbours in the rank passed before. Equal ones
    /// stay, or turn round with `turns_ties`, which leads out of dead ends.
    void sweep(bool is_downward, bool turns_ties) {
        const std::size_t count = ranks_.ranks.size();
        for (std::size_t i = 1; i < count; ++i) {
            sort_rank(is_downward ? i : count - 1 - i, is_downward, turns_ties);
        }
    }

    void sort_rank(std::size_t rank, bool is_downward, bool turns_ties) {
        std::vector<Weighed> weighed;
        Nodes& nodes = ranks_.ranks[rank];
        if (turns_ties) std::reverse(nodes.begin(), nodes.end());
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            const Nodes& others = is_downward ? ranks_.before[nodes[i]] : ranks_.after[nodes[i]];
            std::uint64_t sum = 0;
            for (const Node other : others)
                sum += position_[other];
            // Without neighbours it stays about where it is.
            if (others.empty()) {
                weighed.push_back({nodes[i], position_[nodes[i]], 1});
            } else {
                weighed.push_back({nodes[i], sum, others.size()});
            }
        }
        std::stable_sort(weighed.begin(), weighed.end(), [](const Weighed& a, const Weighed& b) {
            return a.sum * b.count < b.sum * a.count;
        });
        for (std::size_t i = 0; i < nodes.size(); ++i)
            nodes[i] = weighed[i].node;
        number(rank);
    }

    /// Swaps neighbours where that removes crossings.
    void swap_neighbours() {
        constexpr std::size_t kLargest = 20'000;
        if (n_edges_ > kLargest) return;
        bool has_swapped = true;
        for (int round = 0; has_swapped && round < 8; ++round) {
            has_swapped = false;
            for (Nodes& nodes : ranks_.ranks) {
                for (std::size_t i = 1; i < nodes.size(); ++i) {
                    if (gain(nodes[i - 1], nodes[i]) <= 0) continue;
                    std::swap(nodes[i - 1], nodes[i]);
                    std::swap(position_[nodes[i - 1]], position_[nodes[i]]);
                    has_swapped = true;
                }
            }
        }
    }

    /// Crossings that go if `left` and `right`, which stand side by side, change places.
    [[nodiscard]] std::int64_t gain(Node left, Node right) const {
        std::int64_t sum = 0;
        for (const auto* neighbours : {&ranks_.before, &ranks_.after}) {
            for (const Node a : (*neighbours)[left]) {
                for (const Node b : (*neighbours)[right]) {
                    if (position_[a] > position_[b]) ++sum;
                    if (position_[a] < position_[b]) --sum;
                }
            }
        }
        return sum;
    }

    Ranks& ranks_;
    std::vector<std::size_t> position_;
    std::size_t n_edges_ = 0;
};

} // namespace

Ranks rank_nodes(std::size_t n_boxes, const std::vector<std::pair<Node, Node>>& edges,
                 bool is_doubled) {
    Ranks ranks;
    ranks.rank_of = longest_ways(n_boxes, edges, is_doubled ? 2 : 1);
    ranks.before.resize(n_boxes);
    ranks.after.resize(n_boxes);
    for (const auto& [from, to] : edges) {
        Nodes path{from};
        const std::size_t last = ranks.rank_of[to];
        for (std::size_t rank = ranks.rank_of[from] + 1; rank < last; ++rank) {
            path.push_back(ranks.rank_of.size());
            ranks.rank_of.push_back(rank);
        }
        path.push_back(to);
        ranks.before.resize(ranks.rank_of.size());
        ranks.after.resize(ranks.rank_of.size());
        for (std::size_t i = 1; i < path.size(); ++i) {
            ranks.after[path[i - 1]].push_back(path[i]);
            ranks.before[path[i]].push_back(path[i - 1]);
        }
        ranks.paths.push_back(std::move(path));
    }
    const auto deepest = std::max_element(ranks.rank_of.begin(), ranks.rank_of.end());
    ranks.ranks.resize(deepest == ranks.rank_of.end() ? 0 : *deepest + 1);
    for (Node node = 0; node < ranks.rank_of.size(); ++node)
        ranks.ranks[ranks.rank_of[node]].push_back(node);
    return ranks;
}

void reduce_crossings(Ranks& ranks) {
    Ordering(ranks).reduce();
}

std::size_t count_crossings(const Ranks& ranks) {
    std::vector<std::size_t> position(ranks.rank_of.size());
    for (const Nodes& nodes : ranks.ranks) {
        for (std::size_t i = 0; i < nodes.size(); ++i)
            position[nodes[i]] = i;
    }
    std::size_t n_crossings = 0;
    for (const Nodes& nodes : ranks.ranks) {
        // The ends of the edges into the next rank, in the order of their beginnings: each pair in
        // the wrong order crosses.
        std::vector<std::size_t> ends;
        std::size_t limit = 0;
        for (const Node node : nodes) {
            const std::size_t first = ends.size();
            for (const Node next : ranks.after[node])
                ends.push_back(position[next]);
            std::sort(ends.begin() + static_cast<std::ptrdiff_t>(first), ends.end());
        }
        for (const std::size_t end : ends)
            limit = std::max(limit, end + 1);
        n_crossings += count_inversions(ends, limit);
    }
    return n_crossings;
}

} // namespace tiphys::graph
