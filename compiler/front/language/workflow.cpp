// Workflows: parameters, metadata, templates, schedules, and which objects they become.
#include <algorithm>
#include <array>

#include "compiler/front/language/declare.h"
#include "compiler/front/language/lowering.h"

namespace tiphys::front {
namespace {

constexpr std::string_view kApiVersion = "argoproj.io/v1alpha1";
constexpr std::string_view kDescription = "workflows.argoproj.io/description";

std::string_view trigger_word(const ast::OnDecl& decl) {
    const auto* name = ast::as<ast::NameExpr>(decl.trigger);
    return name == nullptr ? std::string_view{} : name->name.text;
}

bool is_exit(const ast::OnDecl& decl) {
    const std::string_view word = trigger_word(decl);
    return decl.when == nullptr && (word == "exit" || word == "success" || word == "failure");
}

/// `on running`, `on name when condition`, `on hooks.name`.
bool is_hook(const ast::OnDecl& decl) {
    if (decl.when != nullptr || trigger_word(decl) == "running") return true;
    const auto* member = ast::as<ast::MemberExpr>(decl.trigger);
    const auto* object = member == nullptr ? nullptr : ast::as<ast::NameExpr>(member->object);
    return object != nullptr && object->name.text == "hooks";
}

bool is_flow_statement(const ast::Statement& statement) {
    return ast::as<ast::NodeStmt>(&statement) != nullptr ||
           ast::as<ast::ForStmt>(&statement) != nullptr ||
           ast::as<ast::IfStmt>(&statement) != nullptr ||
           ast::as<ast::ParallelStmt>(&statement) != nullptr;
}

} // namespace

Draft* Lowering::new_object(std::string_view api_version, std::string_view kind,
                            std::string_view name, Span span) {
    Draft* object = drafts_.map(span);
    object->set("apiVersion", span, drafts_.text(api_version, span));
    object->set("kind", span, drafts_.text(kind, span));
    Draft* metadata = drafts_.child_map(*object, "metadata", span);
    if (!name.empty()) metadata->set("name", span, drafts_.text(name, span));
    return object;
}

/// `name: null`: the object has none, and metadata only where there is more to say.
void Lowering::drop_empty_name(Draft& object) {
    Draft* metadata = object.find("metadata");
    const Draft* name = metadata->find("name");
    if (name == nullptr || !name->is_null()) return;
    metadata->remove("name");
    if (metadata->entries.empty()) object.remove("metadata");
}

void Lowering::set_description(Draft& metadata, std::string_view doc, Span span) {
    if (doc.empty()) return;
    drafts_.child_map(metadata, "annotations", span)
        ->set(kDescription, span, drafts_.text(doc, span));
}

bool Lowering::set_metadata(Draft& metadata, const ast::Property& property,
                            const LanguageScope& scope) {
    constexpr std::array<std::string_view, 5> kKeys{"name", "generateName", "namespace", "labels",
                                                    "annotations"};
    const std::string_view key = property.key.parts.front().text;
    if (key == "metadata" && property.key.parts.size() > 1) {
        set_path(metadata, k8s_type("ObjectMeta"), property.key.parts.subspan(1), property, scope);
        return true;
    }
    if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) return false;
    set_path(metadata, k8s_type("ObjectMeta"), property.key.parts, property, scope);
    return true;
}

