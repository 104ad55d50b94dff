#pragma once
// From ANTLR's parse tree to ours. Only files of this folder include this header.

#include <TiphysParser.h>
#include <functional>

#include "compiler/syntax/tokens.h"

namespace tiphys::syntax {

using Parser = gen::TiphysParser;

/// Parses the tokens, which are used up, and hands the parse tree to `use`; it dies afterwards.
/// Defects go to `lexed`. ANTLR's exceptions pass through.
void with_parse_tree(LexedFile& lexed, const std::function<void(Parser::FileContext&)>& use);

/// The comments among the tokens.
[[nodiscard]] std::vector<ast::Comment> comments_of(const LexedFile& lexed);

/// One function for each grammar rule, of the rule's name. Parts that are missing after an error
/// become ErrorExpr, names without text, or null.
class AstBuilder {
public:
    AstBuilder(const LexedFile& lexed, std::string_view text, Arena& arena,
               const std::vector<ast::Comment>& comments)
        : lexed_(lexed), text_(text), arena_(arena), comments_(comments) {}

    /// The statements of a file. What follows a workflow without a block is in its block.
    std::span<const ast::Statement> file(Parser::FileContext& context);

private:
    // statements (build_ast.cpp)
    std::span<const ast::Statement> statements(const std::vector<Parser::StmtContext*>& contexts);
    std::span<const ast::Statement> with_followers(std::span<const ast::Statement> all);
    ast::Statement stmt(Parser::StmtContext& context);
    const ast::Block* block(Parser::BlockContext* context);
    ast::UseDecl use_decl(Parser::UseDeclContext& context);
    ast::LetDecl let_decl(Parser::LetDeclContext& context);
    ast::FnDecl fn_decl(Parser::FnDeclContext& context);
    ast::TemplateDecl tmpl_decl(Parser::TmplDeclContext& context);
    const ast::Block* with_image(const ast::Expr* image, const ast::Block* body);
    const ast::Params* params(Parser::ParamsContext* context);
    ast::Param param(Parser::ParamContext& context);
    const ast::Result* result(Parser::ResultContext* context);
    const ast::Type* type(Parser::TypeContext* context);
    ast::OnDecl on_decl(Parser::OnDeclContext& context);
    ast::EveryDecl every_decl(Parser::EveryDeclContext& context);
    ast::DepDecl dep_decl(Parser::DepDeclContext& context);
    ast::Property prop(Parser::PropContext& context);

    // flow (build_flow.cpp)
    ast::ForStmt for_stmt(Parser::ForStmtContext& context);
    ast::IfStmt if_stmt(Parser::IfStmtContext& context);
    ast::ParallelStmt par_stmt(Parser::ParStmtContext& context);
    ast::NodeStmt node(Parser::NodeContext& context);
    const ast::Call* call(Parser::CallContext* context);
    const ast::Comprehension* comp_for(Parser::CompForContext* context);
    const ast::Depends* depends(Parser::DependsContext* context);
    std::span<const ast::Argument> args(Parser::ArgsContext* context);

    // expressions (build_expr.cpp)
    const ast::Expr* expr(Parser::ExprContext* context);
    const ast::Expr* primary(Parser::PrimaryContext* context);
    const ast::Expr* list(Parser::ListContext& context);
    const ast::Expr* string(Parser::StringContext* context);
    const ast::Expr* spread(Parser::SpreadContext& context);
    const ast::Expr* binary(Parser::ExprContext& context, antlr4::Token& op);
    const ast::Expr* bracketed(Parser::ExprContext& context);
    const ast::Expr* make(Span span, decltype(ast::Expr::value) value);
    const ast::Expr* leaf(const antlr4::Token& token);
    ast::FenceExpr fence(Span span);
    std::vector<ast::TextPart> text_parts(Parser::StringContext& context, bool is_triple);
    [[nodiscard]] std::string unescaped(std::string_view escape) const;
    void dedent_parts(std::vector<ast::TextPart>& parts);
    [[nodiscard]] std::string triple_text(std::string_view text) const;

    // names and places
    ast::Name name(Parser::NameContext* context);
    ast::Name name_of(const antlr4::Token* token);
    ast::Name label(Parser::LabelContext& context);
    ast::Name text_name(Parser::StringContext& context);
    ast::Path path(Parser::PathContext* context);
    const ast::Name* boxed(const ast::Name& name);
    std::string_view doc_before(std::uint32_t begin);
    [[nodiscard]] Span span_of(const antlr4::ParserRuleContext& context) const;
    [[nodiscard]] std::string_view text_of(Span span) const {
        return text_.substr(span.begin, span.size());
    }

    const LexedFile& lexed_;
    std::string_view text_;
    Arena& arena_;
    const std::vector<ast::Comment>& comments_;
};

} // namespace tiphys::syntax
