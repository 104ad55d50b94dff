// Walks statements and expressions for the names in them.
#include "compiler/front/language/free_names.h"

namespace tiphys::front {
namespace {

class Collector {
public:
    void visit(const ast::Block* block) {
        if (block == nullptr) return;
        for (const ast::Statement& statement : block->statements)
            visit(statement);
    }
    void visit(const ast::Expr* expr);
    std::vector<FreeName> take() { return std::move(found_); }

private:
    void visit(const ast::Statement& statement);
    void visit(std::span<const ast::Argument> arguments);
    void visit(const ast::Comprehension* loop);
    void visit_flow(const ast::Statement& statement);

    std::vector<FreeName> found_;
};

void Collector::visit(std::span<const ast::Argument> arguments) {
    for (const ast::Argument& argument : arguments) {
        visit(argument.value);
        const bool is_variable = argument.value == nullptr && argument.name != nullptr;
        if (is_variable)
            found_.push_back({argument.name->text, {}, argument.span, nullptr, nullptr});
    }
}

void Collector::visit(const ast::Comprehension* loop) {
    if (loop == nullptr) return;
    visit(loop->list);
    visit(loop->condition);
}

void Collector::visit(const ast::Expr* expr) {
    if (expr == nullptr) return;
    if (const auto* name = ast::as<ast::NameExpr>(expr)) {
        found_.push_back({name->name.text, {}, expr->span, expr, expr});
    } else if (const auto* member = ast::as<ast::MemberExpr>(expr)) {
        const auto* object = ast::as<ast::NameExpr>(member->object);
        if (object == nullptr) {
            visit(member->object);
        } else {
            found_.push_back(
                {object->name.text, member->member.text, expr->span, expr, member->object});
        }
    } else if (const auto* text = ast::as<ast::TextExpr>(expr)) {
        for (const ast::TextPart& part : text->parts)
            visit(part.expr);
    } else if (const auto* list = ast::as<ast::ListExpr>(expr)) {
        for (const ast::ListItem& item : list->items)
            visit(item.value);
    } else if (const auto* loop = ast::as<ast::ComprehensionExpr>(expr)) {
        visit(loop->loop);
        visit(loop->element);
    } else if (const auto* map = ast::as<ast::MapExpr>(expr)) {
        visit(map->block);
    } else if (const auto* index = ast::as<ast::IndexExpr>(expr)) {
        visit(index->object);
        visit(index->index);
    } else if (const auto* slice = ast::as<ast::SliceExpr>(expr)) {
        visit(slice->object);
        visit(slice->from);
        visit(slice->to);
    } else if (const auto* call = ast::as<ast::CallExpr>(expr)) {
        visit(call->arguments);
    } else if (const auto* unary = ast::as<ast::UnaryExpr>(expr)) {
        visit(unary->operand);
    } else if (const auto* binary = ast::as<ast::BinaryExpr>(expr)) {
        visit(binary->left);
        visit(binary->right);
    } else if (const auto* choice = ast::as<ast::ConditionalExpr>(expr)) {
        visit(choice->condition);
        visit(choice->then);
        visit(choice->otherwise);
    } else if (const auto* lambda = ast::as<ast::LambdaExpr>(expr)) {
        visit(lambda->body);
    }
}

void Collector::visit_flow(const ast::Statement& statement) {
    if (const auto* branch = ast::as<ast::IfStmt>(&statement)) {
        visit(branch->condition);
        visit(branch->then);
        visit(branch->otherwise);
        if (branch->otherwise_if != nullptr) visit(*branch->otherwise_if);
    } else if (const auto* loop = ast::as<ast::ForStmt>(&statement)) {
        visit(loop->loop);
        visit(loop->block);
    } else if (const auto* group = ast::as<ast::ParallelStmt>(&statement)) {
        visit(group->block);
    } else if (const auto* node = ast::as<ast::NodeStmt>(&statement)) {
        visit(node->loop);
        if (node->call != nullptr) visit(node->call->arguments);
        for (const ast::Expr* when : node->when)
            visit(when);
        visit(node->inline_block);
        visit(node->block);
    }
}

void Collector::visit(const ast::Statement& statement) {
    if (const auto* property = ast::as<ast::Property>(&statement)) {
        visit(property->value);
        visit(property->block);
    } else if (const auto* let = ast::as<ast::LetDecl>(&statement)) {
        visit(let->value);
    } else if (const auto* on = ast::as<ast::OnDecl>(&statement)) {
        visit(on->when);
        visit(on->block);
    } else {
        visit_flow(statement);
    }
}

} // namespace

std::string FreeName::key() const {
    return member.empty() ? std::string(name) : std::string(name) + "." + std::string(member);
}

std::string FreeName::input_name() const {
    return member.empty() ? std::string(name) : std::string(name) + "-" + std::string(member);
}

std::vector<FreeName> free_names(const ast::Block& block) {
    Collector collector;
    collector.visit(&block);
    return collector.take();
}

std::vector<FreeName> free_names(const ast::Expr& expr) {
    Collector collector;
    collector.visit(&expr);
    return collector.take();
}

} // namespace tiphys::front