void Lowering::set_workflow_property(WorkflowBuild& workflow, const ast::Property& property,
                                     const LanguageScope& scope) {
    const std::string_view key = property.key.parts.front().text;
    const auto is_set = [&] {
        const auto* boolean = ast::as<ast::BoolExpr>(property.value);
        return boolean != nullptr && boolean->value;
    };
    const bool is_single = property.key.parts.size() == 1 && property.labels.empty();
    if (set_metadata(*workflow.metadata, property, scope)) {
        require_constant(property, scope, "the workflow's `" + std::string(key) + "`");
        return;
    }
    if (is_single && key == "reusable") {
        workflow.is_reusable = is_set();
    } else if (is_single && key == "cluster") {
        workflow.is_cluster_scoped = is_set();
    } else if (is_single && key == "embed") {
        workflow.is_embedded = is_set();
    } else if (is_single && key == "cron") {
        workflow.cron = &property;
    } else if (is_single && key == "kind") {
        workflow.kind = plain_text(property.value);
    } else if (is_single && (key == "entry" || key == "entrypoint")) {
        workflow.has_entry = true;
        const auto* name = ast::as<ast::NameExpr>(property.value);
        if (ast::as<ast::NullExpr>(property.value) != nullptr) return;
        Draft* entry = name != nullptr
                           ? drafts_.text(name->name.text, name->name.span)
                           : lower_value(*property.value, nullptr,
                                         {schema::Form::kString, schema::TypeId::kNone, {}}, scope);
        workflow.spec->set("entrypoint", property.key.span, entry);
    } else {
        set_property(*workflow.spec, workflow_type("WorkflowSpec"), property, scope);
    }
}

/// Names of a workflow are known before its statements are read.
void Lowering::declare_workflow(WorkflowBuild& workflow) {
    const ast::TemplateDecl& decl = *workflow.decl;
    workflow.scope.parent = &file_.scope;
    if (decl.params != nullptr) {
        for (const ast::Param& param : decl.params->items) {
            Symbol symbol{.kind = Symbol::Kind::kReference, .span = param.name.span};
            symbol.type = type_of(param.type);
            symbol.tag =
                (symbol.type.is_artifact() ? "workflow.artifacts." : "workflow.parameters.") +
                std::string(param.name.text);
            declare_variable(workflow.scope, param.name, symbol, problems_);
        }
    }
    for (const ast::Statement& statement : decl.block->statements) {
        if (const auto* let = ast::as<ast::LetDecl>(&statement)) {
            declare_variable(workflow.scope, let->name,
                             {.kind = Symbol::Kind::kLet,
                              .span = let->name.span,
                              .expr = let->value,
                              .scope = &workflow.scope},
                             problems_);
        } else if (const auto* function = ast::as<ast::FnDecl>(&statement)) {
            declare_variable(workflow.scope, function->name,
                             {.kind = Symbol::Kind::kFunction,
                              .span = function->name.span,
                              .scope = &workflow.scope,
                              .function = function},
                             problems_);
        } else if (const auto* inner = ast::as<ast::TemplateDecl>(&statement)) {
            const Callable callable{&statement, inner, &workflow.scope, &file_};
            const bool is_new = workflow.scope.callables.emplace(inner->name.text, callable).second;
            if (!is_new && !inner->name.text.empty()) {
                problems_.report(kLanguageName, inner->name.span,
                                 "there are two templates `" + std::string(inner->name.text) + "`",
                                 "give one of them another name",
                                 workflow.scope.callables[inner->name.text].decl->name.span);
            }
        } else if (const auto* on = ast::as<ast::OnDecl>(&statement)) {
            if (on->source == nullptr && is_exit(*on)) ++workflow.n_exit_blocks;
        }
    }
}

void Lowering::lower_workflow_params(WorkflowBuild& workflow) {
    const ast::Params* params = workflow.decl->params;
    if (params == nullptr) return;
    for (const ast::Param& param : params->items) {
        if (param.name.text.empty()) continue;
        Draft* arguments = drafts_.child_map(*workflow.spec, "arguments", params->span);
        if (!type_of(param.type).is_artifact()) {
            drafts_.child_list(*arguments, "parameters", params->span)
                ->items.push_back(parameter(param, "value", workflow.scope));
            continue;
        }
        Draft* artifact = drafts_.map(param.span);
        artifact->set("name", param.name.span, drafts_.text(param.name.text, param.name.span));
        if (param.from != nullptr) set_artifact_source(*artifact, *param.from, workflow.scope);
        drafts_.child_list(*arguments, "artifacts", params->span)->items.push_back(artifact);
    }
}

