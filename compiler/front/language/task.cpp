// Templates: parameters, outputs, and what a task runs.
#include <algorithm>
#include <array>

#include "compiler/base/assert.h"
#include "compiler/front/language/check_value.h"
#include "compiler/front/language/declare.h"
#include "compiler/front/language/lowering.h"

namespace tiphys::front {
namespace {

constexpr schema::Shape kText{schema::Form::kString, schema::TypeId::kNone, {}};

/// Fields of a template that say what it is.
constexpr std::array<std::string_view, 9> kBodies{
    "script", "http", "resource", "suspend", "containerSet", "data", "plugin", "dag", "steps"};

/// The field that a lone argument of an artifact's place means.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kPlaceFields{{
    {"git", "repo"},
    {"http", "url"},
    {"raw", "data"},
    {"s3", "key"},
    {"gcs", "key"},
    {"oss", "key"},
    {"azure", "blob"},
    {"hdfs", "path"},
}};

const schema::Field& field_of(const schema::Type& type, std::string_view name) {
    const int index = schema::find_field(type, name);
    TIPHYS_ASSERT(index >= 0, "a field of the tables");
    return type.fields[static_cast<std::size_t>(index)];
}

std::string env_name(std::string_view name) {
    std::string text(name);
    std::replace(text.begin(), text.end(), '-', '_');
    return text;
}

std::string_view call_name(const ast::Expr* expr) {
    const auto* call = ast::as<ast::CallExpr>(expr);
    const auto* name = ast::as<ast::NameExpr>(call == nullptr ? expr : call->callee);
    return name == nullptr ? std::string_view{} : name->name.text;
}

/// What is only a type of what is printed is no output of the object.
bool is_printed(const ast::Param& output) {
    return output.name.text == "stdout" && output.at == nullptr && output.from == nullptr &&
           output.fallback == nullptr;
}

/// The text of `paste("…${x}…")`; null for everything else.
const ast::Expr* pasted_text(const ast::Expr* value) {
    const auto* call = ast::as<ast::CallExpr>(value);
    const bool is_lone = call != nullptr && call->arguments.size() == 1 &&
                         call->arguments[0].name == nullptr && !call->arguments[0].is_spread;
    return is_lone && call_name(value) == "paste" ? call->arguments[0].value : nullptr;
}

/// A text as it stands in the source: `${x}` in it is the shell's.
std::string source_text(const ast::TextExpr& text, std::string_view source) {
    std::string joined;
    for (const ast::TextPart& part : text.parts) {
        if (part.span.end > source.size()) continue;
        joined +=
            part.expr == nullptr ? part.text : source.substr(part.span.begin, part.span.size());
    }
    return joined;
}

} // namespace

// ---- parameters

/// A type of one word is one of those that there are.
void Lowering::check_type(const ast::Type* type) {
    if (type == nullptr || type->path.parts.size() != 1) return;
    const ast::Name& name = type->path.parts.front();
    const std::vector<std::string_view> names = type_names();
    if (name.text.empty() || std::find(names.begin(), names.end(), name.text) != names.end()) {
        return;
    }
    problems_.report(kLanguageName, name.span, "there is no type `" + std::string(name.text) + "`",
                     Problems::suggestion(name.text, names));
}

