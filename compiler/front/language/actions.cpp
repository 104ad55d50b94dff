// What sensors do: filters of events, actions, and the places that event values go to.
#include <algorithm>
#include <array>

#include "compiler/front/language/lowering.h"

namespace tiphys::front {
namespace {

constexpr schema::Shape kText{schema::Form::kString, schema::TypeId::kNone, {}};

struct Action {
    std::string_view word;
    std::string_view trigger;
};

constexpr std::array kActions{
    Action{"http", "http"},
    Action{"slack", "slack"},
    Action{"kafka", "kafka"},
    Action{"nats", "nats"},
    Action{"pulsar", "pulsar"},
    Action{"lambda", "awsLambda"},
    Action{"email", "email"},
    Action{"log", "log"},
    Action{"custom", "custom"},
    Action{"openwhisk", "openWhisk"},
    Action{"eventhubs", "azureEventHubs"},
    Action{"servicebus", "azureServiceBus"},
};

constexpr std::array<std::string_view, 4> kOperations{"create", "update", "patch", "delete"};

std::vector<const ast::Expr*> conjuncts(const ast::Expr& condition) {
    const auto* binary = ast::as<ast::BinaryExpr>(&condition);
    if (binary == nullptr || binary->op != ast::BinaryOperator::kAnd) return {&condition};
    std::vector<const ast::Expr*> all = conjuncts(*binary->left);
    for (const ast::Expr* right : conjuncts(*binary->right))
        all.push_back(right);
    return all;
}

} // namespace

std::string anchored_pattern(std::string_view text) {
    std::string out = "^";
    for (const char c : text) {
        if (std::string_view("\\.+*?()|[]{}^$").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out + "$";
}

/// Comparisons with constants become data filters; everything else one expression each.
void Lowering::add_filters(Draft& dependency, const ast::Expr& where, const LanguageScope& scope) {
    Draft* filters = drafts_.child_map(dependency, "filters", where.span);
    for (const ast::Expr* condition : conjuncts(where)) {
        if (!add_data_filter(*filters, *condition, scope)) {
            add_expr_filter(*filters, *condition, scope);
        }
    }
}

bool Lowering::add_data_filter(Draft& filters, const ast::Expr& condition,
                               const LanguageScope& scope) {
    const auto* call = ast::as<ast::CallExpr>(&condition);
    const auto* callee = call == nullptr ? nullptr : ast::as<ast::NameExpr>(call->callee);
    if (callee != nullptr && callee->name.text == "time" && call->arguments.size() >= 2) {
        constexpr std::array<std::string_view, 3> kFields{"start", "stop", "timezone"};
        Draft* time = drafts_.child_map(filters, "time", condition.span);
        for (std::size_t i = 0; i < call->arguments.size() && i < kFields.size(); ++i) {
            if (call->arguments[i].value == nullptr) continue;
            time->set(kFields[i], call->arguments[i].span,
                      lower_value(*call->arguments[i].value, nullptr, kText, scope));
        }
        return true;
    }
    const auto* binary = ast::as<ast::BinaryExpr>(&condition);
    if (binary == nullptr) return false;
    const Value left = evaluator_.evaluate(*binary->left, scope);
    const Value right = evaluator_.evaluate(*binary->right, scope);
    if (left.is_error || right.is_error) return true;
    const bool is_path = left.phase == ValuePhase::kEvent && !left.event_path.empty();
    if (!is_path || !right.is_constant()) return false;
    const Span span = condition.span;
    if (left.event_path.starts_with("context.") && binary->op == ast::BinaryOperator::kEqual) {
        drafts_.child_map(filters, "context", span)
            ->set(drafts_.keep(left.event_path.substr(8)), span,
                  drafts_.text(right.constant->text, span));
        return true;
    }
    const bool is_text = right.constant->type == ScalarType::kString;
    std::vector<std::string> values;
    if (binary->op == ast::BinaryOperator::kEqual && is_text) {
        values = {anchored_pattern(right.constant->text)};
    } else if (binary->op == ast::BinaryOperator::kMatch && is_text) {
        values = {std::string(right.constant->text)};
    } else if (binary->op == ast::BinaryOperator::kIn && right.constant->is_list()) {
        for (const Draft* item : right.constant->items)
            values.push_back(anchored_pattern(item->text));
    }
    if (!values.empty()) {
        add_text_filter(filters, left.event_path, values, span);
        return true;
    }
    const bool is_comparison = binary->op >= ast::BinaryOperator::kEqual &&
                               binary->op <= ast::BinaryOperator::kGreaterEqual;
    if (is_text || !is_comparison || right.constant->kind != Draft::Kind::kScalar) return false;
    Draft* filter = drafts_.map(span);
    filter->set("path", span, drafts_.text(left.event_path, span));
    const bool is_bool = right.constant->type == ScalarType::kBool;
    filter->set("type", span, drafts_.text(is_bool ? "bool" : "number", span));
    if (binary->op != ast::BinaryOperator::kEqual) {
        filter->set("comparator", span, drafts_.text(ast::spelling(binary->op), span));
    }
    Draft* list = drafts_.list(span);
    list->items.push_back(drafts_.text(right.constant->text, span));
    filter->set("value", span, list);
    drafts_.child_list(filters, "data", span)->items.push_back(filter);
    return true;
}

/// The condition with a name for each event value in it.
std::string Lowering::expr_of_condition(const ast::Expr& condition, const LanguageScope& scope,
                                        Draft& fields) {
    if (const auto* binary = ast::as<ast::BinaryExpr>(&condition)) {
        // Fields come in the order of the text.
        const std::string left = expr_of_condition(*binary->left, scope, fields);
        const std::string right = expr_of_condition(*binary->right, scope, fields);
        const std::string text = left + " " + std::string(ast::spelling(binary->op)) + " " + right;
        return condition.is_parenthesized ? "(" + text + ")" : text;
    }
    if (const auto* unary = ast::as<ast::UnaryExpr>(&condition)) {
        return (unary->op == ast::UnaryOperator::kNot ? "!" : "-") +
               expr_of_condition(*unary->operand, scope, fields);
    }
    const Value value = evaluator_.evaluate(condition, scope);
    if (value.phase != ValuePhase::kEvent || value.event_path.empty()) {
        if (value.is_constant() && value.constant->type == ScalarType::kString) {
            return "\"" + std::string(value.constant->text) + "\"";
        }
        return evaluator_.to_text(value);
    }
    for (const Draft* field : fields.items) {
        if (field->find("path")->text == value.event_path) {
            return std::string(field->find("name")->text);
        }
    }
    const std::string name = value.event_path.substr(value.event_path.rfind('.') + 1);
    Draft* field = drafts_.map(condition.span);
    field->set("name", condition.span, drafts_.text(name, condition.span));
    field->set("path", condition.span, drafts_.text(value.event_path, condition.span));
    fields.items.push_back(field);
    return name;
}

void Lowering::add_expr_filter(Draft& filters, const ast::Expr& condition,
                               const LanguageScope& scope) {
    Draft* filter = drafts_.map(condition.span);
    Draft* fields = drafts_.list(condition.span);
    const std::string text = expr_of_condition(condition, scope, *fields);
    filter->set("expr", condition.span, drafts_.text(text, condition.span));
    filter->set("fields", condition.span, fields);
    drafts_.child_list(filters, "exprs", condition.span)->items.push_back(filter);
}

/// One entry for each place that an event value stands in.
void Lowering::add_event_parameters(const Draft& draft, const std::string& path,
                                    Draft& parameters) {
    const auto found = event_values_.find(&draft);
    if (found != event_values_.end()) {
        const Value& value = found->second;
        Draft* parameter = drafts_.map(value.span);
        Draft* source = drafts_.child_map(*parameter, "src", value.span);
        source->set("dependencyName", value.span, drafts_.text(value.event, value.span));
        if (value.event_path.starts_with("context.")) {
            source->set("contextKey", value.span,
                        drafts_.text(value.event_path.substr(8), value.span));
        } else if (!value.event_path.empty()) {
            source->set("dataKey", value.span, drafts_.text(value.event_path, value.span));
        } else if (value.event_template.empty()) {
            source->set("dataKey", value.span, drafts_.text("body", value.span));
            source->set("useRawData", value.span, drafts_.boolean(true, value.span));
        } else {
            const bool is_whole = value.event_template.find("{{") != std::string::npos;
            source->set(
                "dataTemplate", value.span,
                drafts_.text(is_whole ? value.event_template : "{{ " + value.event_template + " }}",
                             value.span));
        }
        parameter->set("dest", value.span, drafts_.text(path, value.span));
        parameters.items.push_back(parameter);
        return;
    }
    const auto below = [&](const std::string& key) {
        return path.empty() ? key : path + "." + key;
    };
    for (std::size_t i = 0; i < draft.items.size(); ++i)
        add_event_parameters(*draft.items[i], below(std::to_string(i)), parameters);
    for (const Draft::Entry& entry : draft.entries) {
        std::string key;
        // Argo Events: sjson takes a dot in a key for a step unless it is escaped.
        for (const char c : entry.key)
            key += c == '.' ? std::string("\\.") : std::string(1, c);
        add_event_parameters(*entry.value, below(key), parameters);
    }
}

/// A reference to the stored workflow, with the arguments; Argo asks for their positions.
Draft* Lowering::submit_action(const ast::NodeStmt& node, const LanguageScope& scope,
                               const WorkflowBuild* workflow) {
    const ast::Call& call = *node.call;
    const std::string_view word = call.callee.parts.front().text;
    const Span span = call.span;
    const Module* module = scope.find_module(word);
    const Callable* callable = scope.find_callable(word);
    const ast::TemplateDecl* decl = callable == nullptr ? nullptr : callable->decl;
    std::string_view name = word;
    if (module != nullptr && module->is_object) {
        name = module->object;
        decl = module->decl;
    }
    if (workflow != nullptr && workflow->decl->name.text == word) decl = workflow->decl;
    const bool is_workflow = decl != nullptr && decl->kind == ast::TemplateKind::kWorkflow;
    if (!is_workflow && module == nullptr) {
        problems_.report(kLanguageName, call.callee.span,
                         "there is no workflow or action `" + std::string(word) + "`",
                         Problems::suggestion(word, scope.callable_names()));
        return nullptr;
    }
    Draft* argo = drafts_.map(span);
    argo->set("operation", span, drafts_.text("submit", span));
    Draft* resource = new_object("argoproj.io/v1alpha1", "Workflow", {}, span);
    Draft* metadata = resource->find("metadata");
    metadata->set("generateName", span, drafts_.text(std::string(name) + "-", span));
    Draft* spec = drafts_.child_map(*resource, "spec", span);
    Draft* reference = drafts_.child_map(*spec, "workflowTemplateRef", span);
    reference->set("name", span, drafts_.text(name, span));
    if (module != nullptr && module->is_cluster_scoped) {
        reference->set("clusterScope", span, drafts_.boolean(true, span));
    }
    add_workflow_arguments(*spec, call, is_workflow ? decl : nullptr, name, scope);
    drafts_.child_map(*argo, "source", span)->set("resource", span, resource);
    return argo;
}

void Lowering::add_workflow_arguments(Draft& spec, const ast::Call& call,
                                      const ast::TemplateDecl* decl, std::string_view workflow,
                                      const LanguageScope& scope) {
    const bool is_known = decl != nullptr && decl->params != nullptr;
    std::vector<std::string_view> names;
    for (std::size_t i = 0; is_known && i < decl->params->items.size(); ++i)
        names.push_back(decl->params->items[i].name.text);
    std::size_t position = 0;
    for (const ast::Argument& argument : call.arguments) {
        std::string_view key;
        if (argument.name != nullptr) {
            key = argument.name->text;
        } else if (position < names.size()) {
            key = names[position++];
        }
        const bool is_unknown =
            decl != nullptr && std::find(names.begin(), names.end(), key) == names.end();
        if (key.empty() || argument.value == nullptr || is_unknown) {
            const std::string shown = key.empty() ? "here" : "`" + std::string(key) + "`";
            problems_.report(kLanguageName, argument.span,
                             "`" + std::string(workflow) + "` has no parameter " + shown,
                             Problems::suggestion(key, names));
            continue;
        }
        Draft* parameter = drafts_.map(argument.span);
        parameter->set("name", argument.span, drafts_.text(key, argument.span));
        parameter->set("value", argument.span, lower_value(*argument.value, nullptr, kText, scope));
        drafts_
            .child_list(*drafts_.child_map(spec, "arguments", call.span), "parameters", call.span)
            ->items.push_back(parameter);
    }
}

void Lowering::lower_action(SensorBuild& sensor, const ast::NodeStmt& node,
                            const LanguageScope& scope, const WorkflowBuild* workflow,
                            const Draft& conditions, Span span) {
    if (sensor.triggers == nullptr) {
        sensor.triggers = drafts_.child_list(*sensor.spec, "triggers", span);
    }
    const ast::Call& call = *node.call;
    const std::string_view word = call.callee.parts.front().text;
    Draft* trigger = drafts_.map(span);
    Draft* shape = drafts_.child_map(*trigger, "template", span);
    const std::string_view name = node.name == nullptr ? word : node.name->text;
    shape->set("name", span, drafts_.text(name, span));
    if (!conditions.text.empty()) {
        shape->set("conditions", conditions.span, drafts_.copy(conditions));
        sensor.conditional.push_back(shape);
    }
    accepts_events_ = true;
    Draft* body = nullptr;
    Draft* resource = nullptr;
    std::string_view kind;
    const auto action = std::find_if(kActions.begin(), kActions.end(),
                                     [&](const Action& item) { return item.word == word; });
    if (action != kActions.end()) {
        kind = action->trigger;
        body = trigger_body(call, kind, scope);
    } else if (std::find(kOperations.begin(), kOperations.end(), word) != kOperations.end()) {
        kind = "k8s";
        body = drafts_.map(span);
        body->set("operation", span, drafts_.text(word, span));
        if (!call.arguments.empty() && call.arguments[0].value != nullptr) {
            resource = lower_value(*call.arguments[0].value, nullptr, {}, scope);
            if (resource->kind == Draft::Kind::kScalar) {
                resource = from_yaml(resource->text, call.arguments[0].value->span);
            }
            if (resource != nullptr) {
                drafts_.child_map(*body, "source", span)->set("resource", span, resource);
            }
        }
    } else {
        kind = "argoWorkflow";
        body = submit_action(node, scope, workflow);
        if (body != nullptr) resource = body->find("source")->find("resource");
    }
    if (body != nullptr) {
        shape->set(kind, span, body);
        if (node.block != nullptr) set_action_block(*trigger, *shape, resource, *node.block, scope);
        finish_action(*body, resource, span);
        sensor.triggers->items.push_back(trigger);
    }
    accepts_events_ = false;
}

/// Arguments of `http(…)` and the like: fields of the trigger; `payload` is a map of event values.
Draft* Lowering::trigger_body(const ast::Call& call, std::string_view kind,
                              const LanguageScope& scope) {
    const schema::Type& all = events_type("TriggerTemplate");
    const schema::Type& type = schema::type(
        all.fields[static_cast<std::size_t>(schema::find_field(all, kind))].shape.type);
    std::vector<ast::Argument> fields;
    Draft* payload = nullptr;
    for (const ast::Argument& argument : call.arguments) {
        const bool is_payload = argument.name != nullptr && argument.name->text == "payload" &&
                                ast::as<ast::MapExpr>(argument.value) != nullptr;
        if (!is_payload) {
            fields.push_back(argument);
            continue;
        }
        const Draft* map = lower_value(*argument.value, nullptr, {}, scope);
        payload = drafts_.list(argument.span);
        add_event_parameters(*map, {}, *payload);
    }
    Draft* body = argument_block(fields, type, scope, 0);
    body->span = call.span;
    if (payload != nullptr) body->set("payload", payload->span, payload);
    return body;
}

/// Metadata goes to the object that is submitted, everything else to the trigger.
void Lowering::set_action_block(Draft& trigger, Draft& shape, Draft* resource,
                                const ast::Block& block, const LanguageScope& scope) {
    for (const auto& [statement, from] : expand(block.statements, scope, nullptr)) {
        const auto* property = ast::as<ast::Property>(statement);
        if (property == nullptr || property->key.parts.empty()) {
            report_misplaced(*statement, "the block of an action");
            continue;
        }
        const std::string_view key = property->key.parts.front().text;
        if (resource != nullptr &&
            set_metadata(*drafts_.child_map(*resource, "metadata", statement->span), *property,
                         *from)) {
            continue;
        }
        const bool is_of_template = schema::find_field(events_type("TriggerTemplate"), key) >= 0;
        set_property(is_of_template ? shape : trigger,
                     events_type(is_of_template ? "TriggerTemplate" : "Trigger"), *property, *from);
    }
}

void Lowering::finish_action(Draft& body, Draft* resource, Span span) {
    Draft* parameters = drafts_.list(span);
    if (resource != nullptr) {
        add_event_parameters(*resource, {}, *parameters);
        strip_event_values(*resource);
    } else {
        for (const Draft::Entry& entry : body.entries) {
            if (entry.key != "payload") {
                add_event_parameters(*entry.value, std::string(entry.key), *parameters);
            }
        }
    }
    if (!parameters->items.empty()) body.set("parameters", span, parameters);
}

/// The value of a workflow's argument is left out rather than empty: Argo then keeps the default
/// when the event has none.
void Lowering::strip_event_values(Draft& resource) {
    Draft* spec = resource.find("spec");
    Draft* arguments = spec == nullptr || !spec->is_map() ? nullptr : spec->find("arguments");
    Draft* parameters = arguments == nullptr ? nullptr : arguments->find("parameters");
    if (parameters == nullptr) return;
    for (Draft* parameter : parameters->items) {
        const Draft* value = parameter->find("value");
        if (value != nullptr && event_values_.contains(value)) parameter->remove("value");
    }
}

} // namespace tiphys::front
