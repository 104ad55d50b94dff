// The expressions of a document.
#include "analyzer/sites.h"

#include <algorithm>

#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/site_variables.h"
#include "analyzer/walk.h"
#include "compiler/expr/unicode.h"
#include "compiler/expr/when.h"
#include "schemas/events.gen.h"

namespace tiphys::analyze {
namespace {

expr::Range range_of(std::size_t begin, std::size_t end) {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

std::optional<SiteKind> kind_of_workflow_field(const front::TextUse& use) {
    const std::string_view type = use.parent->type->name;
    if (use.field->name == "fromExpression") return SiteKind::kArtifact;
    if (use.field->name == "successCondition") return SiteKind::kSuccess;
    if (type == "RetryStrategy") return SiteKind::kRetry;
    if (type == "LifecycleHook") return SiteKind::kHook;
    if (type == "LabelValueFrom") return SiteKind::kLabel;
    if (type == "ValueFrom" && use.field->name == "expression") return SiteKind::kOutput;
    if (type == "TransformationStep") return SiteKind::kData;
    return std::nullopt;
}

std::optional<SiteKind> kind_of_other_field(const PresentField& present) {
    const std::string_view type = present.owner->type->name;
    const std::string_view field = present.field->name;
    if (type == "StopStrategy") return SiteKind::kStop;
    if (type == "Event" && field == "selector") return SiteKind::kSelector;
    if (type == "ValueFrom" && field == "event") return SiteKind::kEvent;
    if (type == "SubmitMetadata") return SiteKind::kSubmit;
    if (type == "EventSourceFilter") return SiteKind::kSourceFilter;
    return std::nullopt;
}

class SiteCollector {
public:
    SiteCollector(const ir::Document& document, Facts& facts)
        : document_(document), facts_(facts) {}

    Sites run() {
        for (const front::Flow* flow : facts_.flows(document_))
            collect_flow(*flow);
        const bool is_workflow = document_.kind == "Workflow" ||
                                 document_.kind == "WorkflowTemplate" ||
                                 document_.kind == "ClusterWorkflowTemplate";
        if (!is_workflow && document_.root != nullptr && document_.type != nullptr) {
            for_each_field(*document_.root,
                           [&](const PresentField& present) { collect_field(present); });
        }
        return std::move(sites_);
    }

private:
    void collect_flow(const front::Flow& flow) {
        const front::Uses& uses = facts_.uses(flow);
        for (const front::TagUse& tag : uses.tags) {
            if (tag.tag.is_expression) add_tag(tag.text, tag.tag, SiteKind::kTag);
        }
        for (const front::TextUse& use : uses.expressions) {
            if (use.field->language == schema::Language::kWhen) {
                add_condition(use, ConditionKind::kWhen);
            } else if (const std::optional<SiteKind> kind = kind_of_workflow_field(use)) {
                add_field(use, *kind);
            }
        }
    }

    /// Fields outside of workflow specs.
    void collect_field(const PresentField& present) {
        const std::string_view type = present.owner->type->name;
        const std::optional<SiteKind> kind = kind_of_other_field(present);
        const bool is_cron = type == "CronWorkflowSpec" && present.field->name == "when";
        const bool is_filter = type == "ExprFilter" && present.field->name == "expr";
        if (!kind && !is_cron && !is_filter) return;
        for_each_scalar(*present.entry->value, [&](const ir::Scalar& scalar) {
            const front::TextUse use{&scalar, present.owner, present.field, {}};
            if (kind) return add_field(use, *kind);
            if (is_filter) return add_condition(use, ConditionKind::kExprFilter);
            for (const expr::Tag& tag : expr::scan_tags(scalar.text).tags) {
                if (tag.is_expression) add_tag(use, tag, SiteKind::kCronTag);
            }
            add_condition(use, ConditionKind::kCronWhen);
        });
    }

    void add_tag(const front::TextUse& use, const expr::Tag& tag, SiteKind kind) {
        add_expression(use, kind, tag.content);
    }

    void add_field(const front::TextUse& use, SiteKind kind) {
        add_expression(use, kind, range_of(0, use.scalar->text.size()));
    }

    void add_expression(const front::TextUse& use, SiteKind kind, expr::Range range) {
        const bool is_field = range.end == use.scalar->text.size();
        // Argo takes an empty field for none.
        if (is_field && use.scalar->text.empty()) return;
        Expression expression;
        expression.scalar = use.scalar;
        expression.use = use;
        expression.kind = kind;
        expression.range = range;
        expression.text = use.scalar->text.substr(range.begin, range.end - range.begin);
        expression.has_tags = expression.text.find("{{") != std::string_view::npos;
        check_expression(expression, facts_.flows());
        sites_.expressions.push_back(std::move(expression));
    }

    void add_condition(const front::TextUse& use, ConditionKind kind) {
        const ir::Scalar& scalar = *use.scalar;
        // Argo takes an empty text for no condition.
        if (scalar.text.empty()) return;
        std::optional<TaglessText> tagless = without_tags(scalar.text);
        if (!tagless) return;
        ConditionUse condition;
        condition.scalar = &scalar;
        condition.use = use;
        condition.kind = kind;
        condition.text = std::move(tagless->text);
        condition.tags = std::move(tagless->tags);
        condition.parsed = kind == ConditionKind::kWhen
                               ? expr::parse_when(condition.text)
                               : expr::parse(condition.text, expr::Dialect::kGovaluate);
        sites_.conditions.push_back(std::move(condition));
    }

    const ir::Document& document_;
    Facts& facts_;
    Sites sites_;
};

} // namespace

bool is_condition(SiteKind kind) {
    switch (kind) {
    case SiteKind::kHook:
    case SiteKind::kRetry:
    case SiteKind::kStop:
    case SiteKind::kSelector:
    case SiteKind::kSuccess:
    case SiteKind::kSourceFilter:
        return true;
    case SiteKind::kTag:
    case SiteKind::kCronTag:
    case SiteKind::kOutput:
    case SiteKind::kArtifact:
    case SiteKind::kLabel:
    case SiteKind::kEvent:
    case SiteKind::kSubmit:
    case SiteKind::kData:
        return false;
    }
    return false;
}

bool has_argo_functions(SiteKind kind) {
    switch (kind) {
    case SiteKind::kTag:
    case SiteKind::kCronTag:
    case SiteKind::kHook:
    case SiteKind::kRetry:
    case SiteKind::kOutput:
    case SiteKind::kArtifact:
    case SiteKind::kLabel:
    case SiteKind::kSubmit:
    case SiteKind::kSourceFilter:
        return true;
    case SiteKind::kStop:
    case SiteKind::kSelector:
    case SiteKind::kEvent:
    case SiteKind::kSuccess:
    case SiteKind::kData:
        return false;
    }
    return false;
}

const expr::Tag* ConditionUse::tag_at(expr::Range part) const {
    for (const expr::Tag& tag : tags) {
        if (tag.range == part) return &tag;
    }
    return nullptr;
}

bool ConditionUse::touches_tag(expr::Range part) const {
    return std::any_of(tags.begin(), tags.end(), [&](const expr::Tag& tag) {
        return part.begin <= tag.range.end && tag.range.begin <= part.end;
    });
}

Span span_of(const Context& context, const Expression& expression, expr::Range part) {
    const expr::Range range = expression.in_scalar(part);
    return context.span_in(*expression.scalar, range.begin, range.end);
}

Span span_of(const Context& context, const ConditionUse& condition, expr::Range part) {
    return context.span_in(*condition.scalar, part.begin, part.end);
}

namespace {

/// A plain scalar that begins with a quote is none any more: it is written in quotes of its own.
TextEdit quoted_anew(const ir::Scalar& scalar, expr::Range part, std::string_view text) {
    std::string written = "\"";
    for (const char c : std::string(text) + std::string(scalar.text.substr(part.end))) {
        if (c == '"' || c == '\\') written += '\\';
        written += c;
    }
    return {scalar.span, written + "\""};
}

} // namespace

TextEdit edit_in(const Context& context, const ir::Scalar& scalar, expr::Range part,
                 std::string_view text) {
    const bool begins_quoted = text.starts_with('\'') || text.starts_with('"');
    if (scalar.style == ScalarStyle::kPlain && part.begin == 0 && begins_quoted)
        return quoted_anew(scalar, part, text);
    std::string written;
    for (const char c : text) {
        if (scalar.style == ScalarStyle::kSingleQuoted && c == '\'') written += c;
        const bool is_special = c == '"' || c == '\\';
        if (scalar.style == ScalarStyle::kDoubleQuoted && is_special) written += '\\';
        written += c;
    }
    return {context.span_in(scalar, part.begin, part.end), std::move(written)};
}

char inner_quote(const ir::Scalar& scalar) {
    return scalar.style == ScalarStyle::kSingleQuoted ? '"' : '\'';
}

expr::Range trimmed(std::string_view text) {
    const std::string_view inner = expr::trim_space(text);
    const auto begin = static_cast<std::size_t>(inner.data() - text.data());
    return range_of(begin, begin + inner.size());
}

bool is_foreign_text(const front::TextUse& text) {
    if (text.field == nullptr) return false;
    return text.field->language == schema::Language::kScript ||
           text.field->language == schema::Language::kManifest || text.field->name == "data" ||
           text.scalar->text.find('\n') != std::string_view::npos;
}

Sites collect_sites(const ir::Document& document, Facts& facts) {
    return SiteCollector(document, facts).run();
}

} // namespace tiphys::analyze
