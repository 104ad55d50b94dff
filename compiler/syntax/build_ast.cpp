// Declarations, properties, names and places of the tree.
#include "compiler/syntax/build_ast.h"

#include <TiphysLexer.h>
#include <algorithm>
#include <array>

namespace tiphys::syntax {
namespace {

using gen::TiphysLexer;

ast::TemplateKind kind_of(Parser::TmplDeclContext& context) {
    if (context.WORKFLOW() != nullptr) return ast::TemplateKind::kWorkflow;
    if (context.DAG() != nullptr) return ast::TemplateKind::kDag;
    if (context.STEPS() != nullptr) return ast::TemplateKind::kSteps;
    return ast::TemplateKind::kTask;
}

/// `workflow name(…)` with nothing behind it but the rest of the file.
bool is_open_workflow(const ast::Statement& statement) {
    const auto* decl = ast::as<ast::TemplateDecl>(&statement);
    return decl != nullptr && decl->kind == ast::TemplateKind::kWorkflow &&
           decl->block == nullptr && !statement.is_broken;
}

/// A workflow, `events name {…}` and the like.
bool begins_object(const ast::Statement& statement) {
    constexpr std::array<std::string_view, 5> kWords{"events", "sensor", "bus", "binding",
                                                     "object"};
    const auto* decl = ast::as<ast::TemplateDecl>(&statement);
    if (decl != nullptr) return decl->kind == ast::TemplateKind::kWorkflow;
    const auto* property = ast::as<ast::Property>(&statement);
    return property != nullptr && !property->labels.empty() && !property->key.parts.empty() &&
           std::find(kWords.begin(), kWords.end(), property->key.parts.front().text) !=
               kWords.end();
}

bool belongs_to_file(const ast::Statement& statement) {
    return ast::as<ast::UseDecl>(&statement) != nullptr ||
           ast::as<ast::FnDecl>(&statement) != nullptr ||
           ast::as<ast::OverlayDecl>(&statement) != nullptr;
}

} // namespace

Span AstBuilder::span_of(const antlr4::ParserRuleContext& context) const {
    const antlr4::Token* first = context.start;
    const antlr4::Token* last = context.stop;
    if (first == nullptr) return {lexed_.file, 0, 0};
    const Span begin = lexed_.span_of(*first);
    if (last == nullptr) return begin;
    const Span end = lexed_.span_of(*last);
    // What matched nothing stops before it starts.
    return {lexed_.file, begin.begin, std::max(begin.begin, end.end)};
}

// ---- names

ast::Name AstBuilder::name_of(const antlr4::Token* token) {
    if (token == nullptr) return {};
    const Span span = lexed_.span_of(*token);
    std::string_view text = text_of(span);
    if (token->getType() == TiphysLexer::QID && text.size() >= 2) {
        return {text.substr(1, text.size() - 2), span, ast::NameForm::kBackticks};
    }
    // A token that recovery made up is no name.
    if (token->getTokenIndex() == INVALID_INDEX) return {{}, span, ast::NameForm::kBare};
    return {text, span, ast::NameForm::kBare};
}

ast::Name AstBuilder::name(Parser::NameContext* context) {
    return context == nullptr ? ast::Name{} : name_of(context->start);
}

const ast::Name* AstBuilder::boxed(const ast::Name& name) {
    return arena_.make<ast::Name>(name);
}

ast::Path AstBuilder::path(Parser::PathContext* context) {
    if (context == nullptr) return {};
    std::vector<ast::Name> parts;
    parts.push_back(name_of(context->start));
    for (Parser::NameContext* part : context->name())
        parts.push_back(name(part));
    return {arena_.copy(parts), span_of(*context)};
}

ast::Name AstBuilder::text_name(Parser::StringContext& context) {
    const ast::Expr* text = string(&context);
    const auto* parts = ast::as<ast::TextExpr>(text);
    ast::Name name{{}, text->span, ast::NameForm::kText};
    if (parts == nullptr) return name;
    std::string joined;
    for (const ast::TextPart& part : parts->parts)
        joined += part.expr == nullptr ? part.text : text_of(part.span);
    name.text = arena_.copy(joined);
    return name;
}

ast::Name AstBuilder::label(Parser::LabelContext& context) {
    if (context.string() != nullptr) return text_name(*context.string());
    return name(context.name());
}

// ---- comments

std::string_view AstBuilder::doc_before(std::uint32_t begin) {
    const auto after = std::lower_bound(
        comments_.begin(), comments_.end(), begin,
        [](const ast::Comment& comment, std::uint32_t at) { return comment.span.begin < at; });
    auto first = after;
    std::uint32_t next = begin;
    while (first != comments_.begin()) {
        const ast::Comment& comment = *std::prev(first);
        const std::string_view between = text_.substr(comment.span.end, next - comment.span.end);
        const bool is_near = between.find_first_not_of(" \t\r\n") == between.npos &&
                             std::count(between.begin(), between.end(), '\n') == 1;
        if (!comment.is_doc || !comment.on_own_line || !is_near) break;
        next = comment.span.begin;
        --first;
    }
    std::string doc;
    for (; first != after; ++first) {
        std::string_view line = text_of(first->span).substr(2);
        if (line.starts_with(' ')) line.remove_prefix(1);
        doc += std::string(line.substr(0, line.find_last_not_of(" \t\r") + 1)) + "\n";
    }
    return doc.empty() ? std::string_view{} : arena_.copy(doc);
}

// ---- declarations

ast::UseDecl AstBuilder::use_decl(Parser::UseDeclContext& context) {
    ast::UseDecl decl;
    decl.module = string(context.string());
    if (context.AS() != nullptr) {
        decl.alias = context.name().empty() ? nullptr : boxed(name(context.name(0)));
        return decl;
    }
    std::vector<ast::Name> names;
    for (Parser::NameContext* part : context.name())
        names.push_back(name(part));
    decl.names = arena_.copy(names);
    return decl;
}

ast::LetDecl AstBuilder::let_decl(Parser::LetDeclContext& context) {
    return {name(context.name()), type(context.type()), expr(context.expr())};
}

ast::FnDecl AstBuilder::fn_decl(Parser::FnDeclContext& context) {
    return {name(context.name()), params(context.params()), type(context.type()),
            expr(context.expr())};
}

ast::TemplateDecl AstBuilder::tmpl_decl(Parser::TmplDeclContext& context) {
    const ast::Block* body = block(context.block());
    if (context.IN() != nullptr) body = with_image(expr(context.expr()), body);
    return {kind_of(context), name(context.name()), params(context.params()),
            result(context.result()), body};
}

/// `task t in "image" {…}` is `task t { image: "image" … }`.
const ast::Block* AstBuilder::with_image(const ast::Expr* image, const ast::Block* body) {
    if (body == nullptr) return body;
    const std::vector<ast::Name> key{{"image", image->span, ast::NameForm::kBare}};
    ast::Property property{.key = {arena_.copy(key), image->span}};
    property.value = image;
    std::vector<ast::Statement> all{ast::Statement{.span = image->span, .value = property}};
    all.insert(all.end(), body->statements.begin(), body->statements.end());
    return arena_.make<ast::Block>(body->span, arena_.copy(all));
}

ast::Param AstBuilder::param(Parser::ParamContext& context) {
    ast::Param param{.span = span_of(context)};
    param.doc = doc_before(param.span.begin);
    param.name = name(context.name());
    param.type = type(context.type());
    // The expressions come in the order of the words before them.
    const std::vector<Parser::ExprContext*> values = context.expr();
    std::size_t next = 0;
    const auto take = [&](bool is_there) -> const ast::Expr* {
        if (!is_there) return nullptr;
        return next < values.size() ? expr(values[next++]) : expr(nullptr);
    };
    param.fallback = take(context.ASSIGN() != nullptr);
    param.at = take(context.AT() != nullptr);
    param.from = take(context.FROM() != nullptr);
    param.to = take(context.TO() != nullptr);
    return param;
}

const ast::Params* AstBuilder::params(Parser::ParamsContext* context) {
    if (context == nullptr) return nullptr;
    std::vector<ast::Param> items;
    for (Parser::ParamContext* item : context->param())
        items.push_back(param(*item));
    return arena_.make<ast::Params>(span_of(*context), arena_.copy(items));
}

const ast::Result* AstBuilder::result(Parser::ResultContext* context) {
    if (context == nullptr) return nullptr;
    return arena_.make<ast::Result>(span_of(*context), params(context->params()),
                                    type(context->type()));
}

const ast::Type* AstBuilder::type(Parser::TypeContext* context) {
    if (context == nullptr || context->typeAtom() == nullptr) return nullptr;
    Parser::TypeAtomContext& atom = *context->typeAtom();
    ast::Type type{.span = span_of(*context)};
    type.n_lists = static_cast<std::uint32_t>(context->LS().size());
    type.is_optional = context->Q() != nullptr;
    std::vector<const ast::Expr*> literals;
    for (Parser::StringContext* literal : atom.string())
        literals.push_back(string(literal));
    type.literals = arena_.copy(literals);
    if (literals.empty()) {
        std::vector<ast::Name> parts{name_of(atom.start)};
        for (Parser::NameContext* part : atom.name())
            parts.push_back(name(part));
        type.path = {arena_.copy(parts), span_of(atom)};
    }
    return arena_.make<ast::Type>(type);
}

// ---- events

ast::OnDecl AstBuilder::on_decl(Parser::OnDeclContext& context) {
    ast::OnDecl decl;
    decl.alias = context.AS() == nullptr ? nullptr : boxed(name(context.name()));
    decl.where = context.WHERE() == nullptr ? nullptr : expr(context.expr());
    decl.block = block(context.block());
    Parser::TriggerContext* trigger = context.trigger();
    if (trigger == nullptr) return decl;
    const std::vector<Parser::ExprContext*> values = trigger->expr();
    if (trigger->path() == nullptr) {
        decl.trigger = values.empty() ? expr(nullptr) : expr(values[0]);
        if (trigger->WHEN() != nullptr) decl.when = expr(values.size() > 1 ? values[1] : nullptr);
        return decl;
    }
    decl.source = arena_.make<ast::Path>(path(trigger->path()));
    std::vector<ast::Name> events;
    for (Parser::EventNameContext* event : trigger->eventName())
        events.push_back(name_of(event->start));
    decl.events = arena_.copy(events);
    std::size_t next = 0;
    if (trigger->TO() != nullptr) decl.to = expr(next < values.size() ? values[next++] : nullptr);
    if (trigger->FROM() != nullptr) decl.from = expr(next < values.size() ? values[next] : nullptr);
    return decl;
}

ast::EveryDecl AstBuilder::every_decl(Parser::EveryDeclContext& context) {
    ast::EveryDecl decl;
    std::vector<const ast::Expr*> texts;
    for (Parser::StringContext* text : context.string())
        texts.push_back(string(text));
    if (context.IN() != nullptr && texts.size() > 1) {
        decl.timezone = texts.back();
        texts.pop_back();
    }
    decl.schedules = arena_.copy(texts);
    decl.block = block(context.block());
    return decl;
}

ast::DepDecl AstBuilder::dep_decl(Parser::DepDeclContext& context) {
    return {name(context.name()), path(context.path()),
            context.WHERE() == nullptr ? nullptr : expr(context.expr()), block(context.block())};
}

// ---- statements

ast::Property AstBuilder::prop(Parser::PropContext& context) {
    ast::Property property;
    if (context.key() != nullptr && context.key()->path() != nullptr) {
        property.key = path(context.key()->path());
    } else if (context.key() != nullptr && context.key()->string() != nullptr) {
        const std::vector<ast::Name> parts{text_name(*context.key()->string())};
        property.key = {arena_.copy(parts), parts.front().span};
    } else {
        const std::vector<ast::Name> parts{name_of(context.start)};
        property.key = {arena_.copy(parts), parts.front().span};
    }
    std::vector<ast::Name> labels;
    for (Parser::LabelContext* text : context.label())
        labels.push_back(label(*text));
    property.labels = arena_.copy(labels);
    property.block = block(context.block());
    if (property.block != nullptr) return property;
    // `key: {…}` is another spelling of `key {…}`.
    const ast::Expr* value = expr(context.expr());
    const auto* map = value->is_parenthesized ? nullptr : ast::as<ast::MapExpr>(value);
    if (map != nullptr) {
        property.block = map->block;
    } else {
        property.value = value;
    }
    return property;
}

const ast::Block* AstBuilder::block(Parser::BlockContext* context) {
    if (context == nullptr) return nullptr;
    return arena_.make<ast::Block>(span_of(*context), statements(context->stmt()));
}

std::span<const ast::Statement> AstBuilder::file(Parser::FileContext& context) {
    const std::span<const ast::Statement> all = statements(context.stmt());
    const bool has_open = std::any_of(all.begin(), all.end(), is_open_workflow);
    return has_open ? with_followers(all) : all;
}

/// Gives each workflow without a block what follows it, up to the next object of the file.
std::span<const ast::Statement> AstBuilder::with_followers(std::span<const ast::Statement> all) {
    std::vector<ast::Statement> outer;
    for (std::size_t i = 0; i < all.size();) {
        ast::Statement statement = all[i++];
        if (!is_open_workflow(statement)) {
            outer.push_back(statement);
            continue;
        }
        std::vector<ast::Statement> inner;
        std::vector<ast::Statement> of_file;
        Span span{statement.span.file, statement.span.end, statement.span.end};
        for (; i < all.size() && !begins_object(all[i]); ++i) {
            if (belongs_to_file(all[i])) {
                of_file.push_back(all[i]);
                continue;
            }
            if (inner.empty()) span.begin = all[i].span.begin;
            span.end = all[i].span.end;
            inner.push_back(all[i]);
        }
        auto& decl = std::get<ast::TemplateDecl>(statement.value);
        decl.block = arena_.make<ast::Block>(span, arena_.copy(inner));
        statement.span.end = span.end;
        outer.push_back(statement);
        outer.insert(outer.end(), of_file.begin(), of_file.end());
    }
    return arena_.copy(outer);
}

std::span<const ast::Statement>
AstBuilder::statements(const std::vector<Parser::StmtContext*>& contexts) {
    std::vector<ast::Statement> list;
    list.reserve(contexts.size());
    for (Parser::StmtContext* context : contexts)
        list.push_back(stmt(*context));
    return arena_.copy(list);
}

ast::Statement AstBuilder::stmt(Parser::StmtContext& context) {
    ast::Statement statement{.span = span_of(context)};
    statement.doc = doc_before(statement.span.begin);
    statement.is_broken = context.exception != nullptr;
    if (context.children.empty()) return statement;
    auto* child = dynamic_cast<antlr4::ParserRuleContext*>(context.children.front());
    if (child == nullptr) return statement;
    statement.is_broken = statement.is_broken || child->exception != nullptr;
    switch (child->getRuleIndex()) {
    case Parser::RuleUseDecl:
        statement.value = use_decl(*context.useDecl());
        break;
    case Parser::RuleLetDecl:
        statement.value = let_decl(*context.letDecl());
        break;
    case Parser::RuleFnDecl:
        statement.value = fn_decl(*context.fnDecl());
        break;
    case Parser::RuleOverlay:
        statement.value =
            ast::OverlayDecl{name(context.overlay()->name()), block(context.overlay()->block())};
        break;
    case Parser::RuleTmplDecl:
        statement.value = tmpl_decl(*context.tmplDecl());
        break;
    case Parser::RuleOnDecl:
        statement.value = on_decl(*context.onDecl());
        break;
    case Parser::RuleEveryDecl:
        statement.value = every_decl(*context.everyDecl());
        break;
    case Parser::RuleDepDecl:
        statement.value = dep_decl(*context.depDecl());
        break;
    case Parser::RuleForStmt:
        statement.value = for_stmt(*context.forStmt());
        break;
    case Parser::RuleIfStmt:
        statement.value = if_stmt(*context.ifStmt());
        break;
    case Parser::RuleParStmt:
        statement.value = par_stmt(*context.parStmt());
        break;
    case Parser::RuleNode:
        statement.value = node(*context.node());
        break;
    case Parser::RuleProp:
        statement.value = prop(*context.prop());
        break;
    case Parser::RuleSpread:
        statement.value = ast::Spread{spread(*context.spread())};
        break;
    default:
        break;
    }
    return statement;
}

} // namespace tiphys::syntax
