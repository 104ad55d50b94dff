// Graphs for Graphviz.
#include "codegen/graph/style.h"
#include "codegen/graph/words.h"
#include "codegen/graph/write.h"

namespace tiphys::graph {
namespace {

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

std::string escaped_line(std::string_view text) {
    const std::string line = quoted(shortened(text, 60));
    return line.substr(1, line.size() - 2);
}

/// Name, detail and conditions on lines of their own.
std::string label_of(const Node& node) {
    std::string label = escaped_line(node.name);
    if (!node.loop.empty()) label += " " + escaped_line(node.loop);
    if (!node.detail.empty()) label += "\\n" + escaped_line(node.detail);
    if (!node.when.empty()) label += "\\nwhen " + escaped_line(node.when);
    if (!node.depends.empty()) label += "\\nafter " + escaped_line(node.depends);
    return "\"" + label + "\"";
}

std::string attributes_of(NodeKind kind) {
    if (kind == NodeKind::kJoin) return ", shape=point, width=0.08";
    const Style& style = style_of(kind);
    std::string attributes = ", fillcolor=\"" + std::string(style.fill) + "\", color=\"" +
                             std::string(style.stroke) + "\"";
    if (style.is_dashed) attributes += ", style=\"rounded,filled,dashed\"";
    if (kind == NodeKind::kFolded) attributes += ", peripheries=2";
    if (kind == NodeKind::kEvent) attributes += ", shape=cds, style=filled";
    return attributes;
}

class Writer {
public:
    explicit Writer(std::string& out) : out_(out) {}

    void write(const Graph& graph) {
        const std::string title = graph.kind + " " + graph.name;
        out_ += "digraph " + quoted(title) + " {\n";
        out_ += "  label=" + quoted(joined(title, graph.subtitle)) + ";\n";
        out_ += "  labelloc=t;\n"
                "  compound=true;\n"
                "  fontname=\"Helvetica\";\n"
                "  node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica\"];\n"
                "  edge [color=\"#7b8ba1\", fontname=\"Helvetica\", fontsize=10];\n";
        static_cast<void>(write_group(graph.root, 1));
        out_ += "}\n";
    }

private:
    /// What edges of a group lead to: a node, and the cluster that it stands for.
    struct Anchor {
        std::string node;
        std::string cluster;
    };

    void indent(std::size_t depth) { out_.append(2 * depth, ' '); }

    /// Returns a node of the group that can stand for it, empty where it has none.
    std::string write_group(const Group& group, std::size_t depth) {
        std::vector<Anchor> anchors;
        for (const Node& node : group.nodes)
            anchors.push_back(write_node(node, depth));
        for (const Edge& edge : group.edges)
            write_edge(edge, anchors[edge.from], anchors[edge.to], depth);
        return anchors.empty() ? "" : anchors.front().node;
    }

    Anchor write_node(const Node& node, std::size_t depth) {
        const std::string number = std::to_string(n_nodes_++);
        if (node.inner.empty() || node.inner[0].nodes.empty()) {
            indent(depth);
            const std::string label = node.kind == NodeKind::kJoin ? "\"\"" : label_of(node);
            out_ += "n" + number + " [label=" + label;
            out_ += attributes_of(node.kind);
            out_ += "];\n";
            return {"n" + number, ""};
        }
        indent(depth);
        out_ += "subgraph cluster_" + number + " {\n";
        indent(depth + 1);
        out_ += "label=" + label_of(node) + ";\n";
        indent(depth + 1);
        out_ += "style=\"rounded\"; color=\"#9fb3c8\"; labeljust=l;\n";
        const std::string inside = write_group(node.inner[0], depth + 1);
        indent(depth);
        out_ += "}\n";
        return {inside, "cluster_" + number};
    }

    void write_edge(const Edge& edge, const Anchor& from, const Anchor& to, std::size_t depth) {
        indent(depth);
        out_ += from.node + " -> " + to.node;
        std::string attributes;
        const auto add = [&](const std::string& attribute) {
            attributes += (attributes.empty() ? "" : ", ") + attribute;
        };
        if (!from.cluster.empty()) add("ltail=" + from.cluster);
        if (!to.cluster.empty()) add("lhead=" + to.cluster);
        if (!edge.label.empty()) add("label=\"" + escaped_line(edge.label) + "\"");
        if (edge.kind == EdgeKind::kHook) add("style=dashed");
        if (edge.kind == EdgeKind::kBack) add("color=\"#d64545\", constraint=false");
        if (!attributes.empty()) out_ += " [" + attributes + "]";
        out_ += ";\n";
    }

    std::string& out_;
    std::size_t n_nodes_ = 0;
};

} // namespace

void write_dot(const Graph& graph, std::string& out) {
    Writer(out).write(graph);
}

} // namespace tiphys::graph
