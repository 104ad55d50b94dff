// Graphs as lines for a terminal.
#include <algorithm>
#include <span>

#include "codegen/graph/rails.h"
#include "codegen/graph/words.h"
#include "codegen/graph/write.h"

namespace tiphys::graph {
namespace {

constexpr std::size_t kMostName = 40;
constexpr std::size_t kMostDetail = 64;
constexpr std::size_t kMostNote = 72;

using Lines = std::vector<std::string>;

std::string padded(std::string text, std::size_t width) {
    const std::size_t count = character_count(text);
    if (count < width) text.append(width - count, ' ');
    return text;
}

void trim_end(std::string& text) {
    text.erase(text.find_last_not_of(' ') + 1);
}

std::string_view mark_of(NodeKind kind) {
    switch (kind) {
    case NodeKind::kContainer:
    case NodeKind::kScript:
    case NodeKind::kResource:
    case NodeKind::kSuspend:
    case NodeKind::kHttp:
    case NodeKind::kPlugin:
    case NodeKind::kData:
        return "●";
    case NodeKind::kGroup:
    case NodeKind::kFolded:
        return "◉";
    case NodeKind::kRecursion:
        return "↺";
    case NodeKind::kExternal:
    case NodeKind::kUnknown:
        return "○";
    case NodeKind::kEvent:
        return "◇";
    case NodeKind::kTrigger:
        return "◆";
    case NodeKind::kJoin:
        return "";
    }
    return "";
}

std::string name_words(const Node& node) {
    const std::string name = shortened(node.name, kMostName);
    return node.loop.empty() ? name : name + " " + shortened(node.loop, kMostName);
}

/// A hook of a node: what comes on which occasion.
struct Hook {
    const Edge* edge;
    const Node* node;
};

class GroupText {
public:
    explicit GroupText(const Group& group) : group_(group), hooks_(group.nodes.size()) {
        for (const Edge& edge : group.edges) {
            if (edge.kind == EdgeKind::kHook) {
                hooks_[edge.from].push_back({&edge, &group.nodes[edge.to]});
                hook_nodes_.push_back(edge.to);
            }
        }
        std::sort(hook_nodes_.begin(), hook_nodes_.end());
    }

    Lines lines() {
        const std::vector<RailLine> rails = draw_rails(plan());
        measure(rails);
        Lines lines;
        for (const RailLine& line : rails) {
            const Node& node = group_.nodes[line.node];
            add(lines, line.art, label(line.node));
            for (const Group& inner : node.inner)
                add_inner(lines, line.below, GroupText(inner).lines());
            for (const Hook& hook : hooks_[line.node])
                add_hook(lines, line.below, hook, &hook == &hooks_[line.node].back());
        }
        return lines;
    }

private:
    [[nodiscard]] bool is_hook(std::size_t node) const {
        return std::binary_search(hook_nodes_.begin(), hook_nodes_.end(), node);
    }

    /// Hooks stand below their owners: on the rails they are joints without a line.
    [[nodiscard]] RailPlan plan() const {
        RailPlan plan;
        for (std::size_t i = 0; i < group_.nodes.size(); ++i) {
            plan.marks.emplace_back(is_hook(i) ? "" : mark_of(group_.nodes[i].kind));
        }
        for (const Edge& edge : group_.edges) {
            if (edge.kind == EdgeKind::kAfter) plan.edges.emplace_back(edge.from, edge.to);
        }
        return plan;
    }

    void measure(const std::vector<RailLine>& rails) {
        for (const RailLine& line : rails) {
            const Node& node = group_.nodes[line.node];
            rail_width_ =
                std::max({rail_width_, character_count(line.art), character_count(line.below)});
            name_width_ = std::max(name_width_, character_count(name_words(node)));
            const std::string detail = shortened(node.detail, kMostDetail);
            detail_width_ = std::max(detail_width_, character_count(detail));
        }
    }

    void add(Lines& lines, const std::string& art, const std::string& text) const {
        lines.push_back(padded(art, rail_width_) + "  " + text);
        trim_end(lines.back());
    }

    void add_inner(Lines& lines, const std::string& rails, const Lines& inner) const {
        for (const std::string& line : inner)
            add(lines, rails, "┊ " + line);
    }

    void add_hook(Lines& lines, const std::string& rails, const Hook& hook, bool is_last) const {
        const std::string words = std::string(is_last ? "╰╌ " : "├╌ ") +
                                  shortened(hook.edge->label, kMostNote) + ": " +
                                  name_words(*hook.node);
        add(lines, rails, words + "   " + shortened(hook.node->detail, kMostDetail));
        for (const Group& inner : hook.node->inner) {
            for (const std::string& line : GroupText(inner).lines())
                add(lines, rails, "   ┊ " + line);
        }
    }

    [[nodiscard]] std::string label(std::size_t index) const {
        const Node& node = group_.nodes[index];
        std::string text = padded(name_words(node), name_width_) + "   " +
                           padded(shortened(node.detail, kMostDetail), detail_width_);
        for (const std::string& note : notes(index))
            text += "   " + shortened(note, kMostNote);
        return text;
    }

    /// Conditions, and what the rails do not show.
    [[nodiscard]] Lines notes(std::size_t index) const {
        const Node& node = group_.nodes[index];
        Lines notes;
        if (!node.when.empty()) notes.push_back("when " + node.when);
        if (!node.depends.empty()) notes.push_back("after " + node.depends);
        std::string results;
        std::string cycle;
        for (const Edge& edge : edges_into(index)) {
            const std::string& from = group_.nodes[edge.from].name;
            if (edge.kind == EdgeKind::kBack) {
                cycle += (cycle.empty() ? "" : ", ") + from;
            } else if (edge.kind == EdgeKind::kAfter && !edge.label.empty()) {
                results += (results.empty() ? "" : ", ") + from + " " + edge.label;
            }
        }
        if (!results.empty() && node.depends.empty()) notes.push_back("after " + results);
        if (!cycle.empty()) notes.push_back("in a cycle with " + cycle);
        return notes;
    }

    [[nodiscard]] std::span<const Edge> edges_into(std::size_t index) const {
        const auto [first, last] = std::equal_range(
            group_.edges.begin(), group_.edges.end(), Edge{0, index, EdgeKind::kAfter, ""},
            [](const Edge& a, const Edge& b) { return a.to < b.to; });
        return {first, last};
    }

    const Group& group_;
    std::vector<std::vector<Hook>> hooks_;
    std::vector<std::size_t> hook_nodes_;
    std::size_t rail_width_ = 0;
    std::size_t name_width_ = 0;
    std::size_t detail_width_ = 0;
};

} // namespace

void write_text(const Graph& graph, std::string& out) {
    out += graph.kind + " " + joined(one_line(graph.name), graph.subtitle) + "\n\n";
    if (graph.root.nodes.empty()) {
        out += "(nothing to run)\n";
        return;
    }
    for (const std::string& line : GroupText(graph.root).lines())
        out += line + "\n";
}

} // namespace tiphys::graph
