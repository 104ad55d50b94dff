// Tasks of a dag and steps: calls, order, conditions, loops, hooks.
#include <algorithm>
#include <array>

#include "compiler/front/language/absent_outputs.h"
#include "compiler/front/language/check_value.h"
#include "compiler/front/language/declare.h"
#include "compiler/front/language/lowering.h"
#include "compiler/front/language/modules.h"

namespace tiphys::front {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kOutcomes{{
    {"ok", "Succeeded"},
    {"failed", "Failed"},
    {"errored", "Errored"},
    {"skipped", "Skipped"},
    {"omitted", "Omitted"},
    {"daemoned", "Daemoned"},
    {"anyOk", "AnySucceeded"},
    {"allFailed", "AllFailed"},
}};

void add_used(const std::vector<std::string_view>& nodes, std::vector<std::string_view>& used) {
    for (const std::string_view node : nodes) {
        if (std::find(used.begin(), used.end(), node) == used.end()) used.push_back(node);
    }
}

/// Nodes that tags written by hand read: `{{tasks.a.outputs.result}}`.
void add_used_in_text(std::string_view text, std::vector<std::string_view>& used) {
    for (std::size_t at = text.find("{{tasks."); at != text.npos;
         at = text.find("{{tasks.", at + 1)) {
        const std::string_view rest = text.substr(at + 8);
        const std::size_t end = rest.find_first_of(".} ");
        if (end != rest.npos) add_used({rest.substr(0, end)}, used);
    }
}

bool sets_arguments(const ast::Block* block) {
    const auto statements =
        block == nullptr ? std::span<const ast::Statement>{} : block->statements;
    return std::any_of(statements.begin(), statements.end(), [](const ast::Statement& statement) {
        const auto* property = ast::as<ast::Property>(&statement);
        return property != nullptr && !property->key.parts.empty() &&
               property->key.parts.front().text == "arguments";
    });
}

} // namespace

void Lowering::add_node(FlowBuild& flow, Draft* node) {
    if (flow.is_dag) {
        flow.nodes->items.push_back(node);
        return;
    }
    Draft* group = flow.group;
    if (group == nullptr) {
        group = drafts_.list(node->span);
        flow.nodes->items.push_back(group);
    }
    group->items.push_back(node);
}

/// Names are known before anything is lowered: order means nothing in a dag.
void Lowering::declare_nodes(std::span<const ast::Statement> statements, LanguageScope& scope,
                             bool is_dag, bool is_conditional,
                             std::map<std::string_view, int>& names) {
    for (const ast::Statement& statement : statements) {
        if (const auto* branch = ast::as<ast::IfStmt>(&statement)) {
            if (branch->then != nullptr) {
                declare_nodes(branch->then->statements, scope, is_dag, true, names);
            }
            if (branch->otherwise != nullptr) {
                declare_nodes(branch->otherwise->statements, scope, is_dag, true, names);
            }
            if (branch->otherwise_if != nullptr) {
                declare_nodes({branch->otherwise_if, 1}, scope, is_dag, true, names);
            }
        } else if (const auto* group = ast::as<ast::ParallelStmt>(&statement)) {
            if (group->block != nullptr) {
                declare_nodes(group->block->statements, scope, is_dag, is_conditional, names);
            }
        } else if (const auto* loop = ast::as<ast::ForStmt>(&statement)) {
            if (loop->block != nullptr && loop->block->statements.size() == 1) {
                declare_nodes(loop->block->statements, scope, is_dag, is_conditional, names);
            }
        } else if (const auto* let = ast::as<ast::LetDecl>(&statement)) {
            declare_variable(scope, let->name,
                             {.kind = Symbol::Kind::kLet,
                              .span = let->name.span,
                              .expr = let->value,
                              .scope = &scope},
                             problems_);
        } else if (const auto* node = ast::as<ast::NodeStmt>(&statement)) {
            LanguageNode declared;
            const std::string_view base =
                node->name != nullptr ? node->name->text
                                      : (node->call == nullptr || node->call->callee.parts.empty()
                                             ? std::string_view{}
                                             : node->call->callee.parts.back().text);
            if (base.empty()) continue;
            const int number = ++names[base];
            declared.name =
                number == 1 ? base : drafts_.keep(std::string(base) + "-" + std::to_string(number));
            declared.span = node->name == nullptr ? statement.span : node->name->span;
            if (node->name != nullptr && number > 1) {
                problems_.report(kLanguageName, node->name->span,
                                 "there are two nodes `" + std::string(base) + "`",
                                 "give this one another name", scope.nodes[base].span);
            }
            const Callable* callee =
                node->call == nullptr ? nullptr : scope.find_callee(node->call->callee);
            if (callee != nullptr) declared.callee = *callee;
            declared.is_loop = node->loop != nullptr;
            declared.is_conditional = is_conditional || !node->when.empty();
            declared.prefix = is_dag ? "tasks" : "steps";
            scope.nodes.emplace(declared.name, declared);
            node_names_.emplace(node, declared.name);
        }
    }
}