void Lowering::lower_workflow_statement(WorkflowBuild& workflow, const ScopedStatement& scoped) {
    const ast::Statement& statement = *scoped.statement;
    if (const auto* property = ast::as<ast::Property>(&statement)) {
        if (!property->key.parts.empty()) {
            set_workflow_property(workflow, *property, *scoped.scope);
        }
    } else if (const auto* decl = ast::as<ast::TemplateDecl>(&statement)) {
        if (decl->kind == ast::TemplateKind::kWorkflow) {
            report_misplaced(statement, "a workflow");
            return;
        }
        const std::size_t place = workflow.templates->items.size();
        Draft* task =
            lower_template(workflow, *decl, workflow.scope, decl->name.text, statement.doc);
        // Templates that were lifted out of it come behind it.
        auto& items = workflow.templates->items;
        items.insert(items.begin() + static_cast<std::ptrdiff_t>(place), task);
    } else if (const auto* on = ast::as<ast::OnDecl>(&statement)) {
        if (on->source == nullptr && is_exit(*on)) {
            lower_exit(workflow, *on, statement.span, *scoped.scope);
        } else if (on->source == nullptr && is_hook(*on)) {
            set_hook(workflow, *drafts_.child_map(*workflow.spec, "hooks", statement.span), *on,
                     *scoped.scope, statement.span);
        } else {
            workflow.events.push_back(&statement);
        }
    } else if (ast::as<ast::EveryDecl>(&statement) != nullptr) {
        workflow.schedules.push_back(&statement);
    } else if (ast::as<ast::LetDecl>(&statement) == nullptr &&
               ast::as<ast::FnDecl>(&statement) == nullptr) {
        report_misplaced(statement, "a workflow");
    }
}

/// One argument-less call that always runs is `onExit` itself; else `on-exit` is a group of steps,
/// one for each block.
void Lowering::lower_exit(WorkflowBuild& workflow, const ast::OnDecl& decl, Span span,
                          const LanguageScope& scope) {
    if (decl.block == nullptr) return;
    const std::string_view word = trigger_word(decl);
    const auto statements = decl.block->statements;
    const auto* node = statements.size() == 1 ? ast::as<ast::NodeStmt>(&statements[0]) : nullptr;
    const bool is_lone_call = node != nullptr && node->call != nullptr && node->loop == nullptr;
    const bool is_only = workflow.n_exit_blocks == 1 && word == "exit";
    const bool is_plain = is_lone_call && node->call->arguments.empty() && node->block == nullptr &&
                          node->when.empty() && node->call->callee.parts.size() == 1;
    if (is_only && is_plain) {
        Draft holder{.kind = Draft::Kind::kMap};
        Callable callee;
        set_callee(workflow, holder, *node->call, scope, callee);
        if (Draft* name = holder.find("template")) workflow.spec->set("onExit", span, name);
        return;
    }
    LanguageScope& inner = scopes_.emplace_back();
    inner.parent = &scope;
    const auto add_template = [&](std::string_view name) {
        Draft* steps = drafts_.map(span);
        steps->set("name", span, drafts_.text(name, span));
        workflow.templates->items.push_back(steps);
        return steps;
    };
    if (workflow.on_exit == nullptr) {
        workflow.on_exit = add_template("on-exit");
        workflow.spec->set("onExit", span, drafts_.text("on-exit", span));
        if (is_only && !is_lone_call) {
            lower_flow(workflow, *workflow.on_exit, *decl.block, false, inner, "on-exit");
            return;
        }
        Draft* groups = drafts_.child_list(*workflow.on_exit, "steps", span);
        groups->items.push_back(drafts_.list(span));
    }
    FlowBuild flow{.workflow = &workflow, .owner = "on-exit", .is_dag = false};
    flow.nodes = workflow.on_exit->find("steps");
    flow.group = flow.nodes->items.front();
    flow.condition.constant = drafts_.boolean(true, span);
    if (word != "exit") {
        flow.condition = Evaluator::reference("workflow.status", {}, ValuePhase::kRun, span);
        flow.condition.simple_condition =
            std::string("{{workflow.status}} ") + (word == "success" ? "==" : "!=") + " Succeeded";
        flow.condition.is_tag = false;
        flow.condition.expr += word == "success" ? " == 'Succeeded'" : " != 'Succeeded'";
        flow.condition.binding = 20;
    }
    std::map<std::string_view, int>& names = exit_names_;
    if (is_lone_call) {
        declare_nodes(statements, inner, false, word != "exit", names);
        lower_flow_statement(flow, statements[0], inner, workflow.on_exit);
        return;
    }
    const std::string_view name = drafts_.keep("on-exit-" + std::to_string(++workflow.n_lifted));
    lower_flow(workflow, *add_template(name), *decl.block, false, inner, name);
    Draft* step = drafts_.map(span);
    step->set("name", span, drafts_.text(name, span));
    step->set("template", span, drafts_.text(name, span));
    if (word != "exit") {
        step->set("when", span, drafts_.text(flow.condition.simple_condition, span));
    }
    add_node(flow, step);
}