Draft* Lowering::parameter(const ast::Param& param, std::string_view value_key,
                           const LanguageScope& scope) {
    Draft* draft = drafts_.map(param.span);
    draft->set("name", param.name.span, drafts_.text(param.name.text, param.name.span));
    if (!param.doc.empty()) {
        draft->set("description", param.name.span,
                   drafts_.text(param.doc.substr(0, param.doc.size() - 1), param.name.span));
    }
    check_type(param.type);
    const ValueType type = type_of(param.type);
    if (param.fallback != nullptr) {
        const Value value = evaluator_.evaluate(*param.fallback, scope);
        if (!value.is_error) {
            draft->set(value_key, param.fallback->span,
                       drafts_.text(evaluator_.to_text(value), param.fallback->span));
        }
        const bool is_other = value.is_constant() && !type.literals.empty() &&
                              std::find(type.literals.begin(), type.literals.end(),
                                        value.constant->text) == type.literals.end();
        if (is_other) {
            problems_.report(kLanguageType, param.fallback->span,
                             "the default of `" + std::string(param.name.text) +
                                 "` is none of its values",
                             Problems::suggestion(value.constant->text, type.literals));
        }
        const std::string wrong = is_other ? "" : misfit(type, value);
        if (!wrong.empty()) {
            problems_.report(kLanguageType, param.fallback->span,
                             "`" + std::string(param.name.text) + "` " + wrong, {},
                             param.type->span);
        }
    }
    if (!type.literals.empty()) {
        Draft* list = drafts_.list(param.type->span);
        for (std::size_t i = 0; i < type.literals.size(); ++i) {
            list->items.push_back(drafts_.text(type.literals[i], param.type->literals[i]->span));
        }
        draft->set("enum", param.type->span, list);
    }
    if (param.from != nullptr && call_name(param.from) == "configmap") {
        const schema::Shape selector{
            schema::Form::kObject, k8s_type("ConfigMapKeySelector").id, {}};
        drafts_.child_map(*draft, "valueFrom", param.from->span)
            ->set("configMapKeyRef", param.from->span,
                  lower_value(*param.from, nullptr, selector, scope));
    } else if (param.from != nullptr && value_key == "default") {
        const Value value = evaluator_.evaluate(*param.from, scope);
        if (!value.is_error) {
            draft->set("value", param.from->span,
                       drafts_.text(evaluator_.to_text(value), param.from->span));
        }
    } else if (param.from != nullptr) {
        problems_.report(kLanguageType, param.from->span,
                         "a parameter of a workflow comes from `configmap(…)` or from its caller",
                         "write `" + std::string(param.name.text) + " = …` for a value");
    }
    return draft;
}

/// `s3(key: …, archive: none)`: fields of the place, else of the artifact.
void Lowering::set_artifact_source(Draft& artifact, const ast::Expr& source,
                                   const LanguageScope& scope) {
    const schema::Type& type = workflow_type("Artifact");
    const auto* call = ast::as<ast::CallExpr>(&source);
    const std::string_view word = call_name(&source);
    const int index = schema::find_field(type, word);
    const bool is_store = word == "store";
    if (call == nullptr ||
        (!is_store &&
         (index < 0 || !type.fields[static_cast<std::size_t>(index)].shape.is_object()))) {
        problems_.report(kLanguageType, source.span,
                         "an artifact comes from a place such as `s3(key: …)` or `git(…)`",
                         Problems::suggestion(word, {"s3", "gcs", "azure", "oss", "http", "hdfs",
                                                     "artifactory", "raw", "git", "store"}));
        return;
    }
    const schema::Type* place =
        is_store ? nullptr : &schema::type(type.fields[static_cast<std::size_t>(index)].shape.type);
    Draft* where = is_store ? nullptr : drafts_.child_map(artifact, word, source.span);
    for (const ast::Argument& argument : call->arguments) {
        ast::Name name;
        if (argument.name != nullptr) name = *argument.name;
        for (const auto& [kind, field] : kPlaceFields) {
            if (argument.name == nullptr && kind == word) name = {field, argument.span};
        }
        if (name.text.empty()) continue;
        ast::Expr variable{.span = name.span, .value = ast::NameExpr{name}};
        const std::array<ast::Name, 1> key{name};
        ast::Property property{.key = {key, name.span}};
        property.value = argument.value == nullptr ? &variable : argument.value;
        const bool is_of_place = place != nullptr && schema::find_field(*place, name.text) >= 0;
        set_property(is_of_place ? *where : artifact, is_of_place ? *place : type, property, scope);
    }
}

