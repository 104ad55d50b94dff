// Graphs for Mermaid.
#include <cctype>

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

/// The class that gives a node its colours; empty for the usual ones.
std::string_view class_of(NodeKind kind) {
    switch (kind) {
    case NodeKind::kContainer:
    case NodeKind::kGroup:
    case NodeKind::kFolded:
    case NodeKind::kJoin:
        return "";
    case NodeKind::kScript:
        return "script";
    case NodeKind::kResource:
    case NodeKind::kTrigger:
        return "resource";
    case NodeKind::kSuspend:
    case NodeKind::kEvent:
        return "suspend";
    case NodeKind::kHttp:
        return "http";
    case NodeKind::kPlugin:
    case NodeKind::kData:
        return "plugin";
    case NodeKind::kRecursion:
    case NodeKind::kExternal:
        return "external";
    case NodeKind::kUnknown:
        return "unknown";
    }
    return "";
}

constexpr std::string_view kClasses =
    "  classDef script fill:#f3efff,stroke:#8b6fd6,color:#1f2933\n"
    "  classDef resource fill:#e9f8ef,stroke:#3f9d67,color:#1f2933\n"
    "  classDef suspend fill:#fff6e0,stroke:#c98a1b,color:#1f2933\n"
    "  classDef http fill:#e3f7f8,stroke:#2b95a0,color:#1f2933\n"
    "  classDef plugin fill:#fdeef6,stroke:#c0568f,color:#1f2933\n"
    "  classDef external fill:#ffffff,stroke:#7b8794,color:#1f2933,stroke-dasharray:4 3\n"
    "  classDef unknown fill:#ffffff,stroke:#d64545,color:#1f2933,stroke-dasharray:4 3\n"
    "  classDef default fill:#eef4ff,stroke:#4a78c2,color:#1f2933\n";

class Writer {
public:
    explicit Writer(std::string& out) : out_(out) {}

    void write(const Graph& graph) {
        out_ += "---\ntitle: \"" +
                title_text(joined(graph.kind + " " + graph.name, graph.subtitle)) + "\"\n---\n";
        out_ += "flowchart TD\n";
        write_group(graph.root, 1);
        out_ += kClasses;
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
        const std::string_view name = class_of(node.kind);
        if (!name.empty()) out_ += ":::" + std::string(name);
        out_ += "\n";
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
