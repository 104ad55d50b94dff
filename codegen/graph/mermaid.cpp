// Graphs for Mermaid.
#include <cctype>

#include "codegen/graph/style.h"
#include "codegen/graph/words.h"
#include "codegen/graph/write.h"

namespace tiphys::graph {
namespace {

/// Text inside of `"…"`: Mermaid has no escapes but numbered and named entities, and takes labels
/// for Markdown and HTML.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : shortened(text, 60)) {
        const auto byte = static_cast<unsigned char>(c);
        constexpr std::string_view kSafe = " -_.,:/()=+!?%$^{}×…";
        const bool is_safe = byte >= 0x80 || std::isalnum(byte) != 0 || kSafe.find(c) != kSafe.npos;
        if (is_safe) {
            out += c;
        } else {
            out += "#" + std::to_string(static_cast<int>(byte)) + ";";
        }
    }
    return out;
}

std::string label_of(const Node& node) {
    std::string label = escaped(node.name);
    if (!node.loop.empty()) label += " " + escaped(node.loop);
    if (!node.detail.empty()) label += "<br/><small>" + escaped(node.detail) + "</small>";
    if (!node.when.empty()) label += "<br/><small>when " + escaped(node.when) + "</small>";
    if (!node.depends.empty()) label += "<br/><small>after " + escaped(node.depends) + "</small>";
    return label;
}

class Writer {
public:
    explicit Writer(std::string& out) : out_(out) {}

    void write(const Graph& graph) {
        out_ += "---\ntitle: \"" +
                title_text(joined(graph.kind + " " + graph.name, graph.subtitle)) + "\"\n---\n";
        out_ += "flowchart TD\n";
        write_group(graph.root, 1);
        for (const Style& style : all_styles()) {
            out_ += "  classDef " + std::string(style.name) + " fill:" + std::string(style.fill) +
                    ",stroke:" + std::string(style.stroke) + ",color:" + std::string(kTextColour) +
                    (style.is_dashed ? ",stroke-dasharray:5 4\n" : "\n");
        }
    }

private:
    /// The title stands in a YAML front matter.
    static std::string title_text(std::string_view text) {
        std::string out;
        for (const char c : text) {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
        return out;
    }

    void indent(std::size_t depth) { out_.append(2 * depth, ' '); }

    void write_group(const Group& group, std::size_t depth) {
        std::vector<std::string> ids;
        for (const Node& node : group.nodes)
            ids.push_back(write_node(node, depth));
        for (const Edge& edge : group.edges) {
            indent(depth);
            const bool is_dotted = edge.kind == EdgeKind::kHook;
            out_ += ids[edge.from] + (is_dotted ? " -.->" : " -->");
            if (!edge.label.empty()) out_ += "|\"" + escaped(edge.label) + "\"|";
            out_ += " " + ids[edge.to] + "\n";
        }
    }

    std::string write_node(const Node& node, std::size_t depth) {
        std::string id = "n" + std::to_string(n_nodes_++);
        indent(depth);
        if (!node.inner.empty() && !node.inner[0].nodes.empty()) {
            out_ += "subgraph " + id + "[\"" + label_of(node) + "\"]\n";
            write_group(node.inner[0], depth + 1);
            indent(depth);
            out_ += "end\n";
            return id;
        }
        if (node.kind == NodeKind::kJoin) {
            out_ += id + "(( ))\n";
            return id;
        }
        const bool is_double = node.kind == NodeKind::kFolded;
        out_ += id + (is_double ? "[[\"" : "(\"") + label_of(node) + (is_double ? "\"]]" : "\")");
        out_ += ":::" + std::string(style_of(node.kind).name) + "\n";
        return id;
    }

    std::string& out_;
    std::size_t n_nodes_ = 0;
};

} // namespace

void write_mermaid(const Graph& graph, std::string& out) {
    Writer(out).write(graph);
}

} // namespace tiphys::graph