void Lowering::lower_inputs(Draft& task, const ast::TemplateDecl& decl, LanguageScope& scope) {
    if (decl.params == nullptr) return;
    for (const ast::Param& param : decl.params->items) {
        if (param.name.text.empty()) continue;
        Symbol symbol{.kind = Symbol::Kind::kReference, .span = param.name.span};
        symbol.type = type_of(param.type);
        const bool is_artifact = symbol.type.is_artifact();
        symbol.tag = (is_artifact ? "inputs.artifacts." : "inputs.parameters.") +
                     std::string(param.name.text);
        symbol.phase = ValuePhase::kRun;
        declare_variable(scope, param.name, symbol, problems_);
    }
    for (const ast::Param& param : decl.params->items) {
        if (param.name.text.empty()) continue;
        Draft* inputs = drafts_.child_map(task, "inputs", decl.params->span);
        if (!type_of(param.type).is_artifact()) {
            drafts_.child_list(*inputs, "parameters", decl.params->span)
                ->items.push_back(parameter(param, "default", scope));
            continue;
        }
        Draft* artifact = drafts_.map(param.span);
        artifact->set("name", param.name.span, drafts_.text(param.name.text, param.name.span));
        if (param.at != nullptr) {
            artifact->set("path", param.at->span, lower_value(*param.at, nullptr, kText, scope));
        }
        if (param.type != nullptr && param.type->is_optional) {
            artifact->set("optional", param.type->span, drafts_.boolean(true, param.type->span));
        }
        if (param.from != nullptr) set_artifact_source(*artifact, *param.from, scope);
        drafts_.child_list(*inputs, "artifacts", decl.params->span)->items.push_back(artifact);
    }
}

/// `from supplied`: the value is an input with a default and values to choose from, and an output.
void Lowering::add_supplied_inputs(Draft& task, const ast::TemplateDecl& decl,
                                   const LanguageScope& scope) {
    if (decl.result == nullptr || decl.result->outputs == nullptr) return;
    for (const ast::Param& output : decl.result->outputs->items) {
        if (call_name(output.from) != "supplied") continue;
        ast::Param input = output;
        input.from = nullptr;
        Draft* inputs = drafts_.child_map(task, "inputs", output.span);
        drafts_.child_list(*inputs, "parameters", output.span)
            ->items.push_back(parameter(input, "default", scope));
    }
}

/// Where the value of an output parameter comes from.
void Lowering::set_value_source(Draft& source, const ast::Param& output, bool is_flow,
                                const LanguageScope& scope) {
    const std::string_view word = call_name(output.from);
    const auto* call = ast::as<ast::CallExpr>(output.from);
    const auto set_text = [&](std::string_view field, const ast::Expr& value) {
        source.set(field, value.span, lower_value(value, nullptr, kText, scope));
    };
    const ast::Expr* argument =
        call != nullptr && !call->arguments.empty() ? call->arguments[0].value : nullptr;
    if (output.at != nullptr) set_text("path", *output.at);
    if (word == "supplied") {
        source.set("supplied", output.from->span, drafts_.map(output.from->span));
    } else if (word == "configmap") {
        const schema::Shape selector{
            schema::Form::kObject, k8s_type("ConfigMapKeySelector").id, {}};
        source.set("configMapKeyRef", output.from->span,
                   lower_value(*output.from, nullptr, selector, scope));
    } else if (argument != nullptr && word == "jsonpath") {
        set_text("jsonPath", *argument);
    } else if (argument != nullptr && word == "jq") {
        set_text("jqFilter", *argument);
    } else if (argument != nullptr && (word == "event" || word == "expression")) {
        set_text(word, *argument);
    }
    if (output.fallback != nullptr && word != "supplied") {
        const Value value = evaluator_.evaluate(*output.fallback, scope);
        const bool has_source = output.at != nullptr || output.from != nullptr;
        if (is_flow && !has_source) {
            const bool is_plain = value.is_tag;
            source.set(is_plain ? "parameter" : "expression", output.fallback->span,
                       drafts_.text(is_plain ? value.text : value.expr, output.fallback->span));
        } else {
            source.set("default", output.fallback->span,
                       drafts_.text(evaluator_.to_text(value), output.fallback->span));
        }
    }
}