void Lowering::lower_flow(WorkflowBuild& workflow, Draft& target, const ast::Block& block,
                          bool is_dag, LanguageScope& scope, std::string_view owner) {
    FlowBuild flow{.workflow = &workflow, .owner = owner, .is_dag = is_dag};
    std::map<std::string_view, int> names;
    declare_nodes(block.statements, scope, is_dag, false, names);
    check_absent_outputs(block, scope, file_.text, node_names_, problems_);
    Draft* dag = is_dag ? drafts_.child_map(target, "dag", block.span) : nullptr;
    flow.nodes = is_dag ? drafts_.child_list(*dag, "tasks", block.span)
                        : drafts_.child_list(target, "steps", block.span);
    flow.condition = Value{};
    flow.condition.constant = drafts_.boolean(true, block.span);
    std::vector<ScopedStatement> raw;
    for (const auto& [statement, from] : expand(block.statements, scope, &raw)) {
        const auto* property = ast::as<ast::Property>(statement);
        if (property == nullptr) {
            lower_flow_statement(flow, *statement, *from, &target);
            continue;
        }
        if (property->key.parts.empty()) continue;
        const std::string_view key = property->key.parts.front().text;
        if (is_dag && (key == "failFast" || key == "target")) {
            set_property(*dag, workflow_type("DAGTemplate"), *property, *from);
        } else {
            set_task_property(target, is_dag ? "dag" : "steps", *property, *from);
        }
    }
    merge_raw(target, raw);
}

void Lowering::lower_flow_statement(FlowBuild& flow, const ast::Statement& statement,
                                    const LanguageScope& scope, Draft* owner_template) {
    if (const auto* node = ast::as<ast::NodeStmt>(&statement)) {
        lower_node(flow, *node, statement, scope);
    } else if (const auto* branch = ast::as<ast::IfStmt>(&statement)) {
        lower_if(flow, *branch, scope, owner_template);
    } else if (const auto* loop = ast::as<ast::ForStmt>(&statement)) {
        lower_for(flow, *loop, scope);
    } else if (const auto* group = ast::as<ast::ParallelStmt>(&statement)) {
        if (group->block == nullptr) return;
        Draft* before = flow.group;
        if (!flow.is_dag && flow.group == nullptr) {
            flow.group = drafts_.list(statement.span);
            flow.nodes->items.push_back(flow.group);
        }
        for (const ast::Statement& inner : group->block->statements)
            lower_flow_statement(flow, inner, scope, owner_template);
        flow.group = before;
    } else if (ast::as<ast::LetDecl>(&statement) == nullptr) {
        report_misplaced(statement, flow.is_dag ? "a dag" : "steps");
    }
}

