#pragma once
// Expressions of the language as Argo has them: constants, tags, expr-lang texts, event paths.

#include <string>

#include "compiler/front/language/problems.h"
#include "compiler/front/language/scope.h"

namespace tiphys::front {

/// What an expression comes to. Constants are drafts. Everything else has `expr`, its text in
/// expr-lang; what can also be written without it has `text`, with tags in it.
struct Value {
    ValuePhase phase = ValuePhase::kConst;
    const Draft* constant = nullptr;
    std::string text;
    bool has_text = false;
    std::string expr;
    /// How tight the outermost operator of `expr` binds; an operand has the highest.
    int binding = 100;
    ValueType type;
    /// Of a condition that govaluate takes without quotes: `{{x}} == word`.
    std::string simple_condition;
    /// Nodes whose outcome it needs, in textual order.
    std::vector<std::string_view> nodes;
    /// One tag and nothing else.
    bool is_tag = false;
    bool is_artifact = false;
    /// Its node may be skipped.
    bool may_be_absent = false;
    /// Of event values: the dependency, its key, and the Go template where a key is not enough.
    std::string_view event;
    std::string event_path;
    std::string event_template;
    bool is_error = false;
    Span span;

    [[nodiscard]] bool is_constant() const { return constant != nullptr; }
};

/// The expression as a tag of Argo: `{{=…}}`.
[[nodiscard]] std::string expression_tag(std::string_view expr);

/// Evaluates expressions in a scope. Reports what has no meaning.
class Evaluator {
public:
    Evaluator(Drafts& drafts, Problems& problems) : drafts_(drafts), problems_(problems) {}

    Value evaluate(const ast::Expr& expr, const LanguageScope& scope);
    /// As a field takes it: the constant, a text with tags, or `{{=…}}`.
    Draft* to_draft(const Value& value);
    /// As text with tags, or `{{=…}}`.
    std::string to_text(const Value& value);
    /// As `when` takes it.
    std::string to_condition(const Value& value);
    /// Both conditions hold; either may be an error.
    Value conjoin(const Value& left, const Value& right);
    Value negate(const Value& value);
    /// A value for a reference by its tag, such as `inputs.parameters.x`.
    static Value reference(std::string tag, const ValueType& type, ValuePhase phase, Span span);

    /// Makes the arguments of a call known in `inner` by the names of the function's parameters.
    /// `scope` is the caller's and must live as long; false, and reported, where one is missing.
    bool bind(const ast::FnDecl& decl, const ast::CallExpr& call, Span span,
              const LanguageScope& scope, LanguageScope& inner);

    Drafts& drafts() { return drafts_; }
    Problems& problems() { return problems_; }

private:
    Value evaluate_name(const ast::NameExpr& name, const ast::Expr& expr,
                        const LanguageScope& scope);
    Value symbol_value(const Symbol& symbol, const ast::Expr& expr);
    Value node_value(const LanguageNode& node, Span span);
    Value evaluate_text(const ast::TextExpr& text, const ast::Expr& expr,
                        const LanguageScope& scope);
    Value evaluate_list(const ast::ListExpr& list, const ast::Expr& expr,
                        const LanguageScope& scope);
    Value evaluate_loop(const ast::ComprehensionExpr& loop, const ast::Expr& expr,
                        const LanguageScope& scope);
    Value evaluate_map(const ast::MapExpr& map, const ast::Expr& expr, const LanguageScope& scope);
    Value evaluate_member(const ast::MemberExpr& member, const ast::Expr& expr,
                          const LanguageScope& scope);
    Value evaluate_index(const ast::IndexExpr& index, const ast::Expr& expr,
                         const LanguageScope& scope);
    Value evaluate_slice(const ast::SliceExpr& slice, const ast::Expr& expr,
                         const LanguageScope& scope);
    Value evaluate_call(const ast::CallExpr& call, const ast::Expr& expr,
                        const LanguageScope& scope);
    Value evaluate_unary(const ast::UnaryExpr& unary, const ast::Expr& expr,
                         const LanguageScope& scope);
    Value evaluate_binary(const ast::BinaryExpr& binary, const ast::Expr& expr,
                          const LanguageScope& scope);
    Value evaluate_conditional(const ast::ConditionalExpr& conditional, const ast::Expr& expr,
                               const LanguageScope& scope);
    Value evaluate_lambda(const ast::LambdaExpr& lambda, const ast::Expr& expr,
                          const LanguageScope& scope);
    Value call_function(const Symbol& function, const ast::CallExpr& call, const ast::Expr& expr,
                        const LanguageScope& scope);
    Value node_member(const LanguageNode& node, const ast::Name& member, Span span);
    static bool is_secret(const ast::Expr* expr);
    Value report_secret(Span span);
    Value fold(const ast::BinaryExpr& binary, const Value& left, const Value& right, Span span);
    Value expression(std::string expr, int binding, Span span,
                     std::initializer_list<const Value*> parts);
    Value constant(const Draft* draft);
    Value error(Span span);
    std::string operand(const Value& value, int binding, bool as_number);
    std::string literal(const Draft& draft);

    Drafts& drafts_;
    Problems& problems_;
    /// Lets and functions that are being evaluated: a cycle is an error.
    std::vector<const ast::Expr*> active_;
};

} // namespace tiphys::front