void Lowering::lower_output(Draft& task, const ast::Param& output, const ast::TemplateDecl& decl,
                            const LanguageScope& scope) {
    Draft* outputs = drafts_.child_map(task, "outputs", decl.result->span);
    Draft* draft = drafts_.map(output.span);
    draft->set("name", output.name.span, drafts_.text(output.name.text, output.name.span));
    const bool is_global = call_name(output.to) == "global";
    if (is_global) {
        const auto* call = ast::as<ast::CallExpr>(output.to);
        if (call != nullptr && !call->arguments.empty() && call->arguments[0].value != nullptr) {
            draft->set("globalName", output.to->span,
                       lower_value(*call->arguments[0].value, nullptr, kText, scope));
        }
    }
    const bool is_flow =
        decl.kind == ast::TemplateKind::kDag || decl.kind == ast::TemplateKind::kSteps;
    if (type_of(output.type).is_artifact()) {
        if (output.at != nullptr) {
            draft->set("path", output.at->span, lower_value(*output.at, nullptr, kText, scope));
        }
        if (output.type->is_optional) {
            draft->set("optional", output.type->span, drafts_.boolean(true, output.type->span));
        }
        if (output.to != nullptr && !is_global) set_artifact_source(*draft, *output.to, scope);
        if (output.fallback != nullptr) {
            const Value value = evaluator_.evaluate(*output.fallback, scope);
            draft->set(value.is_tag ? "from" : "fromExpression", output.fallback->span,
                       drafts_.text(value.is_tag ? value.text : value.expr, output.fallback->span));
        }
        drafts_.child_list(*outputs, "artifacts", decl.result->span)->items.push_back(draft);
        return;
    }
    set_value_source(*drafts_.child_map(*draft, "valueFrom", output.span), output, is_flow, scope);
    drafts_.child_list(*outputs, "parameters", decl.result->span)->items.push_back(draft);
}

void Lowering::lower_outputs(Draft& task, const ast::TemplateDecl& decl,
                             const LanguageScope& scope) {
    if (decl.result == nullptr || decl.result->outputs == nullptr) return;
    for (const ast::Param& output : decl.result->outputs->items) {
        if (!is_printed(output) && !output.name.text.empty()) {
            lower_output(task, output, decl, scope);
        }
    }
}

// ---- templates

Draft* Lowering::lower_template(WorkflowBuild& workflow, const ast::TemplateDecl& decl,
                                const LanguageScope& outer, std::string_view name,
                                std::string_view /*doc*/) {
    LanguageScope& scope = scopes_.emplace_back();
    scope.parent = &outer;
    Draft* task = drafts_.map(decl.block == nullptr ? decl.name.span : decl.block->span);
    if (!name.empty()) task->set("name", decl.name.span, drafts_.text(name, decl.name.span));
    lower_inputs(*task, decl, scope);
    add_supplied_inputs(*task, decl, scope);
    if (decl.block == nullptr) return task;
    switch (decl.kind) {
    case ast::TemplateKind::kTask:
        lower_task_block(workflow, *task, *decl.block, &decl, scope);
        break;
    case ast::TemplateKind::kDag:
    case ast::TemplateKind::kSteps:
        lower_flow(workflow, *task, *decl.block, decl.kind == ast::TemplateKind::kDag, scope, name);
        break;
    case ast::TemplateKind::kWorkflow:
        break;
    }
    // What the block says about an output is merged into the declared one.
    const Draft* said = task->find("outputs");
    task->remove("outputs");
    lower_outputs(*task, decl, scope);
    if (said != nullptr) {
        Draft over{.kind = Draft::Kind::kMap};
        over.set("outputs", said->span, drafts_.copy(*said));
        drafts_.merge(*task, over);
    }
    return task;
}

