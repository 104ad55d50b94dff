// Reading files of parameters.

#include "runtime/plan/parameter_file.h"

#include "compiler/doc/read.h"
#include "runtime/plan/ir_text.h"
#include "runtime/plan/json_text.h"

namespace tiphys::run {
namespace {

std::string json_of(const doc::Tree& tree, doc::NodeId id);

std::string children_json(const doc::Tree& tree, const doc::Node& node) {
    const bool is_map = node.kind == doc::NodeKind::kMapping;
    std::string out = is_map ? "{" : "[";
    for (doc::NodeId child = node.first_child; child != doc::NodeId::kNone;
         child = tree.node(child).next_sibling) {
        if (out.size() > 1) out += ',';
        if (is_map) {
            out += json_quote(tree.node(child).text) + ":";
            child = tree.node(child).next_sibling;
        }
        out += json_of(tree, child);
    }
    return out + (is_map ? "}" : "]");
}

ir::Scalar scalar_of(const doc::Node& node) {
    ir::Scalar scalar;
    scalar.scalar_type = node.type;
    scalar.text = node.text;
    return scalar;
}

std::string json_of(const doc::Tree& tree, doc::NodeId id) {
    const doc::Node& node = tree.node(id);
    switch (node.kind) {
    case doc::NodeKind::kAlias:
        return json_of(tree, node.target);
    case doc::NodeKind::kScalar:
        return value_as_json(scalar_of(node));
    case doc::NodeKind::kSequence:
    case doc::NodeKind::kMapping:
        return children_json(tree, node);
    }
    return "null";
}

} // namespace

Result<std::vector<std::pair<std::string, std::string>>>
parse_parameter_file(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> parameters;
    Arena arena;
    for (const Span& span : doc::split_documents(FileId{0}, text)) {
        const doc::Tree tree = doc::read_document(span, text, arena);
        if (!tree.defects.empty()) {
            return Error{"the parameter file is no YAML: " + std::string(tree.defects[0].detail)};
        }
        if (tree.root == doc::NodeId::kNone) continue;
        if (tree.node(tree.root).kind != doc::NodeKind::kMapping) {
            return Error{"the parameter file must hold a mapping from names to values"};
        }
        for (doc::NodeId key = tree.node(tree.root).first_child; key != doc::NodeId::kNone;) {
            const doc::NodeId value = tree.node(key).next_sibling;
            const doc::Node& node = tree.node(value);
            const bool is_text =
                node.kind == doc::NodeKind::kScalar && node.type == ScalarType::kString;
            parameters.emplace_back(tree.node(key).text,
                                    is_text ? std::string(node.text) : json_of(tree, value));
            key = node.next_sibling;
        }
    }
    return parameters;
}

} // namespace tiphys::run