void Lowering::lower_if(FlowBuild& flow, const ast::IfStmt& branch, const LanguageScope& scope,
                        Draft* owner_template) {
    const Value outer = flow.condition;
    const Value condition = evaluator_.evaluate(*branch.condition, scope);
    const auto lower = [&](const ast::Block* block, const Value& own) {
        if (block == nullptr) return;
        flow.condition = evaluator_.conjoin(outer, own);
        // What never runs is left out.
        const bool is_never = own.is_constant() && own.constant->text == "false";
        for (const ast::Statement& statement : block->statements) {
            if (!is_never) lower_flow_statement(flow, statement, scope, owner_template);
        }
        flow.condition = outer;
    };
    lower(branch.then, condition);
    const Value opposite = evaluator_.negate(condition);
    lower(branch.otherwise, opposite);
    if (branch.otherwise_if != nullptr) {
        flow.condition = evaluator_.conjoin(outer, opposite);
        lower_flow_statement(flow, *branch.otherwise_if, scope, owner_template);
        flow.condition = outer;
    }
}

void Lowering::lower_for(FlowBuild& flow, const ast::ForStmt& loop, const LanguageScope& scope) {
    if (loop.block == nullptr || loop.loop == nullptr) return;
    const auto statements = loop.block->statements;
    const auto* node =
        statements.size() == 1 ? ast::as<ast::NodeStmt>(&statements.front()) : nullptr;
    if (node == nullptr || node->loop != nullptr || loop.loop->parallel != nullptr) {
        lift_loop(flow, *loop.loop, *loop.block, scope);
        return;
    }
    ast::NodeStmt looped = *node;
    looped.loop = loop.loop;
    node_names_.emplace(&looped, node_names_[node]);
    lower_node(flow, looped, statements.front(), scope);
    node_names_.erase(&looped);
}

std::string Lowering::depends_text(const ast::Depends& depends, const LanguageScope& scope,
                                   int binding) {
    const auto nested = [&](const std::string& text, int own) {
        return own < binding ? "(" + text + ")" : text;
    };
    switch (depends.kind) {
    case ast::DependsKind::kNot:
        return depends.left == nullptr ? "" : "!" + depends_text(*depends.left, scope, 3);
    case ast::DependsKind::kAnd:
        return nested(depends_text(*depends.left, scope, 2) + " && " +
                          depends_text(*depends.right, scope, 2),
                      2);
    case ast::DependsKind::kOr:
        return nested(depends_text(*depends.left, scope, 1) + " || " +
                          depends_text(*depends.right, scope, 1),
                      1);
    case ast::DependsKind::kNode:
        break;
    }
    std::string text(depends.node.text);
    if (!text.empty() && scope.find_node(depends.node.text) == nullptr) {
        std::vector<std::string_view> names;
        for (const LanguageScope* at = &scope; at != nullptr; at = at->parent) {
            for (const auto& [name, node] : at->nodes)
                names.push_back(name);
        }
        problems_.report(kLanguageName, depends.node.span, "there is no node `" + text + "` here",
                         Problems::suggestion(text, names));
    }
    if (depends.result == nullptr) return text;
    for (const auto& [word, outcome] : kOutcomes) {
        if (depends.result->text == word || depends.result->text == outcome) {
            return text + "." + std::string(outcome);
        }
    }
    std::vector<std::string_view> words;
    for (const auto& [word, outcome] : kOutcomes)
        words.push_back(word);
    problems_.report(kLanguageName, depends.result->span,
                     "`" + std::string(depends.result->text) + "` is no outcome of a node",
                     Problems::suggestion(depends.result->text, words));
    return text;
}