/// Which of the ten kinds a task is, by what it sets.
std::string_view Lowering::body_kind(const std::vector<ScopedStatement>& statements) {
    std::string_view kind = "container";
    const ast::Name* first = nullptr;
    for (const auto& [statement, scope] : statements) {
        const auto* property = ast::as<ast::Property>(statement);
        if (property == nullptr || property->key.parts.empty()) continue;
        const ast::Name& key = property->key.parts.front();
        const bool is_container = key.text == "container" || key.text == "run" || key.text == "sh";
        const bool is_other = std::find(kBodies.begin(), kBodies.end(), key.text) != kBodies.end();
        if (!is_container && !is_other) continue;
        const std::string_view found = is_other ? key.text : std::string_view("container");
        if (first != nullptr && found != kind) {
            problems_.report(kLanguageStructure, key.span,
                             "a task does one thing, and this one has `" +
                                 std::string(first->text) + "` already",
                             "make two tasks", first->span);
            return kind;
        }
        kind = found;
        first = &key;
    }
    return kind;
}

void Lowering::lower_task_block(WorkflowBuild& workflow, Draft& task, const ast::Block& block,
                                const ast::TemplateDecl* decl, const LanguageScope& scope) {
    (void)workflow;
    // Names of this block's own `let`s.
    LanguageScope& inner = scopes_.emplace_back();
    inner.parent = &scope;
    for (const ast::Statement& statement : block.statements) {
        const auto* let = ast::as<ast::LetDecl>(&statement);
        if (let == nullptr || let->value == nullptr) continue;
        declare_variable(inner, let->name,
                         {.kind = Symbol::Kind::kLet,
                          .span = let->name.span,
                          .expr = let->value,
                          .scope = &inner},
                         problems_);
    }
    report_repeated(block.statements);
    std::vector<ScopedStatement> raw;
    const std::vector<ScopedStatement> statements = expand(block.statements, inner, &raw);
    const std::string_view body = body_kind(statements);
    bool is_script = false;
    for (const auto& [statement, from] : statements) {
        if (ast::as<ast::LetDecl>(statement) != nullptr) continue;
        const auto* property = ast::as<ast::Property>(statement);
        if (property == nullptr) {
            report_misplaced(*statement, "a task");
            continue;
        }
        if (property->key.parts.empty()) continue;
        const std::string_view key = property->key.parts.front().text;
        const bool has_source = key == "sh" || (key == "script" && property->value != nullptr);
        const bool is_pasted = pasted_text(property->value) != nullptr;
        if (has_source && decl != nullptr && !is_script && !is_pasted) {
            is_script = true;
            inject_env(*drafts_.child_map(task, body, property->key.span), *decl, key == "script");
        }
        set_task_property(task, body, *property, *from);
    }
    merge_raw(task, raw);
}

/// Inputs reach a script as variables of its environment, so that nothing needs quoting.
void Lowering::inject_env(Draft& body, const ast::TemplateDecl& decl, bool with_paths) {
    std::vector<std::string> names;
    const auto add = [&](const ast::Param& param, const std::string& value) {
        const std::string name = env_name(param.name.text);
        if (std::find(names.begin(), names.end(), name) != names.end()) return;
        names.push_back(name);
        Draft* item = drafts_.map(param.span);
        item->set("name", param.name.span, drafts_.text(name, param.name.span));
        item->set("value", param.name.span, drafts_.text(value, param.name.span));
        drafts_.child_list(body, "env", param.span)->items.push_back(item);
    };
    const auto add_path = [&](const ast::Param& param) {
        const std::string_view path = plain_text(param.at);
        if (with_paths && !path.empty()) add(param, std::string(path));
    };
    if (decl.params != nullptr) {
        for (const ast::Param& param : decl.params->items) {
            if (type_of(param.type).is_artifact()) {
                add_path(param);
            } else {
                add(param, "{{inputs.parameters." + std::string(param.name.text) + "}}");
            }
        }
    }
    if (decl.result == nullptr || decl.result->outputs == nullptr) return;
    for (const ast::Param& output : decl.result->outputs->items)
        add_path(output);
}

