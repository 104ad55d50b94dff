// Loops, bodies lifted out of them, and the blocks of nodes.
#include <algorithm>
#include <array>

#include "compiler/front/language/declare.h"
#include "compiler/front/language/free_names.h"
#include "compiler/front/language/lowering.h"

namespace tiphys::front {
namespace {

constexpr schema::Shape kIntOrString{schema::Form::kIntOrString, schema::TypeId::kNone, {}};

ast::Property property_of(const ast::Argument& argument, std::span<const ast::Name> key) {
    ast::Property property{.key = {key, argument.span}};
    property.value = argument.value;
    return property;
}

/// A node of the body itself hides one of the same name around the loop.
bool declares_node(const ast::Block& body, std::string_view name) {
    return std::any_of(
        body.statements.begin(), body.statements.end(), [&](const ast::Statement& statement) {
            const auto* node = ast::as<ast::NodeStmt>(&statement);
            return node != nullptr && node->name != nullptr && node->name->text == name;
        });
}

/// What a node goes over that is known now: a list, or JSON that Argo reads when the workflow runs.
void set_constant_list(Draft& node, const Draft& list, Span span, Drafts& drafts,
                       Problems& problems) {
    const bool is_scalar = list.kind == Draft::Kind::kScalar;
    if (is_scalar && list.type == ScalarType::kString) {
        node.set("withParam", span, drafts.text(list.text, span));
    } else if (is_scalar) {
        problems.report(kLanguageType, span, "a loop goes over a list",
                        "write `[…]`, or `1..5` for numbers");
    } else {
        node.set("withItems", span, drafts.copy(list));
    }
}

} // namespace

std::string_view Lowering::node_name(FlowBuild& /*flow*/, const ast::NodeStmt& node) {
    const auto found = node_names_.find(&node);
    return found == node_names_.end() ? std::string_view{} : found->second;
}

void Lowering::set_loop(Draft& node, const ast::Comprehension& loop, const LanguageScope& outer,
                        LanguageScope& inner, std::vector<std::string_view>& used) {
    const Span span = loop.list->span;
    Symbol item{.kind = Symbol::Kind::kReference, .span = loop.first.span, .tag = "item"};
    item.phase = ValuePhase::kRun;
    const auto* range = ast::as<ast::BinaryExpr>(loop.list);
    const auto* call = ast::as<ast::CallExpr>(loop.list);
    const auto* callee = call == nullptr ? nullptr : ast::as<ast::NameExpr>(call->callee);
    const bool is_range = range != nullptr && range->op == ast::BinaryOperator::kRange;
    if (is_range) {
        Draft* sequence = drafts_.map(span);
        sequence->set("start", range->left->span,
                      lower_value(*range->left, nullptr, kIntOrString, outer));
        sequence->set("end", range->right->span,
                      lower_value(*range->right, nullptr, kIntOrString, outer));
        node.set("withSequence", span, sequence);
    } else if (callee != nullptr && callee->name.text == "sequence") {
        Draft* sequence = drafts_.map(span);
        for (const ast::Argument& argument : call->arguments) {
            if (argument.name == nullptr || argument.value == nullptr) continue;
            const std::array<ast::Name, 1> key{*argument.name};
            set_property(*sequence, workflow_type("Sequence"), property_of(argument, key), outer);
        }
        node.set("withSequence", span, sequence);
    } else {
        Value list = evaluator_.evaluate(*loop.list, outer);
        const bool is_filtered = loop.condition != nullptr && !list.is_error;
        if (is_filtered) {
            ast::Expr element{.span = loop.first.span, .value = ast::NameExpr{loop.first}};
            ast::Expr filtered{.span = span, .value = ast::ComprehensionExpr{&element, &loop}};
            list = evaluator_.evaluate(filtered, outer);
        }
        for (const std::string_view name : list.nodes) {
            if (std::find(used.begin(), used.end(), name) == used.end()) used.push_back(name);
        }
        if (list.is_constant() && loop.second != nullptr) {
            list.constant = paired(*list.constant, loop);
        }
        if (list.is_constant()) {
            if (!list.is_error) set_constant_list(node, *list.constant, span, drafts_, problems_);
        } else {
            const std::string text =
                list.has_text ? list.text : expression_tag("toJson(" + list.expr + ")");
            node.set("withParam", span, drafts_.text(text, span));
            if (loop.second != nullptr) {
                problems_.report(kLanguageType, loop.second->span,
                                 "only a constant list can be counted",
                                 "the list of this loop is known when the workflow runs");
            }
        }
    }
    if (loop.second == nullptr) {
        declare_variable(inner, loop.first, item, problems_);
        return;
    }
    for (const ast::Name* name : {&loop.first, loop.second}) {
        Symbol part = item;
        part.tag = "item." + std::string(name->text);
        part.span = name->span;
        declare_variable(inner, *name, part, problems_);
    }
}

/// `for i, x in list` and `for k, v in map`: elements with both names.
const Draft* Lowering::paired(const Draft& list, const ast::Comprehension& loop) {
    Draft* pairs = drafts_.list(list.span);
    std::int64_t index = 0;
    const auto add = [&](Draft* key, Draft* value) {
        Draft* pair = drafts_.map(list.span);
        pair->set(loop.first.text, list.span, key);
        pair->set(loop.second->text, list.span, value);
        pairs->items.push_back(pair);
    };
    for (const Draft* item : list.items)
        add(drafts_.number(index++, list.span), drafts_.copy(*item));
    for (const Draft::Entry& entry : list.entries)
        add(drafts_.text(entry.key, entry.key_span), drafts_.copy(*entry.value));
    return pairs;
}

/// The body becomes a template of its own; what it uses from around it becomes its inputs.
void Lowering::lift_loop(FlowBuild& flow, const ast::Comprehension& loop, const ast::Block& body,
                         const LanguageScope& scope) {
    WorkflowBuild& workflow = *flow.workflow;
    const std::string_view name =
        drafts_.keep(std::string(flow.owner) + "-for-" + std::to_string(++workflow.n_lifted));
    Draft* lifted = drafts_.map(body.span);
    lifted->set("name", loop.span, drafts_.text(name, loop.span));
    Draft* node = drafts_.map(loop.span);
    node->set("name", loop.span, drafts_.text(name, loop.span));
    node->set("template", loop.span, drafts_.text(name, loop.span));
    std::vector<std::string_view> used;
    LanguageScope& caller = scopes_.emplace_back();
    caller.parent = &scope;
    LanguageScope& inside = scopes_.emplace_back();
    inside.parent = &scope;
    const bool is_limited = loop.parallel != nullptr;
    ast::Comprehension rest = loop;
    rest.parallel = nullptr;
    if (!is_limited) set_loop(*node, rest, scope, caller, used);
    std::vector<FreeName> names = free_names(body);
    if (is_limited) {
        const std::vector<FreeName> of_list = free_names(*loop.list);
        names.insert(names.end(), of_list.begin(), of_list.end());
    }
    Draft* inputs = nullptr;
    for (const FreeName& free : names) {
        const std::string_view key = drafts_.keep(free.key());
        const Symbol* symbol = caller.find_variable(free.name);
        const bool is_node = symbol == nullptr && !declares_node(body, free.name) &&
                             scope.find_node(free.name) != nullptr;
        const bool is_local = symbol != nullptr && symbol->kind == Symbol::Kind::kReference &&
                              (symbol->tag.starts_with("inputs.") || symbol->tag == "item" ||
                               symbol->tag.starts_with("item."));
        if ((!is_node && !is_local) || inside.variables.contains(key)) continue;
        const ast::Expr variable{.span = free.span, .value = ast::NameExpr{{free.name, free.span}}};
        const ast::Expr* use = is_node ? free.expr : free.base;
        const Value value = evaluator_.evaluate(use == nullptr ? variable : *use, caller);
        if (value.is_error) continue;
        for (const std::string_view other : value.nodes)
            used.push_back(other);
        const std::string_view input = drafts_.keep(free.input_name());
        const bool is_artifact = value.is_artifact;
        const std::string_view list_key = is_artifact ? "artifacts" : "parameters";
        inputs = drafts_.child_map(*lifted, "inputs", loop.span);
        Draft* declared = drafts_.map(free.span);
        declared->set("name", free.span, drafts_.text(input, free.span));
        drafts_.child_list(*inputs, list_key, loop.span)->items.push_back(declared);
        Draft* argument = drafts_.map(free.span);
        argument->set("name", free.span, drafts_.text(input, free.span));
        argument->set(is_artifact ? "from" : "value", free.span,
                      drafts_.text(evaluator_.to_text(value), free.span));
        drafts_.child_list(*drafts_.child_map(*node, "arguments", loop.span), list_key, loop.span)
            ->items.push_back(argument);
        Symbol inner{.kind = Symbol::Kind::kReference, .span = free.span};
        inner.tag = "inputs." + std::string(list_key) + "." + std::string(input);
        inner.type = value.type;
        if (is_artifact) inner.type.kind = ValueType::Kind::kFile;
        inner.phase = ValuePhase::kRun;
        inside.variables.emplace(key, inner);
    }
    lower_lifted(workflow, *lifted, loop, body, inside, flow.is_dag);
    finish_lifted(flow, *node, used);
    workflow.templates->items.push_back(lifted);
}

/// With a limit, the lifted template holds the loop itself.
void Lowering::lower_lifted(WorkflowBuild& workflow, Draft& lifted, const ast::Comprehension& loop,
                            const ast::Block& body, LanguageScope& inside, bool is_dag) {
    const std::string_view name = lifted.find("name")->text;
    if (loop.parallel == nullptr) {
        lower_flow(workflow, lifted, body, is_dag, inside, name);
        return;
    }
    ast::Comprehension* rest =
        copies_.emplace_back(std::make_unique<ast::Comprehension>(loop)).get();
    rest->parallel = nullptr;
    auto& statement = statements_.emplace_back(std::make_unique<ast::Statement>());
    statement->span = loop.span;
    statement->value = ast::ForStmt{rest, &body};
    auto& block = blocks_.emplace_back(std::make_unique<ast::Block>());
    block->span = body.span;
    block->statements = {statement.get(), 1};
    lower_flow(workflow, lifted, *block, is_dag, inside, name);
    lifted.set("parallelism", loop.parallel->span,
               lower_value(*loop.parallel, nullptr, {schema::Form::kInt, {}, {}}, inside));
}

void Lowering::finish_lifted(FlowBuild& flow, Draft& node,
                             const std::vector<std::string_view>& used) {
    std::vector<std::string_view> all = used;
    const bool is_always = flow.condition.is_constant() && flow.condition.constant->text == "true";
    if (!is_always && !flow.condition.is_error) {
        all.insert(all.end(), flow.condition.nodes.begin(), flow.condition.nodes.end());
        node.set("when", flow.condition.span,
                 drafts_.text(evaluator_.to_condition(flow.condition), flow.condition.span));
    }
    std::vector<std::string_view> distinct;
    for (const std::string_view name : all) {
        if (std::find(distinct.begin(), distinct.end(), name) == distinct.end()) {
            distinct.push_back(name);
        }
    }
    set_depends(flow, node, {}, {}, distinct);
    add_node(flow, &node);
}

void Lowering::set_node_block(FlowBuild& flow, Draft& node, const ast::Block& block,
                              const LanguageScope& scope) {
    const schema::Type& type = workflow_type(flow.is_dag ? "DAGTask" : "WorkflowStep");
    std::vector<ScopedStatement> raw;
    for (const auto& [statement, from] : expand(block.statements, scope, &raw)) {
        if (const auto* hook = ast::as<ast::OnDecl>(statement)) {
            Draft* hooks = drafts_.child_map(node, "hooks", statement->span);
            set_hook(*flow.workflow, *hooks, *hook, *from, statement->span);
        } else if (const auto* property = ast::as<ast::Property>(statement)) {
            set_property(node, type, *property, *from);
        } else {
            report_misplaced(*statement, "the block of a node");
        }
    }
    merge_raw(node, raw);
}

/// `on exit { f() }`, `on failure { … }`, `on name when condition { … }`.
void Lowering::set_hook(WorkflowBuild& workflow, Draft& hooks, const ast::OnDecl& decl,
                        const LanguageScope& scope, Span span) {
    const auto* name = ast::as<ast::NameExpr>(decl.trigger);
    const auto* member = ast::as<ast::MemberExpr>(decl.trigger);
    const std::string_view word = name != nullptr     ? name->name.text
                                  : member != nullptr ? member->member.text
                                                      : std::string_view{};
    const auto statements =
        decl.block == nullptr ? std::span<const ast::Statement>{} : decl.block->statements;
    const auto* node = statements.size() == 1 ? ast::as<ast::NodeStmt>(&statements[0]) : nullptr;
    if (word.empty() || node == nullptr || node->call == nullptr) {
        problems_.report(kLanguageStructure, span, "a hook has a name and calls one template",
                         "write `on exit { clean-up() }`");
        return;
    }
    Draft* hook = drafts_.map(span);
    Callable callee;
    std::vector<std::string_view> used;
    set_callee(workflow, *hook, *node->call, scope, callee);
    set_arguments(*hook, *node->call, callee, scope, used);
    std::string condition;
    if (decl.when != nullptr) {
        const Value value = evaluator_.evaluate(*decl.when, scope);
        condition = value.is_constant() ? std::string(value.constant->text) : value.expr;
    } else if (word == "running") {
        condition = "workflow.status == \"Running\"";
    } else if (word == "failure") {
        condition = "workflow.status != \"Succeeded\"";
    }
    if (!condition.empty()) hook->set("expression", span, drafts_.text(condition, span));
    hooks.set(word, name != nullptr ? name->name.span : member->member.span, hook);
}

} // namespace tiphys::front