/// What is written comes first, then what follows from references, in textual order.
void Lowering::set_depends(FlowBuild& flow, Draft& node, const ast::NodeStmt& statement,
                           const LanguageScope& scope, const std::vector<std::string_view>& used) {
    if (node.find("depends") != nullptr || node.find("dependencies") != nullptr) return;
    if (!flow.is_dag) {
        for (const ast::Depends* depends : statement.after) {
            problems_.report(kLanguageStructure, depends->span,
                             "steps run in the order in which they stand",
                             "use a `dag`, or move the step");
        }
        return;
    }
    std::string text;
    Span span;
    const bool is_alone = statement.after.size() == 1 && used.empty();
    for (const ast::Depends* depends : statement.after) {
        text += (text.empty() ? "" : " && ") + depends_text(*depends, scope, is_alone ? 0 : 2);
        if (!span.is_known()) span = depends->span;
    }
    const std::string_view own = node.find("name")->text;
    for (const std::string_view name : used) {
        if (name == own) continue;
        // A whole word of what is there already.
        bool is_there = false;
        for (std::size_t at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
            const std::size_t end = at + name.size();
            const auto is_part = [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_';
            };
            const bool begins = at == 0 || !is_part(text[at - 1]);
            const bool ends = end == text.size() || !is_part(text[end]);
            if (begins && ends && (at == 0 || text[at - 1] != '.')) is_there = true;
        }
        if (!is_there) text += (text.empty() ? "" : " && ") + std::string(name);
    }
    if (text.empty()) return;
    if (!span.is_known()) span = node.span;
    node.set("depends", span, drafts_.text(text, span));
}

void Lowering::lower_node(FlowBuild& flow, const ast::NodeStmt& statement,
                          const ast::Statement& whole, const LanguageScope& scope) {
    const std::string_view name = node_name(flow, statement);
    if (name.empty()) return;
    if (statement.loop != nullptr && statement.loop->parallel != nullptr) {
        problems_.report(kLanguageStructure, statement.loop->parallel->span,
                         "a limit belongs to the loop's own template",
                         "write `for x in list parallel n { … }`");
    }
    Draft* node = drafts_.map(whole.span);
    const Span name_span = statement.name == nullptr ? whole.span : statement.name->span;
    node->set("name", name_span, drafts_.text(name, name_span));
    LanguageScope& inner = scopes_.emplace_back();
    inner.parent = &scope;
    std::vector<std::string_view> used;
    if (statement.loop != nullptr) set_loop(*node, *statement.loop, scope, inner, used);
    if (statement.inline_block != nullptr) {
        Draft* inside = drafts_.map(statement.inline_block->span);
        if (statement.inline_kind == ast::TemplateKind::kTask) {
            lower_task_block(*flow.workflow, *inside, *statement.inline_block, nullptr, inner);
        } else {
            lower_flow(*flow.workflow, *inside, *statement.inline_block,
                       statement.inline_kind == ast::TemplateKind::kDag, inner, name);
        }
        node->set("inline", statement.inline_block->span, inside);
    }
    if (statement.call != nullptr) {
        Callable callee;
        set_callee(*flow.workflow, *node, *statement.call, scope, callee);
        // A block may give the arguments as Argo has them.
        set_arguments(*node, *statement.call, sets_arguments(statement.block) ? Callable{} : callee,
                      inner, used);
    }
    Value condition = flow.condition;
    for (const ast::Expr* when : statement.when)
        condition = evaluator_.conjoin(condition, evaluator_.evaluate(*when, inner));
    const bool is_always = condition.is_constant() && condition.constant->text == "true";
    if (!is_always && !condition.is_error) {
        add_used(condition.nodes, used);
        node->set("when", condition.span,
                  drafts_.text(evaluator_.to_condition(condition), condition.span));
    }
    if (statement.block != nullptr) set_node_block(flow, *node, *statement.block, inner);
    set_depends(flow, *node, statement, scope, used);
    add_node(flow, node);
}

void Lowering::set_reference(Draft& node, const ast::Call& call, std::string_view object,
                             std::string_view target, bool is_cluster_scoped) {
    const Span span = call.callee.span;
    Draft* reference = drafts_.map(span);
    reference->set("name", span, drafts_.text(object, call.callee.parts.front().span));
    reference->set("template", span, drafts_.text(target, call.callee.parts.back().span));
    if (is_cluster_scoped) reference->set("clusterScope", span, drafts_.boolean(true, span));
    node.set("templateRef", span, reference);
}

