// Comparisons of a variable with a constant.
#include "analyzer/comparisons.h"

#include <algorithm>
#include <array>

namespace tiphys::analyze {
namespace {

using expr::ExprId;
using expr::ExprKind;
using expr::Operator;

/// Argo: pkg/apis/workflow/v1alpha1 NodePhase, WorkflowPhase.
constexpr std::array<std::string_view, 7> kNodePhases{"Pending", "Running", "Succeeded", "Skipped",
                                                      "Failed",  "Error",   "Omitted"};
constexpr std::array<std::string_view, 5> kWorkflowPhases{"Pending", "Running", "Succeeded",
                                                          "Failed", "Error"};

bool is_quote(char c) {
    return c == '\'' || c == '"' || c == '`';
}

expr::Range without_quotes(std::string_view text, expr::Range range) {
    const bool is_quoted = range.end - range.begin >= 2 && is_quote(text[range.begin]);
    return is_quoted ? expr::Range{range.begin + 1, range.end - 1} : range;
}

std::string_view part_of(std::string_view text, expr::Range range) {
    return text.substr(range.begin, range.end - range.begin);
}

/// Finds comparisons; `variable_of` names what a node stands for, or gives "".
template <class VariableOf, class ConstantOf>
std::vector<Comparison> find_comparisons(const expr::Tree& tree, std::string_view text,
                                         VariableOf variable_of, ConstantOf is_constant) {
    std::vector<Comparison> found;
    for (ExprId id = 0; id < tree.size(); ++id) {
        const expr::Expr& node = tree.node(id);
        const bool compares = node.kind == ExprKind::kBinary &&
                              (node.op == Operator::kEqual || node.op == Operator::kNotEqual);
        if (!compares) continue;
        for (const std::uint32_t side : {0U, 1U}) {
            const ExprId constant = tree.child(id, 1 - side);
            std::string variable = variable_of(tree.child(id, side));
            if (variable.empty() || !is_constant(constant)) continue;
            const expr::Range range = tree.node(constant).range;
            const expr::Range inner = without_quotes(text, range);
            found.push_back({id, std::move(variable), std::string(part_of(text, inner)),
                             node.op == Operator::kEqual, node.range, inner,
                             tree.node(constant).kind == ExprKind::kString});
            break;
        }
    }
    return found;
}

/// The comparisons that `op` joins below `id`.
void collect_joined(const expr::Tree& tree, ExprId id, Operator op,
                    const std::vector<Comparison>& all, std::vector<const Comparison*>& joined) {
    const expr::Expr& node = tree.node(id);
    if (node.kind == ExprKind::kBinary && node.op == op) {
        collect_joined(tree, tree.child(id, 0), op, all, joined);
        collect_joined(tree, tree.child(id, 1), op, all, joined);
        return;
    }
    for (const Comparison& comparison : all) {
        if (comparison.id == id) joined.push_back(&comparison);
    }
}

bool excludes(const Comparison& a, const Comparison& b, Operator op) {
    const bool wanted = op == Operator::kAnd;
    return a.is_equal == wanted && b.is_equal == wanted && a.variable == b.variable &&
           a.constant != b.constant && a.is_text && b.is_text;
}

} // namespace

std::vector<Comparison> comparisons(const Expression& expression) {
    if (!expression.parsed.ok() || expression.has_tags) return {};
    const expr::Tree& tree = expression.parsed.tree;
    const auto variable_of = [&](ExprId id) -> std::string {
        for (const VariableUse& use : expression.variables) {
            if (use.id == id) return use.name;
        }
        return "";
    };
    const auto is_constant = [&](ExprId id) { return tree.node(id).kind == ExprKind::kString; };
    return find_comparisons(tree, expression.text, variable_of, is_constant);
}

std::vector<Comparison> comparisons(const ConditionUse& condition) {
    if (!condition.parsed.ok()) return {};
    const expr::Tree& tree = condition.parsed.tree;
    const auto variable_of = [&](ExprId id) -> std::string {
        const expr::Range range = without_quotes(condition.text, tree.node(id).range);
        const expr::Tag* tag = condition.tag_at(range);
        if (tag == nullptr || tag->is_expression) return "";
        return std::string(part_of(condition.scalar->text, tag->name));
    };
    const auto is_constant = [&](ExprId id) {
        const ExprKind kind = tree.node(id).kind;
        const bool is_literal =
            kind == ExprKind::kString || kind == ExprKind::kFloat || kind == ExprKind::kBool;
        return is_literal && !condition.touches_tag(tree.node(id).range);
    };
    return find_comparisons(tree, condition.text, variable_of, is_constant);
}

std::vector<Contradiction> contradictions(const expr::Tree& tree,
                                          const std::vector<Comparison>& found) {
    std::vector<Contradiction> result;
    if (found.size() < 2) return result;
    for (ExprId id = 0; id < tree.size(); ++id) {
        const expr::Expr& node = tree.node(id);
        const bool joins = node.kind == ExprKind::kBinary &&
                           (node.op == Operator::kAnd || node.op == Operator::kOr);
        if (!joins) continue;
        std::vector<const Comparison*> left;
        std::vector<const Comparison*> right;
        collect_joined(tree, tree.child(id, 0), node.op, found, left);
        collect_joined(tree, tree.child(id, 1), node.op, found, right);
        for (const Comparison* a : left) {
            const auto b = std::find_if(right.begin(), right.end(), [&](const Comparison* each) {
                return excludes(*a, *each, node.op);
            });
            if (b != right.end()) result.push_back({*a, **b, node.op == Operator::kOr});
        }
    }
    return result;
}

const wf::Parameter* find_parameter(std::string_view variable, const front::Site& site) {
    const auto find = [&](const auto& list, std::string_view name) -> const wf::Parameter* {
        for (const wf::Parameter* parameter : list) {
            if (ir::text_of(parameter->name()) == name) return parameter;
        }
        return nullptr;
    };
    constexpr std::string_view kInput = "inputs.parameters.";
    constexpr std::string_view kGlobal = "workflow.parameters.";
    if (variable.starts_with(kInput) && site.inside != nullptr) {
        const wf::Inputs* inputs = site.inside->source->inputs();
        if (inputs == nullptr) return nullptr;
        return find(inputs->parameters(), variable.substr(kInput.size()));
    }
    if (variable.starts_with(kGlobal) && site.flow != nullptr) {
        const wf::Arguments* arguments = site.flow->spec().arguments();
        if (arguments == nullptr) return nullptr;
        return find(arguments->parameters(), variable.substr(kGlobal.size()));
    }
    return nullptr;
}

std::optional<std::vector<std::string_view>> possible_values(std::string_view variable,
                                                             const front::Site& site) {
    const bool is_node = variable.starts_with("steps.") || variable.starts_with("tasks.");
    const bool is_status = variable.ends_with(".status");
    const bool is_plain = std::count(variable.begin(), variable.end(), '.') == 2;
    if (is_node && is_status && is_plain) {
        return std::vector<std::string_view>(kNodePhases.begin(), kNodePhases.end());
    }
    if (variable == "workflow.status") {
        return std::vector<std::string_view>(kWorkflowPhases.begin(), kWorkflowPhases.end());
    }
    const wf::Parameter* parameter = find_parameter(variable, site);
    if (parameter == nullptr || parameter->enum_().size() == 0) return std::nullopt;
    std::vector<std::string_view> values;
    for (const ir::Scalar* value : parameter->enum_()) {
        if (front::has_tag(value->text)) return std::nullopt;
        values.push_back(value->text);
    }
    return values;
}

} // namespace tiphys::analyze