/// The whole text of the file that a place is in: this one, or that of a borrowed task.
std::string_view Lowering::text_around(Span span) const {
    for (const LanguageFile& file : files_) {
        if (file.id == span.file) return file.text;
    }
    return file_.text;
}

void Lowering::set_script(Draft& body, const ast::Property& property, const LanguageScope& scope) {
    const ast::Expr* pasted = pasted_text(property.value);
    const ast::Expr& value = pasted == nullptr ? *property.value : *pasted;
    const auto* fence = ast::as<ast::FenceExpr>(&value);
    const auto* text = ast::as<ast::TextExpr>(&value);
    const Span span = value.span;
    std::string source;
    if (fence != nullptr) source = fence->text;
    if (text != nullptr) source = source_text(*text, text_around(span));
    if (pasted != nullptr) source = evaluator_.to_text(evaluator_.evaluate(value, scope));
    if (property.key.parts.front().text == "sh") {
        Draft* command = drafts_.list(span);
        command->items = {drafts_.text("sh", span), drafts_.text("-c", span)};
        Draft* arguments = drafts_.list(span);
        arguments->items = {drafts_.text(source, span)};
        body.set("command", property.key.span, command);
        body.set("args", span, arguments);
        return;
    }
    if (fence != nullptr && !fence->language.empty() && body.find("command") == nullptr) {
        Draft* command = drafts_.list(span);
        command->items = {drafts_.text(fence->language, span)};
        body.set("command", span, command);
    }
    body.set("source", span, drafts_.text(source, span));
}

/// `[program, argument…]`, or `[[program, option…], argument…]` for a command of several words.
void Lowering::set_run(Draft& container, const ast::Property& property,
                       const LanguageScope& scope) {
    const auto& list = *ast::as<ast::ListExpr>(property.value);
    const ast::Name& key = property.key.parts.front();
    if (list.items.empty()) {
        problems_.report(kLanguageType, property.value->span, "`run` names no program");
        return;
    }
    const schema::Field& arguments = field_of(k8s_type("Container"), "args");
    Draft* command = drafts_.list(property.value->span);
    Draft* whole = drafts_.list(property.value->span);
    if (ast::as<ast::ListExpr>(list.items.front().value) != nullptr) {
        command = lower_value(*list.items.front().value, &arguments, arguments.shape, scope);
        ast::Expr rest = *property.value;
        rest.value = ast::ListExpr{list.items.subspan(1)};
        whole = lower_value(rest, &arguments, arguments.shape, scope);
    } else {
        whole = lower_value(*property.value, &arguments, arguments.shape, scope);
        command->items = {whole->items.front()};
        whole->items.erase(whole->items.begin());
    }
    container.set("command", key.span, command);
    if (!whole->items.empty()) container.set("args", whole->span, whole);
}

