#pragma once
// The expressions of a document: every text that one of Argo's expression languages reads, parsed
// and checked against what it may name at its place.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/text_edit.h"
#include "compiler/expr/check.h"
#include "compiler/expr/govaluate.h"
#include "compiler/expr/tags.h"
#include "compiler/front/scope.h"

namespace tiphys::analyze {

class Context;
class Facts;

enum class SiteKind : std::uint8_t {
    kTag,          ///< `{{=…}}`
    kCronTag,      ///< `{{=…}}` in the `when` of a CronWorkflow
    kHook,         ///< `hooks.*.expression`
    kRetry,        ///< `retryStrategy.expression`
    kOutput,       ///< `valueFrom.expression`
    kArtifact,     ///< `fromExpression`
    kLabel,        ///< `labelsFrom.*.expression`
    kStop,         ///< `stopStrategy.expression`
    kSelector,     ///< `event.selector` of a binding
    kEvent,        ///< `valueFrom.event` of a binding
    kSubmit,       ///< metadata that a binding computes
    kSuccess,      ///< `http.successCondition`
    kData,         ///< a data template's transformation
    kSourceFilter, ///< `filter.expression` of an event source
};

/// A variable that an expression names, like `steps['a'].outputs.result`.
struct VariableUse {
    expr::ExprId id = expr::kNoExpr;
    expr::Range range; ///< in the expression
    std::string name;  ///< joined by dots: `steps.a.outputs.result`
    /// The bytes in the expression of each part of the name, without brackets and quotes.
    std::vector<expr::Range> parts;
    front::Lookup lookup;
    /// A nil value does no harm: `??`, `?.` or a comparison with nil look after it.
    bool is_guarded = false;
    /// It is evaluated on a condition: a branch of `?:`, the right side of `&&` or `||`.
    bool is_conditional = false;
};

/// An expression of expr-lang.
struct Expression {
    const ir::Scalar* scalar = nullptr;
    front::TextUse use; ///< without a flow outside of workflows
    SiteKind kind = SiteKind::kTag;
    expr::Range range; ///< of the expression in the scalar's text
    std::string_view text;
    /// Tags stand in it, which are replaced before it is read: then only its syntax is looked at.
    bool has_tags = false;
    expr::ParseResult parsed;
    expr::CheckResult check;
    /// The names that it uses, in source order; those of its roots that do not exist are findings
    /// of the checker.
    std::vector<VariableUse> variables;
    /// Functions of `sprig` that do not exist.
    std::vector<VariableUse> unknown_functions;

    /// A part of the expression, in bytes of the scalar's text.
    [[nodiscard]] expr::Range in_scalar(expr::Range part) const {
        return {range.begin + part.begin, range.begin + part.end};
    }
};

/// Whether Argo takes a bool there, and nothing else.
[[nodiscard]] bool is_condition(SiteKind kind);
/// Whether Argo puts asInt, jsonpath, sprig and so on beside expr-lang's own functions.
[[nodiscard]] bool has_argo_functions(SiteKind kind);

enum class ConditionKind : std::uint8_t {
    kWhen,      ///< of steps, tasks and metrics: bare words are strings
    kCronWhen,  ///< of a CronWorkflow: bare words are variables that do not exist
    kExprFilter ///< `expr` of a Sensor's filter: bare words are its `fields`
};

/// A condition in govaluate's language.
struct ConditionUse {
    const ir::Scalar* scalar = nullptr;
    front::TextUse use; ///< without a flow outside of workflows
    ConditionKind kind = ConditionKind::kWhen;
    /// The scalar's text with every tag replaced by a word of the same length.
    std::string text;
    std::vector<expr::Tag> tags;
    expr::ParseResult parsed;

    /// The tag that makes up the whole of a part, or null.
    [[nodiscard]] const expr::Tag* tag_at(expr::Range part) const;
    [[nodiscard]] bool touches_tag(expr::Range part) const;
};

struct Sites {
    std::vector<Expression> expressions;
    std::vector<ConditionUse> conditions;
};

[[nodiscard]] Sites collect_sites(const ir::Document& document, Facts& facts);

/// Source spans of parts of an expression or condition, in bytes of its text.
[[nodiscard]] Span span_of(const Context& context, const Expression& expression, expr::Range part);
[[nodiscard]] Span span_of(const Context& context, const ConditionUse& condition, expr::Range part);

/// Writes `text` over bytes of a scalar's value, escaped as its quotes demand.
[[nodiscard]] TextEdit edit_in(const Context& context, const ir::Scalar& scalar, expr::Range part,
                               std::string_view text);
/// The quote for a text inside of a scalar: the one that its own quotes are not.
[[nodiscard]] char inner_quote(const ir::Scalar& scalar);

/// The text without the white space around it.
[[nodiscard]] expr::Range trimmed(std::string_view text);

/// Text of another language, in which `{{` may belong to somebody else.
[[nodiscard]] bool is_foreign_text(const front::TextUse& text);

} // namespace tiphys::analyze