void Lowering::set_callee(WorkflowBuild& workflow, Draft& node, const ast::Call& call,
                          const LanguageScope& scope, Callable& callee) {
    const auto parts = call.callee.parts;
    if (parts.empty() || parts.front().text.empty()) return;
    const std::string_view first = parts.front().text;
    std::string_view name = parts.back().text;
    const Module* module = scope.find_module(first);
    const bool is_of_module = module != nullptr && (parts.size() > 1 || module->is_object);
    if (is_of_module && parts.size() == 1) name = module->entry;
    const Callable* found = scope.find_callee(call.callee);
    if (found == nullptr && is_of_module) {
        if (module->is_object && module->file == nullptr) {
            set_reference(node, call, module->object, name, module->is_cluster_scoped);
            return;
        }
        // A module that is missing has been reported where it is used.
        node.set("template", call.callee.span, drafts_.text(name, call.callee.span));
        if (module->file == nullptr) return;
        problems_.report(kLanguageName, parts.back().span,
                         "`" + std::string(first) + "` has no " +
                             (module->is_object ? "template" : "task") + " `" + std::string(name) +
                             "`",
                         Problems::suggestion(name, module->file->scope.callable_names()));
        return;
    }
    if (found == nullptr) {
        const Span span = call.callee.span;
        problems_.report(kLanguageName, span,
                         "there is no template `" +
                             std::string(text_around(span).substr(span.begin, span.size())) + "`",
                         Problems::suggestion(first, scope.callable_names()));
        node.set("template", span, drafts_.text(first, span));
        return;
    }
    callee = *found;
    if (!callee.object.empty()) {
        set_reference(node, call, callee.object, name, callee.is_cluster_scoped);
        return;
    }
    if (callee.decl->kind == ast::TemplateKind::kWorkflow) {
        set_reference(node, call, name, entry_of(*callee.decl), false);
        return;
    }
    node.set("template", call.callee.span,
             drafts_.text(callee.scope == &workflow.scope
                              ? name
                              : borrowed_name(workflow, callee, call, name),
                          call.callee.span));
}

/// The name that a template of another place has in this workflow.
std::string_view Lowering::borrowed_name(WorkflowBuild& workflow, const Callable& callee,
                                         const ast::Call& call, std::string_view name) {
    const auto known =
        std::find_if(workflow.borrowed.begin(), workflow.borrowed.end(),
                     [&](const Borrowed& item) { return item.callable.decl == callee.decl; });
    if (known != workflow.borrowed.end()) return known->name;
    const auto is_taken = [&](std::string_view wanted) {
        return workflow.scope.callables.contains(wanted) ||
               std::any_of(workflow.borrowed.begin(), workflow.borrowed.end(),
                           [&](const Borrowed& item) { return item.name == wanted; });
    };
    std::string_view free = name;
    if (is_taken(free)) {
        free = drafts_.keep(std::string(call.callee.parts.front().text) + "-" + std::string(name));
    }
    for (int number = 2; is_taken(free); ++number)
        free = drafts_.keep(std::string(name) + "-" + std::to_string(number));
    const bool is_here = call.span.file == file_.id;
    workflow.borrowed.push_back({free, callee, is_here ? call.span : workflow.borrowed_by});
    return free;
}

