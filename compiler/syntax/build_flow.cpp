// Nodes, loops, branches and calls of the tree.
#include "compiler/syntax/build_ast.h"

namespace tiphys::syntax {

ast::ForStmt AstBuilder::for_stmt(Parser::ForStmtContext& context) {
    ast::Comprehension loop;
    const std::vector<Parser::NameContext*> names = context.name();
    const std::vector<Parser::ExprContext*> values = context.expr();
    const ast::Block* body = block(context.block());
    const std::uint32_t begin = span_of(context).begin;
    loop.span = {lexed_.file, begin, body == nullptr ? begin : body->span.begin};
    if (!names.empty()) loop.first = name(names[0]);
    if (names.size() > 1) loop.second = boxed(name(names[1]));
    loop.list = expr(values.empty() ? nullptr : values[0]);
    if (context.PARALLEL() != nullptr)
        loop.parallel = expr(values.size() > 1 ? values[1] : nullptr);
    return {arena_.make<ast::Comprehension>(loop), body};
}

ast::IfStmt AstBuilder::if_stmt(Parser::IfStmtContext& context) {
    ast::IfStmt statement;
    statement.condition = expr(context.expr());
    const std::vector<Parser::BlockContext*> blocks = context.block();
    if (!blocks.empty()) statement.then = block(blocks[0]);
    if (context.ifStmt() != nullptr) {
        ast::Statement next{.span = span_of(*context.ifStmt())};
        next.is_broken = context.ifStmt()->exception != nullptr;
        next.value = if_stmt(*context.ifStmt());
        statement.otherwise_if = arena_.make<ast::Statement>(next);
    } else if (blocks.size() > 1) {
        statement.otherwise = block(blocks[1]);
    }
    return statement;
}

ast::ParallelStmt AstBuilder::par_stmt(Parser::ParStmtContext& context) {
    return {context.expr() == nullptr ? nullptr : expr(context.expr()), block(context.block())};
}

const ast::Comprehension* AstBuilder::comp_for(Parser::CompForContext* context) {
    if (context == nullptr) return nullptr;
    ast::Comprehension loop{.span = span_of(*context)};
    const std::vector<Parser::NameContext*> names = context->name();
    const std::vector<Parser::ExprContext*> values = context->expr();
    if (!names.empty()) loop.first = name(names[0]);
    if (names.size() > 1) loop.second = boxed(name(names[1]));
    std::size_t next = 0;
    const auto take = [&] { return expr(next < values.size() ? values[next++] : nullptr); };
    loop.list = take();
    if (context->IF() != nullptr) loop.condition = take();
    if (context->PARALLEL() != nullptr) loop.parallel = take();
    return arena_.make<ast::Comprehension>(loop);
}

std::span<const ast::Argument> AstBuilder::args(Parser::ArgsContext* context) {
    if (context == nullptr) return {};
    std::vector<ast::Argument> list;
    for (Parser::ArgContext* arg : context->arg()) {
        ast::Argument argument{.span = span_of(*arg)};
        if (arg->spread() != nullptr) {
            argument.is_spread = true;
            argument.value = spread(*arg->spread());
        } else {
            if (arg->name() != nullptr) argument.name = boxed(name(arg->name()));
            const bool has_value = arg->expr() != nullptr || argument.name == nullptr;
            if (has_value) argument.value = expr(arg->expr());
        }
        list.push_back(argument);
    }
    return arena_.copy(list);
}

const ast::Call* AstBuilder::call(Parser::CallContext* context) {
    if (context == nullptr) return nullptr;
    return arena_.make<ast::Call>(span_of(*context), path(context->path()), args(context->args()));
}

const ast::Depends* AstBuilder::depends(Parser::DependsContext* context) {
    if (context == nullptr) return arena_.make<ast::Depends>();
    const std::vector<Parser::DependsContext*> parts = context->depends();
    if (context->LP() != nullptr) {
        ast::Depends inner = *depends(parts.empty() ? nullptr : parts[0]);
        inner.is_parenthesized = true;
        return arena_.make<ast::Depends>(inner);
    }
    ast::Depends result{.span = span_of(*context)};
    if (context->NOT() != nullptr) {
        result.kind = ast::DependsKind::kNot;
        result.left = depends(parts.empty() ? nullptr : parts[0]);
    } else if (context->AND() != nullptr || context->OR() != nullptr) {
        result.kind = context->AND() != nullptr ? ast::DependsKind::kAnd : ast::DependsKind::kOr;
        result.left = depends(parts.empty() ? nullptr : parts[0]);
        result.right = depends(parts.size() > 1 ? parts[1] : nullptr);
    } else {
        result.node = name_of(context->start);
        if (context->name() != nullptr) result.result = boxed(name(context->name()));
    }
    return arena_.make<ast::Depends>(result);
}

ast::NodeStmt AstBuilder::node(Parser::NodeContext& context) {
    ast::NodeStmt node;
    if (context.name() != nullptr) node.name = boxed(name(context.name()));
    node.call = call(context.call());
    node.loop = comp_for(context.compFor());
    if (Parser::InlineTContext* inside = context.inlineT()) {
        if (inside->DAG() != nullptr) node.inline_kind = ast::TemplateKind::kDag;
        if (inside->STEPS() != nullptr) node.inline_kind = ast::TemplateKind::kSteps;
        node.inline_block = block(inside->block());
    }
    std::vector<const ast::Depends*> after;
    std::vector<const ast::Expr*> when;
    for (Parser::ClauseContext* clause : context.clause()) {
        for (Parser::DependsContext* item : clause->depends())
            after.push_back(depends(item));
        if (clause->WHEN() != nullptr) when.push_back(expr(clause->expr()));
    }
    node.after = arena_.copy(after);
    node.when = arena_.copy(when);
    node.block = block(context.block());
    return node;
}

} // namespace tiphys::syntax
