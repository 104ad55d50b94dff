// The names that an expression may use.
#include <utility>

#include "compiler/expr/check.h"

namespace tiphys::expr {
namespace {

std::vector<std::string> parts_of(std::string_view path) {
    std::vector<std::string> parts;
    for (;;) {
        const std::size_t dot = path.find('.');
        parts.emplace_back(path.substr(0, dot));
        if (dot == path.npos) return parts;
        path.remove_prefix(dot + 1);
    }
}

} // namespace

Scope::Node& Scope::node_at(const std::vector<std::string>& path) {
    Node* node = &root_;
    for (const std::string& part : path)
        node = &node->children[part];
    return *node;
}

void Scope::add(std::string_view path, Type type) {
    add(parts_of(path), std::move(type));
}

void Scope::add(const std::vector<std::string>& path, Type type) {
    node_at(path).type = std::move(type);
}

void Scope::open(std::string_view path) {
    Node& node = path.empty() ? root_ : node_at(parts_of(path));
    node.is_open = true;
}

void Scope::add_argo_functions() {
    add("asInt", parse_go_type("func(interface {}) interface {}"));
    add("asFloat", parse_go_type("func(interface {}) interface {}"));
    add("jsonpath", parse_go_type("func(string, string) interface {}"));
    add("toJson", parse_go_type("func(interface {}) string"));
    add("sprig", map_type(MapType::kFunctions));
}

Type Scope::type_of_node(const Node& node) {
    // Argo drops a name that has others below it.
    if (node.children.empty() && !node.is_open) return node.type;
    Fields fields;
    fields.closed = !node.is_open;
    for (const auto& [name, child] : node.children)
        fields.types.emplace(name, type_of_node(child));
    return map_of(std::move(fields));
}

Type Scope::type() const {
    Fields fields;
    fields.closed = !root_.is_open;
    for (const auto& [name, child] : root_.children)
        fields.types.emplace(name, type_of_node(child));
    return map_of(std::move(fields));
}

} // namespace tiphys::expr
