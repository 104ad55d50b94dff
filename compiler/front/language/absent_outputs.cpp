// Outputs of nodes that may not have run.
#include "compiler/front/language/absent_outputs.h"

#include <algorithm>
#include <map>
#include <string>

#include "compiler/front/language/free_names.h"

namespace tiphys::front {
namespace {

/// What holds where a node runs: conditions that are joined by and, each as it is written; those of
/// an `else` begin with `!`.
using Conditions = std::vector<std::string>;

struct Node {
    const ast::NodeStmt* statement = nullptr;
    Conditions conditions;
    /// Nodes whose outputs are compared with something, or that must have succeeded.
    std::vector<std::string_view> known;
};

class Check {
public:
    Check(const LanguageScope& scope, std::string_view text, Problems& problems)
        : scope_(scope), text_(text), problems_(problems) {}

    void collect(std::span<const ast::Statement> statements,
                 const std::unordered_map<const ast::NodeStmt*, std::string_view>& names,
                 const Node& around);
    void run();

private:
    void add_condition(const ast::Expr& condition, Node& node) const;
    void add_success(const ast::Depends& depends, Node& node) const;
    void check_value(const Node& reader, const ast::Expr& value);
    [[nodiscard]] bool has_fallback(const LanguageNode& node, std::string_view output) const;
    [[nodiscard]] std::string written(const ast::Expr& expr) const {
        return std::string(text_.substr(expr.span.begin, expr.span.size()));
    }

    const LanguageScope& scope_;
    std::string_view text_;
    Problems& problems_;
    std::map<std::string_view, Node> nodes_;
};

void Check::add_condition(const ast::Expr& condition, Node& node) const {
    const auto* binary = ast::as<ast::BinaryExpr>(&condition);
    if (binary != nullptr && binary->op == ast::BinaryOperator::kAnd) {
        add_condition(*binary->left, node);
        add_condition(*binary->right, node);
        return;
    }
    node.conditions.push_back(written(condition));
    // A comparison with what is not there does not hold.
    if (binary == nullptr || binary->op != ast::BinaryOperator::kEqual) return;
    for (const FreeName& name : free_names(condition))
        node.known.push_back(name.name);
}

void Check::add_success(const ast::Depends& depends, Node& node) const {
    if (depends.kind == ast::DependsKind::kAnd) {
        add_success(*depends.left, node);
        add_success(*depends.right, node);
    }
    const bool is_success = depends.kind == ast::DependsKind::kNode && depends.result != nullptr &&
                            depends.result->text == "ok";
    if (is_success) node.known.push_back(depends.node.text);
}

void Check::collect(std::span<const ast::Statement> statements,
                    const std::unordered_map<const ast::NodeStmt*, std::string_view>& names,
                    const Node& around) {
    for (const ast::Statement& statement : statements) {
        if (const auto* branch = ast::as<ast::IfStmt>(&statement)) {
            Node then = around;
            add_condition(*branch->condition, then);
            Node otherwise = around;
            otherwise.conditions.push_back("!" + written(*branch->condition));
            if (branch->then != nullptr) collect(branch->then->statements, names, then);
            if (branch->otherwise != nullptr) {
                collect(branch->otherwise->statements, names, otherwise);
            }
            if (branch->otherwise_if != nullptr) {
                collect({branch->otherwise_if, 1}, names, otherwise);
            }
        } else if (const auto* group = ast::as<ast::ParallelStmt>(&statement)) {
            if (group->block != nullptr) collect(group->block->statements, names, around);
        } else if (const auto* loop = ast::as<ast::ForStmt>(&statement)) {
            const bool is_lone = loop->block != nullptr && loop->block->statements.size() == 1;
            if (is_lone) collect(loop->block->statements, names, around);
        } else if (const auto* node = ast::as<ast::NodeStmt>(&statement)) {
            const auto name = names.find(node);
            if (name == names.end()) continue;
            Node found = around;
            found.statement = node;
            for (const ast::Expr* when : node->when)
                add_condition(*when, found);
            for (const ast::Depends* depends : node->after)
                add_success(*depends, found);
            nodes_.emplace(name->second, std::move(found));
        }
    }
}

/// Also where nothing is known of it.
bool Check::has_fallback(const LanguageNode& node, std::string_view output) const {
    if (node.callee.decl == nullptr) return true;
    const ast::Result* result = node.callee.decl->result;
    if (output.empty()) return false;
    if (result == nullptr || result->outputs == nullptr) return true;
    for (const ast::Param& item : result->outputs->items) {
        if (item.name.text == output) return item.fallback != nullptr;
    }
    // Status and the like.
    return true;
}

void Check::check_value(const Node& reader, const ast::Expr& value) {
    const auto* binary = ast::as<ast::BinaryExpr>(&value);
    if (binary != nullptr && binary->op == ast::BinaryOperator::kCoalesce) return;
    for (const FreeName& use : free_names(value)) {
        const auto found = nodes_.find(use.name);
        if (found == nodes_.end() || scope_.find_variable(use.name) != nullptr) continue;
        const Node& node = found->second;
        const LanguageNode* declared = scope_.find_node(use.name);
        if (declared == nullptr || has_fallback(*declared, use.member)) continue;
        const bool is_known =
            std::find(reader.known.begin(), reader.known.end(), use.name) != reader.known.end();
        const auto missing = std::find_if(
            node.conditions.begin(), node.conditions.end(), [&](const std::string& condition) {
                return std::find(reader.conditions.begin(), reader.conditions.end(), condition) ==
                       reader.conditions.end();
            });
        if (is_known || missing == node.conditions.end()) continue;
        const std::string shown(text_.substr(use.span.begin, use.span.size()));
        problems_.report(kLanguageAbsent, use.span,
                         "`" + shown + "` is missing where `" + std::string(use.name) +
                             "` did not run",
                         "say what stands in for it, `" + shown +
                             " ?? \"…\"`, or run this node only where the other ran",
                         declared->span);
    }
}

void Check::run() {
    for (const auto& [name, reader] : nodes_) {
        const ast::Call* call = reader.statement->call;
        if (call == nullptr) continue;
        const LanguageNode* declared = scope_.find_node(name);
        const ast::Params* params = declared == nullptr || declared->callee.decl == nullptr
                                        ? nullptr
                                        : declared->callee.decl->params;
        for (std::size_t i = 0; i < call->arguments.size(); ++i) {
            const ast::Argument& argument = call->arguments[i];
            if (argument.value == nullptr) continue;
            bool has_default = false;
            for (std::size_t k = 0; params != nullptr && k < params->items.size(); ++k) {
                const ast::Param& param = params->items[k];
                const bool is_meant =
                    argument.name == nullptr ? k == i : param.name.text == argument.name->text;
                const bool may_lack = param.type != nullptr && param.type->is_optional;
                has_default = has_default || (is_meant && (param.fallback != nullptr || may_lack));
            }
            if (!has_default) check_value(reader, *argument.value);
        }
    }
}

} // namespace

void check_absent_outputs(const ast::Block& block, const LanguageScope& scope,
                          std::string_view text,
                          const std::unordered_map<const ast::NodeStmt*, std::string_view>& names,
                          Problems& problems) {
    Check check(scope, text, problems);
    check.collect(block.statements, names, {});
    check.run();
}

} // namespace tiphys::front