void Lowering::set_argument(Draft& node, const ast::Param* param, const ast::Name& name,
                            const ast::Expr& value, const LanguageScope& scope,
                            std::vector<std::string_view>& used) {
    Draft* arguments = drafts_.child_map(node, "arguments", value.span);
    Draft* argument = drafts_.map(value.span);
    argument->set("name", name.span, drafts_.text(name.text, name.span));
    const auto* call = ast::as<ast::CallExpr>(&value);
    const auto* callee = call == nullptr ? nullptr : ast::as<ast::NameExpr>(call->callee);
    const bool is_artifact_param = param != nullptr && type_of(param->type).is_artifact();
    const bool is_place = is_artifact_param && callee != nullptr;
    if (is_place) {
        set_artifact_source(*argument, value, scope);
        drafts_.child_list(*arguments, "artifacts", value.span)->items.push_back(argument);
        return;
    }
    const Value given = evaluator_.evaluate(value, scope);
    add_used(given.nodes, used);
    if (given.is_error) return;
    if (param != nullptr && given.is_artifact != is_artifact_param) {
        problems_.report(kLanguageType, value.span,
                         given.is_artifact
                             ? "`" + std::string(name.text) + "` is a parameter, not an artifact"
                             : "`" + std::string(name.text) + "` is an artifact, not a text",
                         given.is_artifact ? "declare it as `file`"
                                           : "give it an output of type `file`, or `raw(…)`");
        return;
    }
    if (given.is_artifact) {
        argument->set("from", value.span, drafts_.text(given.text, value.span));
        drafts_.child_list(*arguments, "artifacts", value.span)->items.push_back(argument);
        return;
    }
    const ValueType type = param == nullptr ? ValueType{} : type_of(param->type);
    const bool is_outside = given.is_constant() && !type.literals.empty() &&
                            given.constant->text.find("{{") == std::string_view::npos &&
                            std::find(type.literals.begin(), type.literals.end(),
                                      given.constant->text) == type.literals.end();
    if (is_outside) {
        problems_.report(kLanguageType, value.span,
                         "`" + std::string(name.text) + "` is never `" +
                             std::string(given.constant->text) + "`",
                         Problems::suggestion(given.constant->text, type.literals));
    }
    const std::string wrong = param == nullptr || is_outside ? "" : misfit(type, given);
    if (!wrong.empty()) {
        problems_.report(kLanguageType, value.span, "`" + std::string(name.text) + "` " + wrong, {},
                         param->span);
    }
    const std::string text = evaluator_.to_text(given);
    add_used_in_text(drafts_.keep(text), used);
    argument->set("value", value.span, drafts_.text(text, value.span));
    drafts_.child_list(*arguments, "parameters", value.span)->items.push_back(argument);
}

/// Positional arguments first, in the order of the signature.
void Lowering::set_arguments(Draft& node, const ast::Call& call, const Callable& callee,
                             const LanguageScope& scope, std::vector<std::string_view>& used) {
    const ast::Params* params = callee.decl == nullptr ? nullptr : callee.decl->params;
    const auto known = params == nullptr ? std::span<const ast::Param>{} : params->items;
    std::vector<std::string_view> given;
    std::size_t position = 0;
    bool has_named = false;
    bool is_understood = true;
    for (const ast::Argument& argument : call.arguments) {
        if (argument.is_spread) {
            spread_arguments(node, argument, scope, given);
            continue;
        }
        has_named = has_named || argument.name != nullptr;
        const ast::Param* param = nullptr;
        ast::Name name;
        if (argument.name != nullptr) {
            name = *argument.name;
            for (const ast::Param& item : known) {
                if (item.name.text == name.text) param = &item;
            }
            if (param == nullptr && callee.decl != nullptr) {
                std::vector<std::string_view> names;
                for (const ast::Param& item : known)
                    names.push_back(item.name.text);
                problems_.report(kLanguageName, name.span,
                                 "`" + std::string(callee.decl->name.text) +
                                     "` has no parameter `" + std::string(name.text) + "`",
                                 Problems::suggestion(name.text, names), callee.decl->name.span);
                is_understood = false;
                continue;
            }
        } else if (position < known.size()) {
            param = &known[position++];
            name = {param->name.text, argument.span};
        } else {
            const bool is_unknown = callee.decl == nullptr;
            const Module* module = scope.find_module(call.callee.parts.front().text);
            const bool is_elsewhere =
                !callee.object.empty() ||
                (module != nullptr && module->is_object && module->file == nullptr);
            // What else has no declaration has been reported.
            if (is_unknown && !is_elsewhere) continue;
            problems_.report(kLanguageType, argument.span,
                             is_unknown ? "arguments of a template that is not in this project "
                                          "need their names"
                                        : "`" + std::string(callee.decl->name.text) +
                                              "` takes no more arguments",
                             is_unknown ? "write `name: value`" : "");
            continue;
        }
        if (!check_argument(argument, name, known, has_named, given)) {
            is_understood = false;
            continue;
        }
        given.push_back(name.text);
        ast::Expr variable{.span = argument.span, .value = ast::NameExpr{name}};
        set_argument(node, param, name, argument.value == nullptr ? variable : *argument.value,
                     scope, used);
    }
    // One that was misnamed may be the one that is missing.
    if (is_understood) require_arguments(call, callee, given);
}