/// Tasks of the file or of modules that are called are copied behind the workflow's own.
void Lowering::add_borrowed(WorkflowBuild& workflow) {
    for (std::size_t i = 0; i < workflow.borrowed.size(); ++i) {
        const Borrowed borrowed = workflow.borrowed[i];
        const std::size_t place = workflow.templates->items.size();
        workflow.borrowed_by = borrowed.call;
        Draft* task = lower_template(workflow, *borrowed.callable.decl, *borrowed.callable.scope,
                                     borrowed.name, {});
        // What is found in a template of another file is shown where it is called.
        if (task->span.file != file_.id) task->span = borrowed.call;
        auto& items = workflow.templates->items;
        items.insert(items.begin() + static_cast<std::ptrdiff_t>(place), task);
    }
}

void Lowering::set_entry(WorkflowBuild& workflow) {
    if (workflow.has_entry || workflow.templates->items.empty()) return;
    if (workflow.spec->find("workflowTemplateRef") != nullptr) return;
    const Draft* entry = nullptr;
    for (const Draft* item : workflow.templates->items) {
        const Draft* name = item->find("name");
        if (name != nullptr && name->text == "main") entry = name;
    }
    if (entry == nullptr) entry = workflow.templates->items.front()->find("name");
    if (entry == nullptr) return;
    workflow.spec->set("entrypoint", entry->span, drafts_.text(entry->text, entry->span));
}

void Lowering::set_schedule(Draft& spec, const ast::EveryDecl& decl, const LanguageScope& scope) {
    Draft* schedules = drafts_.list(decl.schedules.empty() ? Span{} : decl.schedules[0]->span);
    for (const ast::Expr* schedule : decl.schedules)
        schedules->items.push_back(evaluator_.to_draft(evaluator_.evaluate(*schedule, scope)));
    spec.set("schedules", schedules->span, schedules);
    if (decl.timezone != nullptr) {
        spec.set("timezone", decl.timezone->span,
                 evaluator_.to_draft(evaluator_.evaluate(*decl.timezone, scope)));
    }
    if (decl.block == nullptr) return;
    lower_statements(expand(decl.block->statements, scope, nullptr), spec,
                     workflow_type("CronWorkflowSpec"));
}

bool Lowering::has_schedule(const WorkflowBuild& workflow) {
    return !workflow.schedules.empty() || workflow.cron != nullptr;
}

/// `every "…" {…}`, and `cron {…}` for fields without a list of schedules.
Draft* Lowering::cron_object(WorkflowBuild& workflow) {
    Draft* object =
        new_object(kApiVersion, "CronWorkflow", workflow.name, workflow.statement->span);
    Draft* spec = drafts_.child_map(*object, "spec", workflow.statement->span);
    for (const ast::Statement* statement : workflow.schedules)
        set_schedule(*spec, *ast::as<ast::EveryDecl>(statement), workflow.scope);
    if (workflow.cron != nullptr && workflow.cron->block != nullptr) {
        lower_statements(expand(workflow.cron->block->statements, workflow.scope, nullptr), *spec,
                         workflow_type("CronWorkflowSpec"));
    }
    return object;
}

