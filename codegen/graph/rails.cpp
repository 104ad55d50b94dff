// Rails: each leads from the nodes that share the same followers to these followers.
#include "codegen/graph/rails.h"

#include <algorithm>
#include <optional>
#include <queue>
#include <string_view>

namespace tiphys::graph {
namespace {

constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);

using Nodes = std::vector<std::size_t>; // ordered, unique

struct Rail {
    /// The nodes that it leads to and that are not yet placed; empty for no rail.
    Nodes targets;
    bool has_several_sources = false;
    bool has_several_targets = false;

    [[nodiscard]] bool is_free() const { return targets.empty(); }
    [[nodiscard]] bool leads_to(std::size_t node) const {
        return std::binary_search(targets.begin(), targets.end(), node);
    }
};

/// Predecessors and successors of each node.
struct Neighbours {
    std::vector<Nodes> before;
    std::vector<Nodes> after;

    explicit Neighbours(const RailPlan& plan)
        : before(plan.marks.size()), after(plan.marks.size()) {
        for (const auto& [from, to] : plan.edges) {
            after[from].push_back(to);
            before[to].push_back(from);
        }
        for (Nodes* nodes : all()) {
            std::sort(nodes->begin(), nodes->end());
            nodes->erase(std::unique(nodes->begin(), nodes->end()), nodes->end());
        }
    }

private:
    std::vector<Nodes*> all() {
        std::vector<Nodes*> lists;
        for (Nodes& nodes : before)
            lists.push_back(&nodes);
        for (Nodes& nodes : after)
            lists.push_back(&nodes);
        return lists;
    }
};

/// The order of the lines.
std::vector<std::size_t> order_of(const Neighbours& neighbours) {
    const std::size_t count = neighbours.before.size();
    // The line of its last predecessor, and its number counted backwards: the greatest comes next.
    using Ready = std::pair<std::size_t, std::size_t>;
    std::priority_queue<Ready> ready;
    std::vector<std::size_t> n_missing(count);
    std::vector<std::size_t> order;
    for (std::size_t node = 0; node < count; ++node) {
        n_missing[node] = neighbours.before[node].size();
        if (n_missing[node] == 0) ready.emplace(0, count - node);
    }
    while (!ready.empty()) {
        const std::size_t node = count - ready.top().second;
        ready.pop();
        order.push_back(node);
        for (const std::size_t next : neighbours.after[node]) {
            if (--n_missing[next] == 0) ready.emplace(order.size(), count - next);
        }
    }
    return order;
}

/// Where the rails of one line run.
struct Row {
    std::size_t node_column = 0;
    /// Columns whose rail leads to the node.
    Nodes incoming;
    /// The column of the rail that the node feeds by a horizontal line, or kNoColumn.
    std::size_t outgoing = kNoColumn;
    std::vector<bool> was_there;
    std::vector<bool> is_there;
};

class Drawing {
public:
    explicit Drawing(const RailPlan& plan) : plan_(plan), neighbours_(plan) {}

    std::vector<RailLine> draw() {
        is_placed_.resize(plan_.marks.size());
        for (const std::size_t node : order_of(neighbours_)) {
            is_placed_[node] = true;
            if (plan_.marks[node].empty()) {
                pass_joint(node);
            } else {
                place(node);
            }
        }
        return std::move(lines_);
    }

private:
    /// A rail to a joint leads on to what the joint feeds.
    void pass_joint(std::size_t joint) {
        for (Rail& rail : rails_) {
            if (!rail.leads_to(joint)) continue;
            rail.targets = neighbours_.after[joint];
            rail.has_several_targets = rail.targets.size() > 1;
        }
    }

    void place(std::size_t node) {
        Row row;
        for (std::size_t column = 0; column < rails_.size(); ++column) {
            row.was_there.push_back(!rails_[column].is_free());
            if (rails_[column].leads_to(node)) row.incoming.push_back(column);
        }
        const Nodes& targets = neighbours_.after[node];
        const std::size_t known = rail_with(targets);
        row.node_column = choose_column(node, row.incoming, known);
        for (const std::size_t column : row.incoming) {
            Nodes& left = rails_[column].targets;
            left.erase(std::find(left.begin(), left.end(), node));
        }
        if (!targets.empty()) start_rail(node, known, row);
        for (const Rail& rail : rails_)
            row.is_there.push_back(!rail.is_free());
        row.was_there.resize(row.is_there.size());
        lines_.push_back(draw_row(node, row));
        last_column_ = row.outgoing == kNoColumn ? row.node_column : kNoColumn;
    }

    [[nodiscard]] std::size_t rail_with(const Nodes& targets) const {
        if (targets.empty()) return kNoColumn;
        const auto at = std::find_if(rails_.begin(), rails_.end(),
                                     [&](const Rail& rail) { return rail.targets == targets; });
        return at == rails_.end() ? kNoColumn : static_cast<std::size_t>(at - rails_.begin());
    }

    /// The first free column from `from` on, below `limit`; a new one where there is no limit.
    std::size_t free_column(std::size_t from, std::size_t limit = kNoColumn) {
        for (std::size_t column = from; column < std::min(limit, rails_.size()); ++column) {
            if (rails_[column].is_free()) return column;
        }
        if (limit != kNoColumn) return kNoColumn;
        const std::size_t column = std::max(from, rails_.size());
        rails_.resize(column + 1);
        return column;
    }