/// The properties that make the task what it is.
bool Lowering::set_body(Draft& task, std::string_view body, const ast::Property& property,
                        const LanguageScope& scope) {
    const ast::Name& key = property.key.parts.front();
    const bool is_single = property.key.parts.size() == 1;
    const bool is_text =
        property.value != nullptr && (ast::as<ast::FenceExpr>(property.value) != nullptr ||
                                      ast::as<ast::TextExpr>(property.value) != nullptr ||
                                      pasted_text(property.value) != nullptr);
    if (is_single && is_text && (key.text == "sh" || key.text == "script")) {
        set_script(*drafts_.child_map(task, body, key.span), property, scope);
        return true;
    }
    if (is_single && key.text == "run" && property.value != nullptr) {
        if (ast::as<ast::ListExpr>(property.value) == nullptr) {
            problems_.report(kLanguageType, property.value->span,
                             "`run` is a list: the program and its arguments",
                             "write `run: [\"program\", \"argument\"]`, or `sh: \"…\"`");
            return true;
        }
        set_run(*drafts_.child_map(task, body, key.span), property, scope);
        return true;
    }
    const bool is_labelled = property.labels.size() == 1;
    if (is_labelled && property.block == nullptr && key.text == "resource") {
        const ast::Name& label = property.labels.front();
        Draft* resource = drafts_.child_map(task, "resource", key.span);
        resource->set("action", label.span, drafts_.text(label.text, label.span));
        resource->set("manifest", property.value->span,
                      lower_value(*property.value, nullptr, kText, scope));
        return true;
    }
    if (is_labelled && property.block != nullptr &&
        (key.text == "resource" || key.text == "plugin")) {
        const ast::Name& label = property.labels.front();
        if (key.text == "plugin") {
            drafts_.child_map(task, "plugin", key.span)
                ->set(label.text, label.span, lower_block(*property.block, nullptr, {}, scope));
            return true;
        }
        const schema::Field& field = field_of(workflow_type("Template"), "resource");
        Draft* resource = lower_block(*property.block, &field, field.shape, scope);
        resource->set("action", label.span, drafts_.text(label.text, label.span));
        task.set("resource", key.span, resource);
        return true;
    }
    return false;
}

void Lowering::set_task_property(Draft& task, std::string_view body, const ast::Property& property,
                                 const LanguageScope& scope) {
    const schema::Type& type = workflow_type("Template");
    const ast::Name& key = property.key.parts.front();
    if (key.text.empty() || set_body(task, body, property, scope)) return;
    if (key.text == "labels" || key.text == "annotations") {
        const schema::Type& metadata = workflow_type("Metadata");
        set_path(*drafts_.child_map(task, "metadata", key.span), metadata, property.key.parts,
                 property, scope);
        return;
    }
    const bool is_of_template = schema::find_field(type, field_name(type, key.text)) >= 0;
    const bool is_sugar = key.text == "volume" || key.text == "metric" || key.text == "mutex" ||
                          key.text == "semaphore";
    if (is_of_template || is_sugar) {
        set_property(task, type, property, scope);
        return;
    }
    const bool is_dag = body == "dag";
    const schema::Type& inner = is_dag             ? workflow_type("DAGTemplate")
                                : body == "script" ? workflow_type("ScriptTemplate")
                                                   : k8s_type("Container");
    const bool is_word =
        key.text == "cpu" || key.text == "memory" || key.text == "gpu" || key.text == "mounts";
    const bool is_of_body = body == "container" || body == "script" || is_dag;
    if (is_of_body && (schema::find_field(inner, key.text) >= 0 || is_word)) {
        Draft* target = drafts_.child_map(task, body, key.span);
        const bool is_env = key.text == "env" && target->find("env") != nullptr;
        if (!is_env) {
            set_property(*target, inner, property, scope);
            return;
        }
        // Behind the inputs; a name of its own wins over an input.
        Draft fresh{.kind = Draft::Kind::kMap};
        set_property(fresh, inner, property, scope);
        drafts_.merge(*target, fresh);
        return;
    }
    std::vector<std::string_view> known = field_names(type);
    for (const std::string_view name : field_names(inner))
        known.push_back(name);
    for (const std::string_view word :
         {"run", "sh", "cpu", "memory", "gpu", "mounts", "retry", "account", "labels", "volume"})
        known.push_back(word);
    if ((is_dag || body == "steps") && ast::as<ast::CallExpr>(property.value) != nullptr) {
        const std::string name(key.text);
        problems_.report(kLanguageName, key.span,
                         "`" + name + "` is no field of " + (is_dag ? "a dag" : "steps"),
                         "a node is written `" + name + " = …`");
        return;
    }
    report_unknown(key, is_dag ? "a dag" : body == "steps" ? "steps" : "a task", known);
}

} // namespace tiphys::front
