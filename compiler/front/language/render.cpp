// Values as texts of fields, conditions and expr-lang.
#include <algorithm>
#include <array>

#include "compiler/front/language/value.h"

namespace tiphys::front {
namespace {

constexpr int kAndBinding = 15;
constexpr int kUnaryBinding = 90;

std::string quoted(std::string_view text, char quote) {
    std::string out(1, quote);
    for (const char c : text) {
        if (c == quote || c == '\\') out += '\\';
        if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
    return out + quote;
}

bool is_plain_segment(std::string_view segment) {
    if (segment.empty() || (segment[0] >= '0' && segment[0] <= '9')) return false;
    return std::all_of(segment.begin(), segment.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
}

/// Argo #12037: expr-lang takes `tasks.split` for its function.
bool is_builtin(std::string_view name) {
    constexpr std::array<std::string_view, 22> kNames{
        "split",  "map",  "filter", "len",  "all",   "any",  "none", "one",
        "count",  "sum",  "min",    "max",  "first", "last", "keys", "values",
        "reduce", "sort", "join",   "find", "now",   "in"};
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

} // namespace

/// `workflow.labels.a.b/c` is one label: what follows the third word of labels and annotations is
/// not split.
Value Evaluator::reference(std::string tag, const ValueType& type, ValuePhase phase, Span span) {
    Value value;
    value.phase = phase;
    value.type = type;
    value.span = span;
    value.is_tag = true;
    value.has_text = true;
    value.text = "{{" + tag + "}}";
    std::string_view rest = tag;
    std::size_t n_segments = 0;
    while (!rest.empty()) {
        const bool is_whole = n_segments == 2 && (tag.starts_with("workflow.labels.") ||
                                                  tag.starts_with("workflow.annotations."));
        const std::size_t end = is_whole ? rest.size() : std::min(rest.find('.'), rest.size());
        const std::string_view segment = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (n_segments == 0) {
            value.expr = segment;
        } else if (is_plain_segment(segment) && !is_builtin(segment)) {
            value.expr += "." + std::string(segment);
        } else {
            value.expr += "[" + quoted(segment, '\'') + "]";
        }
        ++n_segments;
    }
    return value;
}

std::string Evaluator::literal(const Draft& draft) {
    if (draft.is_list()) {
        std::string text = "[";
        for (const Draft* item : draft.items)
            text += (text.size() > 1 ? ", " : "") + literal(*item);
        return text + "]";
    }
    if (draft.is_map()) {
        std::string text = "{";
        for (const Draft::Entry& entry : draft.entries) {
            text += (text.size() > 1 ? ", " : "") + quoted(entry.key, '"') + ": " +
                    literal(*entry.value);
        }
        return text + "}";
    }
    if (draft.type == ScalarType::kString) return quoted(draft.text, '\'');
    return draft.type == ScalarType::kNull ? "nil" : std::string(draft.text);
}

/// As an operand of an operator that binds with `binding`. Parameters are texts in Argo: where a
/// number is needed they are converted.
std::string Evaluator::operand(const Value& value, int binding, bool as_number) {
    if (value.is_constant()) return literal(*value.constant);
    if (as_number && value.is_tag) {
        if (value.type.kind == ValueType::Kind::kInt) return "asInt(" + value.expr + ")";
        if (value.type.kind == ValueType::Kind::kFloat) return "asFloat(" + value.expr + ")";
    }
    if (value.type.kind == ValueType::Kind::kBool && value.is_tag) {
        const std::string text = value.expr + " == 'true'";
        return binding > 20 ? "(" + text + ")" : text;
    }
    return value.binding < binding ? "(" + value.expr + ")" : value.expr;
}

/// Argo: util/template ends a tag at the first `}}`, be it inside of an expression or of a text
/// there.
std::string expression_tag(std::string_view expr) {
    std::string tag = "{{=";
    char quote = '\0';
    for (std::size_t i = 0; i < expr.size(); ++i) {
        const char c = expr[i];
        const bool is_escaped = quote != '\0' && i > 0 && expr[i - 1] == '\\';
        if (tag.back() == '}' && c == '}') {
            tag += quote == '\0' ? std::string(" ") : std::string{quote, ' ', '+', ' ', quote};
        }
        if (quote == '\0' && (c == '\'' || c == '"')) {
            quote = c;
        } else if (c == quote && !is_escaped) {
            quote = '\0';
        }
        tag += c;
    }
    return tag + (tag.ends_with('}') ? " }}" : "}}");
}

std::string Evaluator::to_text(const Value& value) {
    if (value.is_constant()) {
        if (value.constant->kind == Draft::Kind::kScalar) return std::string(value.constant->text);
        return literal(*value.constant);
    }
    if (value.phase == ValuePhase::kEvent) return {};
    return value.has_text ? value.text : expression_tag(value.expr);
}

Draft* Evaluator::to_draft(const Value& value) {
    if (value.is_constant()) return drafts_.copy(*value.constant);
    if (value.is_error) return drafts_.null(value.span);
    if (value.phase == ValuePhase::kEvent) {
        problems_.report(kLanguageType, value.span,
                         "a value of an event stands where none is taken",
                         "event values go into the arguments of an action in an `on` block");
        return drafts_.null(value.span);
    }
    return drafts_.text(to_text(value), value.span);
}

std::string Evaluator::to_condition(const Value& value) {
    if (value.is_constant()) return std::string(value.constant->text);
    if (!value.simple_condition.empty()) return value.simple_condition;
    // A text is the condition as Argo reads it.
    const bool is_written = value.has_text && !value.is_tag;
    if (is_written && value.type.kind == ValueType::Kind::kString) return value.text;
    if (value.is_tag && value.type.kind == ValueType::Kind::kBool) return value.text + " == true";
    return expression_tag(value.expr);
}

Value Evaluator::conjoin(const Value& left, const Value& right) {
    if (left.is_error || right.is_error) return left.is_error ? left : right;
    if (left.is_constant() && left.constant->text == "true") return right;
    Value value =
        expression(operand(left, kAndBinding, false) + " && " + operand(right, kAndBinding, false),
                   kAndBinding, right.span, {&left, &right});
    value.type.kind = ValueType::Kind::kBool;
    return value;
}

Value Evaluator::negate(const Value& value) {
    if (value.is_error) return value;
    if (value.is_constant()) {
        return constant(drafts_.boolean(value.constant->text != "true", value.span));
    }
    if (value.is_tag && value.type.kind == ValueType::Kind::kBool) {
        Value negated = expression(value.expr + " != 'true'", 20, value.span, {&value});
        negated.simple_condition = value.text + " != true";
        return negated;
    }
    // The opposite of a lone comparison reads better than its negation.
    for (const auto& [from, to] : {std::pair<std::string_view, std::string_view>{" == ", " != "},
                                   std::pair<std::string_view, std::string_view>{" != ", " == "}}) {
        const std::size_t at = value.expr.find(from);
        if (value.binding != 20 || at == value.expr.npos) continue;
        std::string text = value.expr;
        text.replace(at, 4, to);
        Value negated = expression(std::move(text), 20, value.span, {&value});
        negated.simple_condition = value.simple_condition;
        const std::size_t simple = negated.simple_condition.find(from);
        if (simple != negated.simple_condition.npos)
            negated.simple_condition.replace(simple, 4, to);
        return negated;
    }
    return expression("!" + operand(value, kUnaryBinding, false), kUnaryBinding, value.span,
                      {&value});
}

/// The latest phase of its parts, and all of their nodes.
Value Evaluator::expression(std::string expr, int binding, Span span,
                            std::initializer_list<const Value*> parts) {
    Value value;
    value.expr = std::move(expr);
    value.binding = binding;
    value.span = span;
    value.phase = ValuePhase::kSubmit;
    for (const Value* part : parts) {
        value.phase = std::max(value.phase, part->phase);
        value.is_error = value.is_error || part->is_error;
        for (const std::string_view node : part->nodes) {
            if (std::find(value.nodes.begin(), value.nodes.end(), node) == value.nodes.end()) {
                value.nodes.push_back(node);
            }
        }
        if (part->phase == ValuePhase::kEvent) value.event = part->event;
    }
    return value;
}

Value Evaluator::constant(const Draft* draft) {
    Value value;
    value.constant = draft;
    value.span = draft->span;
    return value;
}

Value Evaluator::error(Span span) {
    Value value;
    value.is_error = true;
    value.span = span;
    value.constant = drafts_.null(span);
    return value;
}

} // namespace tiphys::front