/// False for an argument that cannot be taken. All parameters are texts in Argo: two that were
/// swapped would be noticed by nobody.
bool Lowering::check_argument(const ast::Argument& argument, const ast::Name& name,
                              std::span<const ast::Param> known, bool has_named,
                              const std::vector<std::string_view>& given) {
    const std::string shown = "`" + std::string(name.text) + "`";
    if (argument.name == nullptr && has_named) {
        problems_.report(kLanguageType, argument.span,
                         "this argument stands behind one that is named",
                         "give it a name as well, or let it stand before them");
        return false;
    }
    if (std::find(given.begin(), given.end(), name.text) != given.end()) {
        problems_.report(kLanguageType, argument.span, shown + " is given twice",
                         "take one of the two out");
        return false;
    }
    if (argument.name != nullptr) return true;
    const auto* variable = ast::as<ast::NameExpr>(argument.value);
    const bool is_swapped = variable != nullptr && variable->name.text != name.text &&
                            std::any_of(known.begin(), known.end(), [&](const ast::Param& param) {
                                return param.name.text == variable->name.text;
                            });
    if (is_swapped) {
        const std::string word(variable->name.text);
        problems_.report(kLanguageType, argument.span,
                         "`" + word + "` stands in the place of " + shown,
                         "write `" + word + ":` to hand it on under its name, or `" +
                             std::string(name.text) + ": " + word + "` if that is meant");
    }
    return true;
}

void Lowering::spread_arguments(Draft& node, const ast::Argument& argument,
                                const LanguageScope& scope, std::vector<std::string_view>& given) {
    const Value map = evaluator_.evaluate(*argument.value, scope);
    if (!map.is_constant()) return;
    for (const Draft::Entry& entry : map.constant->entries) {
        given.push_back(entry.key);
        Draft* arguments = drafts_.child_map(node, "arguments", argument.span);
        Draft* item = drafts_.map(argument.span);
        item->set("name", entry.key_span, drafts_.text(entry.key, entry.key_span));
        item->set("value", entry.key_span,
                  coerce(drafts_.copy(*entry.value), nullptr, {schema::Form::kString, {}, {}}));
        drafts_.child_list(*arguments, "parameters", argument.span)->items.push_back(item);
    }
}

void Lowering::require_arguments(const ast::Call& call, const Callable& callee,
                                 const std::vector<std::string_view>& given) {
    if (callee.decl == nullptr || callee.decl->params == nullptr) return;
    for (const ast::Param& param : callee.decl->params->items) {
        const bool is_there = std::find(given.begin(), given.end(), param.name.text) != given.end();
        const bool is_optional = param.fallback != nullptr || param.from != nullptr ||
                                 (param.type != nullptr && param.type->is_optional);
        if (is_there || is_optional) continue;
        problems_.report(kLanguageType, call.callee.span,
                         "`" + std::string(callee.decl->name.text) + "` needs `" +
                             std::string(param.name.text) + "`",
                         "give it, or give the parameter a default", param.span);
    }
}

} // namespace tiphys::front