    /// A node has either a rail from straight above or arrows from beside, never both; so a mark
    /// without an arrow follows the mark above it, unless a line leads from there to the side.
    std::size_t choose_column(std::size_t node, const Nodes& incoming, std::size_t known) {
        if (incoming.empty()) {
            const std::size_t column = free_column(0);
            return column == last_column_ ? free_column(column + 1) : column;
        }
        if (incoming.size() > 1) return free_column(0);
        const std::size_t column = incoming[0];
        const Rail& rail = rails_[column];
        const std::size_t left = free_column(0, column);
        if (!rail.has_several_targets) {
            // A chain goes straight down, unless it has drifted; a bundle goes back to the left.
            const bool moves =
                left != kNoColumn && (rail.has_several_sources || left + 2 <= column);
            return moves ? left : column;
        }
        // One of several that follow: beside the rail, so that the next can stand below it. With
        // the rail that it feeds on the other side, the two do not meet.
        if (known != kNoColumn && known < column) {
            const std::size_t between = free_column(known + 1, column);
            if (between != kNoColumn) return between;
        }
        const bool is_first = known == kNoColumn && is_shared(node);
        const bool has_two = left != kNoColumn && free_column(left + 1, column) != kNoColumn;
        return is_first && has_two ? left : free_column(column + 1);
    }

    /// Whether another node, not yet placed, feeds the same nodes: both will feed one rail.
    [[nodiscard]] bool is_shared(std::size_t node) const {
        const Nodes& targets = neighbours_.after[node];
        if (targets.empty()) return false;
        const Nodes& others = neighbours_.before[targets.front()];
        return std::any_of(others.begin(), others.end(), [&](std::size_t other) {
            return !is_placed_[other] && neighbours_.after[other] == targets;
        });
    }

    void start_rail(std::size_t node, std::size_t known, Row& row) {
        const std::size_t own = row.node_column;
        const bool comes_from_right = !row.incoming.empty() && row.incoming.back() > own;
        const bool comes_from_left = !row.incoming.empty() && row.incoming.front() < own;
        if (known != kNoColumn && (known > own ? !comes_from_right : !comes_from_left)) {
            rails_[known].has_several_sources = true;
            row.outgoing = known;
            return;
        }
        std::size_t column = own;
        if (is_shared(node) && !comes_from_right) {
            column = free_column(own + 1);
            row.outgoing = column;
        }
        const Nodes& targets = neighbours_.after[node];
        rails_[column] = {targets, false, targets.size() > 1};
    }

    RailLine draw_row(std::size_t node, const Row& row) {
        const std::size_t own = row.node_column;
        std::size_t in_from = own;
        std::size_t in_to = own;
        if (!row.incoming.empty()) {
            in_from = std::min(own, row.incoming.front());
            in_to = std::max(own, row.incoming.back());
        }
        const bool goes_out = row.outgoing != kNoColumn;
        const std::size_t from = goes_out ? std::min(in_from, row.outgoing) : in_from;
        const std::size_t to = goes_out ? std::max(in_to, row.outgoing) : in_to;
        RailLine line{.node = node};
        for (std::size_t column = 0; column < row.is_there.size(); ++column) {
            const bool is_under = from <= column && column <= to;
            line.art += column == own ? plan_.marks[node] : rail_character(row, column, from, to);
            const bool has_line = is_under && column < to;
            std::string_view gap = has_line ? "─" : " ";
            if (column + 1 == own && in_from < own) gap = "▸";
            if (column == own && in_to > own) gap = "◂";
            line.art += gap;
            line.below += row.is_there[column] ? "│ " : "  ";
        }
        trim(line.art);
        trim(line.below);
        return line;
    }

    /// What stands in a column beside the node; `from` and `to` are the ends of the line through
    /// the row.
    static std::string_view rail_character(const Row& row, std::size_t column, std::size_t from,
                                           std::size_t to) {
        const bool feeds = std::binary_search(row.incoming.begin(), row.incoming.end(), column);
        const bool is_fed = row.outgoing == column;
        const bool is_left = column < row.node_column;
        if (!feeds && !is_fed) {
            if (row.was_there[column]) return "│";
            return from < column && column < to ? "─" : " ";
        }
        if (is_fed && !row.was_there[column]) return is_left ? "╭" : "╮";
        const bool goes_on = is_left ? from < column : column < to;
        if (row.is_there[column]) return goes_on ? "┼" : is_left ? "├" : "┤";
        return goes_on ? "┴" : is_left ? "╰" : "╯";
    }

    static void trim(std::string& text) { text.erase(text.find_last_not_of(' ') + 1); }

    const RailPlan& plan_;
    Neighbours neighbours_;
    std::vector<Rail> rails_;
    std::vector<bool> is_placed_;
    /// Of the last node that feeds nothing beside it.
    std::size_t last_column_ = kNoColumn;
    std::vector<RailLine> lines_;
};

} // namespace

std::vector<RailLine> draw_rails(const RailPlan& plan) {
    return Drawing(plan).draw();
}

} // namespace tiphys::graph