Draft* Lowering::workflow_object(WorkflowBuild& workflow) {
    const bool has_events = !workflow.events.empty() && !workflow.is_embedded;
    std::string_view kind = workflow.kind;
    if (kind.empty()) kind = workflow.is_cluster_scoped ? "ClusterWorkflowTemplate" : "";
    if (kind.empty() && (workflow.is_reusable || has_events)) kind = "WorkflowTemplate";
    const bool is_cron = kind.empty() && has_schedule(workflow);
    if (kind.empty()) kind = is_cron ? "CronWorkflow" : "Workflow";
    const Span span = workflow.statement->span;
    Draft* object = is_cron || kind == "CronWorkflow" ? cron_object(workflow)
                                                      : new_object(kApiVersion, kind, {}, span);
    Draft* metadata = object->find("metadata");
    drafts_.merge(*metadata, *workflow.metadata);
    const bool is_named =
        metadata->find("name") != nullptr || metadata->find("generateName") != nullptr;
    if (!is_named && kind == "Workflow") {
        metadata->set("generateName", workflow.decl->name.span,
                      drafts_.text(std::string(workflow.name) + "-", workflow.decl->name.span));
    } else if (!is_named) {
        metadata->set("name", workflow.decl->name.span,
                      drafts_.text(workflow.name, workflow.decl->name.span));
    }
    set_description(*metadata, workflow.statement->doc, span);
    drop_empty_name(*object);
    if (kind == "CronWorkflow") {
        object->find("spec")->set("workflowSpec", span, workflow.spec);
    } else {
        object->set("spec", span, workflow.spec);
    }
    merge_raw(*object, workflow.raw);
    return object;
}

void Lowering::lower_workflow(const ast::TemplateDecl& decl, const ast::Statement& statement,
                              std::vector<Draft*>& out) {
    if (decl.block == nullptr) return;
    WorkflowBuild workflow{.decl = &decl, .statement = &statement};
    workflow.name = decl.name.text;
    workflow.spec = drafts_.map(decl.block->span);
    workflow.metadata = drafts_.map(decl.name.span);
    workflow.templates = drafts_.list(decl.block->span);
    exit_names_.clear();
    report_repeated(decl.block->statements);
    declare_workflow(workflow);
    lower_workflow_params(workflow);
    std::vector<ast::Statement> flow;
    std::size_t flow_place = 0;
    for (const ScopedStatement& scoped :
         expand(decl.block->statements, workflow.scope, &workflow.raw)) {
        if (is_flow_statement(*scoped.statement)) {
            if (flow.empty()) flow_place = workflow.templates->items.size();
            flow.push_back(*scoped.statement);
        } else {
            lower_workflow_statement(workflow, scoped);
        }
    }
    if (!flow.empty()) {
        // Nodes directly in a workflow are its dag `main`.
        const std::size_t before = workflow.templates->items.size();
        auto& kept = flows_.emplace_back(std::move(flow));
        const ast::Block block{decl.block->span, kept};
        LanguageScope& inner = scopes_.emplace_back();
        inner.parent = &workflow.scope;
        Draft* main_dag = drafts_.map(decl.block->span);
        main_dag->set("name", decl.name.span, drafts_.text("main", decl.name.span));
        lower_flow(workflow, *main_dag, block, true, inner, "main");
        auto& items = workflow.templates->items;
        items.insert(items.begin() + static_cast<std::ptrdiff_t>(std::min(flow_place, before)),
                     main_dag);
    }
    add_borrowed(workflow);
    set_entry(workflow);
    if (!workflow.templates->items.empty()) {
        if (Draft* present = workflow.spec->find("templates")) {
            auto& items = workflow.templates->items;
            items.insert(items.end(), present->items.begin(), present->items.end());
        }
        workflow.spec->set("templates", decl.block->span, workflow.templates);
    }
    if (!workflow.events.empty()) lower_workflow_events(workflow, out);
    const bool is_both =
        has_schedule(workflow) && (workflow.is_reusable || !workflow.events.empty());
    out.push_back(workflow_object(workflow));
    if (!is_both || workflow.kind == "CronWorkflow") return;
    Draft* cron = cron_object(workflow);
    Draft* spec = drafts_.child_map(*cron->find("spec"), "workflowSpec", statement.span);
    drafts_.child_map(*spec, "workflowTemplateRef", statement.span)
        ->set("name", decl.name.span, drafts_.text(workflow.name, decl.name.span));
    out.push_back(cron);
}

} // namespace tiphys::front
