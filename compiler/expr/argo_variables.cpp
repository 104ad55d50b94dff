// Argo's variables as an expression sees them.
#include "compiler/expr/argo_variables.h"

#include <map>
#include <string>
#include <utility>

#include "compiler/expr/builtins.h"
#include "compiler/expr/json.h"
#include "compiler/expr/json_path.h"

namespace tiphys::expr {
namespace {

struct Node {
    Value value;
    std::map<std::string, Node, std::less<>> children;
};

Value value_of(const Node& node) {
    if (node.children.empty()) return node.value;
    std::vector<std::pair<Value, Value>> entries;
    for (const auto& [name, child] : node.children)
        entries.emplace_back(Value::string(name), value_of(child));
    return Value::map(std::move(entries));
}

Node expand(const Map& flat) {
    Node root;
    for (const auto& [key, value] : flat.entries) {
        std::string_view name = key.as_string();
        Node* node = &root;
        for (;;) {
            const std::size_t dot = name.find('.');
            node = &node->children[std::string(name.substr(0, dot))];
            if (dot == name.npos) break;
            name.remove_prefix(dot + 1);
        }
        node->value = value;
    }
    return root;
}

Value to_json_line(Call& call) {
    std::string reason;
    std::optional<std::string> json = to_json(call[0], {}, reason);
    return json ? Value::string(std::move(*json)) : call.fail(std::move(reason));
}

Value query_json(Call& call) {
    JsonFault fault;
    const std::optional<Value> document = parse_json(call.text(0), fault);
    if (!document) return call.fail("the text is not JSON: " + fault.reason);
    std::string reason;
    std::optional<Value> found = query_json_path(*document, call.text(1), reason);
    return found ? std::move(*found) : call.fail(std::move(reason));
}

Value function(std::string_view name, std::string_view type, Value (*run)(Call& call)) {
    return Value::function(
        std::make_shared<const Function>(Function{std::string(type), run, std::string(name), {}}));
}

} // namespace

Value expand_names(const Map& flat) {
    const Node root = expand(flat);
    return root.children.empty() ? Value::map({}) : value_of(root);
}

Value argo_variables(const Map& flat) {
    Node root = expand(flat);
    constexpr std::string_view kConversion = "func(interface {}) interface {}";
    const auto add = [&](const std::string& name, Value value) {
        root.children[name] = {std::move(value), {}};
    };
    add("asInt", function("asInt", kConversion, convert_to_int));
    add("asFloat", function("asFloat", kConversion, convert_to_float));
    add("jsonpath", function("jsonpath", "func(string, string) interface {}", query_json));
    add("toJson", function("toJson", "func(interface {}) string", to_json_line));
    add("sprig", sprig_functions());
    return value_of(root);
}

} // namespace tiphys::expr
