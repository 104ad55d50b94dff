// Event sources, sensors, buses and bindings; webhooks beside their workflow.
#include <algorithm>
#include <array>

#include "compiler/front/language/lowering.h"

namespace tiphys::front {
namespace {

constexpr std::string_view kApiVersion = "argoproj.io/v1alpha1";
constexpr std::int64_t kWebhookPort = 12000;
constexpr schema::Shape kText{schema::Form::kString, schema::TypeId::kNone, {}};

constexpr std::array<std::string_view, 4> kObjectMetadata{"namespace", "labels", "annotations",
                                                          "name"};

/// The parts of `a.b.c` as an expression.
std::vector<std::string_view> path_of(const ast::Expr* expr) {
    if (const auto* name = ast::as<ast::NameExpr>(expr)) return {name->name.text};
    const auto* member = ast::as<ast::MemberExpr>(expr);
    if (member == nullptr) return {};
    std::vector<std::string_view> parts = path_of(member->object);
    if (!parts.empty()) parts.push_back(member->member.text);
    return parts;
}

std::string conditions_of(const ast::Expr& expr) {
    const auto* binary = ast::as<ast::BinaryExpr>(&expr);
    if (binary != nullptr) {
        const std::string text = conditions_of(*binary->left) + " " +
                                 std::string(ast::spelling(binary->op)) + " " +
                                 conditions_of(*binary->right);
        return expr.is_parenthesized ? "(" + text + ")" : text;
    }
    const auto* name = ast::as<ast::NameExpr>(&expr);
    return name == nullptr ? std::string{} : std::string(name->name.text);
}

/// A sensor's only dependency needs no conditions. Whether it is the only one shows at the end.
void drop_lone_conditions(const Draft* dependencies, const std::vector<Draft*>& conditional) {
    if (dependencies == nullptr || dependencies->items.size() != 1) return;
    const std::string_view only = dependencies->items[0]->find("name")->text;
    for (Draft* shape : conditional) {
        const Draft* conditions = shape->find("conditions");
        if (conditions != nullptr && conditions->text == only) shape->remove("conditions");
    }
}

} // namespace

/// `events n {…}`, `sensor n {…}`, `bus n {…}`, `binding n {…}`, `object n {…}`.
void Lowering::lower_object(const ast::Property& property, const ast::Statement& statement,
                            std::vector<Draft*>& out) {
    const std::string_view word = property.key.parts.front().text;
    const ast::Name& name = property.labels.front();
    if (property.block == nullptr) return;
    if (word == "events") {
        out.push_back(lower_events(property, statement));
        return;
    }
    if (word == "sensor") {
        out.push_back(lower_sensor(property, statement));
        return;
    }
    if (word == "object") {
        Draft* object = lower_block(*property.block, nullptr, {}, file_.scope);
        // `object "" {…}`: without a name.
        if (name.text.empty()) {
            out.push_back(object);
            return;
        }
        Draft* metadata = drafts_.child_map(*object, "metadata", name.span);
        if (metadata->find("name") == nullptr && metadata->find("generateName") == nullptr) {
            metadata->set("name", name.span, drafts_.text(name.text, name.span));
        }
        out.push_back(object);
        return;
    }
    const bool is_bus = word == "bus";
    Draft* object = new_object(kApiVersion, is_bus ? "EventBus" : "WorkflowEventBinding", name.text,
                               statement.span);
    Draft* spec = drafts_.child_map(*object, "spec", property.block->span);
    Draft* metadata = object->find("metadata");
    const schema::Type& type =
        is_bus ? events_type("EventBusSpec") : workflow_type("WorkflowEventBindingSpec");
    std::vector<ScopedStatement> raw;
    for (const auto& [inner, scope] : expand(property.block->statements, file_.scope, &raw)) {
        const auto* field = ast::as<ast::Property>(inner);
        if (field == nullptr || field->key.parts.empty()) {
            report_misplaced(*inner, is_bus ? "a bus" : "a binding");
            continue;
        }
        if (set_metadata(*metadata, *field, *scope)) continue;
        const bool is_selector =
            !is_bus && field->key.parts.front().text == "event" && field->value != nullptr;
        if (is_selector) {
            drafts_.child_map(*spec, "event", field->key.span)
                ->set("selector", field->value->span,
                      lower_value(*field->value, nullptr, kText, *scope));
        } else {
            set_property(*spec, type, *field, *scope);
        }
    }
    set_description(*metadata, statement.doc, statement.span);
    drop_empty_name(*object);
    merge_raw(*object, raw);
    out.push_back(object);
}

Draft* Lowering::lower_events(const ast::Property& property, const ast::Statement& statement) {
    const ast::Name& name = property.labels.front();
    Draft* object = new_object(kApiVersion, "EventSource", name.text, statement.span);
    Draft* spec = drafts_.child_map(*object, "spec", property.block->span);
    Draft* metadata = object->find("metadata");
    const schema::Type& type = events_type("EventSourceSpec");
    std::vector<ScopedStatement> raw;
    for (const auto& [inner, scope] : expand(property.block->statements, file_.scope, &raw)) {
        const auto* field = ast::as<ast::Property>(inner);
        if (field == nullptr || field->key.parts.empty()) {
            report_misplaced(*inner, "an event source");
            continue;
        }
        const ast::Name& key = field->key.parts.front();
        if (field->labels.empty() && set_metadata(*metadata, *field, *scope)) continue;
        const int index = schema::find_field(type, key.text);
        if (field->labels.size() == 1 && index >= 0) {
            const schema::Field& source = type.fields[static_cast<std::size_t>(index)];
            drafts_.child_map(*spec, key.text, key.span)
                ->set(field->labels[0].text, field->labels[0].span,
                      lower_property(*field, nullptr, nullptr, source.shape.element(), *scope));
        } else if (key.text == "account") {
            drafts_.child_map(*spec, "template", key.span)
                ->set("serviceAccountName", key.span,
                      lower_property(*field, nullptr, nullptr, kText, *scope));
        } else if (key.text == "service" && ast::as<ast::NumberExpr>(field->value) != nullptr) {
            Draft* port = drafts_.map(field->value->span);
            port->set("port", key.span, lower_value(*field->value, nullptr, {}, *scope));
            port->set("targetPort", key.span, lower_value(*field->value, nullptr, {}, *scope));
            Draft* service = drafts_.child_map(*spec, "service", key.span);
            drafts_.child_list(*service, "ports", key.span)->items.push_back(port);
        } else {
            set_property(*spec, type, *field, *scope);
        }
    }
    set_description(*metadata, statement.doc, statement.span);
    drop_empty_name(*object);
    merge_raw(*object, raw);
    return object;
}

Draft* Lowering::lower_sensor(const ast::Property& property, const ast::Statement& statement) {
    const ast::Name& name = property.labels.front();
    Draft* object = new_object(kApiVersion, "Sensor", name.text, statement.span);
    SensorBuild sensor;
    sensor.spec = drafts_.child_map(*object, "spec", property.block->span);
    sensor.scope.parent = &file_.scope;
    Draft* metadata = object->find("metadata");
    std::vector<ScopedStatement> raw;
    const auto statements = expand(property.block->statements, sensor.scope, &raw);
    for (const auto& [inner, scope] : statements) {
        const auto* field = ast::as<ast::Property>(inner);
        const auto* dep = ast::as<ast::DepDecl>(inner);
        if (dep != nullptr && dep->event.parts.size() >= 2) {
            add_dependency(sensor, dep->name.text, dep->event.parts[0].text,
                           dep->event.parts[1].text, dep->where, inner->span);
            Draft* dependency = sensor.dependencies->items.back();
            if (dep->block != nullptr) {
                lower_statements(expand(dep->block->statements, *scope, nullptr), *dependency,
                                 events_type("EventDependency"));
            }
        } else if (field != nullptr && !field->key.parts.empty()) {
            const ast::Name& key = field->key.parts.front();
            if (set_metadata(*metadata, *field, *scope)) continue;
            if (key.text == "account") {
                drafts_.child_map(*sensor.spec, "template", key.span)
                    ->set("serviceAccountName", key.span,
                          lower_property(*field, nullptr, nullptr, kText, *scope));
            } else {
                set_property(*sensor.spec, events_type("SensorSpec"), *field, *scope);
            }
        } else if (ast::as<ast::OnDecl>(inner) == nullptr &&
                   ast::as<ast::LetDecl>(inner) == nullptr) {
            report_misplaced(*inner, "a sensor");
        }
    }
    for (const auto& [inner, scope] : statements) {
        if (const auto* on = ast::as<ast::OnDecl>(inner)) {
            lower_on(sensor, *on, *scope, nullptr, inner->span);
        }
    }
    drop_lone_conditions(sensor.dependencies, sensor.conditional);
    set_description(*metadata, statement.doc, statement.span);
    drop_empty_name(*object);
    merge_raw(*object, raw);
    return object;
}

void Lowering::add_dependency(SensorBuild& sensor, std::string_view name, std::string_view source,
                              std::string_view event, const ast::Expr* where, Span span) {
    if (sensor.dependencies == nullptr) {
        sensor.dependencies = drafts_.child_list(*sensor.spec, "dependencies", span);
    }
    Symbol symbol{.kind = Symbol::Kind::kEvent, .span = span};
    symbol.event = name;
    sensor.scope.variables.insert_or_assign(name, symbol);
    Draft* dependency = drafts_.map(span);
    dependency->set("name", span, drafts_.text(name, span));
    dependency->set("eventSourceName", span, drafts_.text(source, span));
    dependency->set("eventName", span, drafts_.text(event, span));
    if (where != nullptr) add_filters(*dependency, *where, sensor.scope);
    sensor.dependencies->items.push_back(dependency);
}

/// `on h.a as e where c {…}`: the dependency and what happens. `on a && b {…}`: names of
/// dependencies.
void Lowering::lower_on(SensorBuild& sensor, const ast::OnDecl& decl, const LanguageScope& scope,
                        const WorkflowBuild* workflow, Span span) {
    const std::vector<std::string_view> path = path_of(decl.trigger);
    std::string conditions;
    if (path.size() >= 2) {
        const std::string_view name = decl.alias == nullptr ? path[1] : decl.alias->text;
        const bool is_known =
            sensor.dependencies != nullptr &&
            std::any_of(sensor.dependencies->items.begin(), sensor.dependencies->items.end(),
                        [&](const Draft* item) { return item->find("name")->text == name; });
        if (!is_known) {
            add_dependency(sensor, name, path[0], path[1], decl.where, span);
        }
        conditions = name;
    } else if (decl.trigger != nullptr) {
        conditions = conditions_of(*decl.trigger);
    }
    if (decl.block == nullptr) return;
    const Draft* waits =
        drafts_.text(conditions, decl.trigger == nullptr ? span : decl.trigger->span);
    for (const ast::Statement& statement : decl.block->statements) {
        const auto* node = ast::as<ast::NodeStmt>(&statement);
        const auto* property = ast::as<ast::Property>(&statement);
        if (node != nullptr && node->call != nullptr) {
            lower_action(sensor, *node, sensor.scope, workflow, *waits, statement.span);
        } else if (property == nullptr || workflow == nullptr) {
            report_misplaced(statement, "an `on` block");
        }
    }
    if (workflow == nullptr) return;
    for (const ast::Statement& statement : decl.block->statements) {
        const auto* property = ast::as<ast::Property>(&statement);
        if (property == nullptr || property->key.parts.empty()) continue;
        const ast::Name& key = property->key.parts.front();
        if (key.text == "account") {
            drafts_.child_map(*sensor.spec, "template", key.span)
                ->set("serviceAccountName", key.span,
                      lower_property(*property, nullptr, nullptr, kText, scope));
        } else {
            set_property(*sensor.spec, events_type("SensorSpec"), *property, scope);
        }
    }
}

/// The event source and the sensor of a workflow with `on`.
void Lowering::lower_workflow_events(WorkflowBuild& workflow, std::vector<Draft*>& out) {
    const Span span = workflow.events.front()->span;
    Draft* source = nullptr;
    Draft* sensor_object = new_object(kApiVersion, "Sensor", workflow.name, span);
    SensorBuild sensor;
    sensor.spec = drafts_.child_map(*sensor_object, "spec", span);
    sensor.scope.parent = &workflow.scope;
    for (const ast::Statement* statement : workflow.events) {
        const auto& on = *ast::as<ast::OnDecl>(statement);
        if (on.source == nullptr) {
            lower_on(sensor, on, workflow.scope, &workflow, statement->span);
            continue;
        }
        if (source == nullptr) source = new_object(kApiVersion, "EventSource", workflow.name, span);
        lower_webhook_source(workflow, on, *drafts_.child_map(*source, "spec", span),
                             *source->find("metadata"), sensor);
    }
    drop_lone_conditions(sensor.dependencies, sensor.conditional);
    for (const std::string_view key : kObjectMetadata) {
        const Draft* given = workflow.metadata->find(key);
        if (given == nullptr || key == "name") continue;
        if (source != nullptr && source->find("metadata")->find(key) == nullptr) {
            source->find("metadata")->set(key, given->span, drafts_.copy(*given));
        }
        sensor_object->find("metadata")->set(key, given->span, drafts_.copy(*given));
    }
    if (source != nullptr) out.push_back(source);
    out.push_back(sensor_object);
}

void Lowering::add_text_filter(Draft& filters, std::string_view path,
                               std::vector<std::string> values, Span span) {
    Draft* filter = drafts_.map(span);
    filter->set("path", span, drafts_.text(path, span));
    filter->set("type", span, drafts_.text("string", span));
    Draft* list = drafts_.list(span);
    for (const std::string& value : values)
        list->items.push_back(drafts_.text(value, span));
    filter->set("value", span, list);
    drafts_.child_list(filters, "data", span)->items.push_back(filter);
}

/// `on github push to "main" from "acme/shop" as e {…}`.
void Lowering::lower_webhook_source(WorkflowBuild& workflow, const ast::OnDecl& on, Draft& spec,
                                    Draft& metadata, SensorBuild& sensor) {
    (void)metadata;
    const ast::Name& kind = on.source->parts.front();
    const Span span = on.source->span;
    const schema::Type& types = events_type("EventSourceSpec");
    const int index = schema::find_field(types, kind.text);
    if (index < 0 || on.events.empty()) {
        report_unknown(kind, "an event source", field_names(types));
        return;
    }
    const schema::Type& type =
        schema::type(types.fields[static_cast<std::size_t>(index)].shape.type);
    const std::string_view event = on.events.front().text;
    Draft* entry = webhook_entry(workflow, on, type, spec);
    const std::string_view alias = on.alias == nullptr ? event : on.alias->text;
    add_dependency(sensor, alias, workflow.name, event, nullptr, span);
    Draft* dependency = sensor.dependencies->items.back();
    add_webhook_filters(*dependency, on, workflow.scope);
    if (on.where != nullptr) add_filters(*dependency, *on.where, sensor.scope);
    if (on.block == nullptr) return;
    const Draft* waits = drafts_.text(alias, span);
    for (const ast::Statement& statement : on.block->statements) {
        const auto* property = ast::as<ast::Property>(&statement);
        const auto* node = ast::as<ast::NodeStmt>(&statement);
        if (node != nullptr && node->call != nullptr) {
            lower_action(sensor, *node, sensor.scope, &workflow, *waits, statement.span);
        } else if (property != nullptr && !property->key.parts.empty()) {
            set_webhook_property(*entry, type, spec, *sensor.spec, *property, workflow.scope);
        } else if (ast::as<ast::LetDecl>(&statement) == nullptr) {
            report_misplaced(statement, "an `on` block");
        }
    }
}

/// The entry of the event source, listening behind a webhook of the workflow's name.
Draft* Lowering::webhook_entry(WorkflowBuild& workflow, const ast::OnDecl& on,
                               const schema::Type& type, Draft& spec) {
    const ast::Name& kind = on.source->parts.front();
    const Span span = on.source->span;
    const std::string_view event = on.events.front().text;
    Draft* ports = drafts_.child_list(*drafts_.child_map(spec, "service", span), "ports", span);
    if (ports->items.empty()) {
        Draft* port = drafts_.map(span);
        port->set("name", span, drafts_.text(kind.text, span));
        port->set("port", span, drafts_.number(kWebhookPort, span));
        port->set("targetPort", span, drafts_.number(kWebhookPort, span));
        ports->items.push_back(port);
    }
    Draft* entry = drafts_.child_map(*drafts_.child_map(spec, kind.text, span), event, span);
    Draft* webhook = drafts_.child_map(*entry, "webhook", span);
    webhook->set("endpoint", span, drafts_.text("/" + std::string(workflow.name), span));
    webhook->set("port", span, drafts_.text(std::to_string(kWebhookPort), span));
    webhook->set("method", span, drafts_.text("POST", span));
    Draft* events = drafts_.list(span);
    for (const ast::Name& name : on.events)
        events->items.push_back(drafts_.text(name.text, name.span));
    const bool has_events = schema::find_field(type, "events") >= 0;
    if (has_events) entry->set("events", span, events);
    if (schema::find_field(type, "active") >= 0) {
        entry->set("active", span, drafts_.boolean(true, span));
    }
    if (schema::find_field(type, "contentType") >= 0) {
        entry->set("contentType", span, drafts_.text("json", span));
    }
    set_repository(*entry, type, on, workflow.scope);
    return entry;
}

void Lowering::add_webhook_filters(Draft& dependency, const ast::OnDecl& on,
                                   const LanguageScope& scope) {
    const Span span = on.source->span;
    Draft filters{.kind = Draft::Kind::kMap};
    filters.span = span;
    if (on.source->parts.front().text == "github") {
        std::vector<std::string> values;
        for (const ast::Name& name : on.events)
            values.push_back(anchored_pattern(name.text));
        add_text_filter(filters, "headers.X-Github-Event.0", values, span);
    }
    if (on.to != nullptr) {
        const Value branch = evaluator_.evaluate(*on.to, scope);
        std::vector<std::string> values;
        if (branch.is_constant() && branch.constant->is_list()) {
            for (const Draft* item : branch.constant->items)
                values.push_back(anchored_pattern("refs/heads/" + std::string(item->text)));
        } else if (branch.is_constant()) {
            values.push_back(anchored_pattern("refs/heads/" + std::string(branch.constant->text)));
        }
        add_text_filter(filters, "body.ref", values, on.to->span);
    }
    if (!filters.entries.empty()) dependency.set("filters", span, drafts_.copy(filters));
}

/// `from "owner/name"`, as each kind of host says it.
void Lowering::set_repository(Draft& entry, const schema::Type& type, const ast::OnDecl& on,
                              const LanguageScope& scope) {
    if (on.from == nullptr) return;
    const Value from = evaluator_.evaluate(*on.from, scope);
    if (!from.is_constant()) return;
    const std::string_view text = from.constant->text;
    const Span span = on.from->span;
    if (schema::find_field(type, "projects") >= 0) {
        Draft* projects = drafts_.list(span);
        projects->items.push_back(drafts_.text(text, span));
        entry.set("projects", span, projects);
        return;
    }
    const std::size_t slash = text.find('/');
    if (slash == text.npos || schema::find_field(type, "repositories") < 0) {
        problems_.report(kLanguageType, span, "a repository is `owner/name`");
        return;
    }
    Draft* repository = drafts_.map(span);
    repository->set("owner", span, drafts_.text(text.substr(0, slash), span));
    Draft* names = drafts_.list(span);
    names->items.push_back(drafts_.text(text.substr(slash + 1), span));
    repository->set("names", span, names);
    drafts_.child_list(entry, "repositories", span)->items.push_back(repository);
}

/// A property in an `on` block is the source's, the webhook's or the sensor's.
void Lowering::set_webhook_property(Draft& entry, const schema::Type& type, Draft& source_spec,
                                    Draft& sensor_spec, const ast::Property& property,
                                    const LanguageScope& scope) {
    const ast::Name& key = property.key.parts.front();
    if (key.text == "account") {
        drafts_.child_map(sensor_spec, "template", key.span)
            ->set("serviceAccountName", key.span,
                  lower_property(property, nullptr, nullptr, kText, scope));
    } else if (key.text == "url") {
        drafts_.child_map(entry, "webhook", key.span)
            ->set("url", key.span, lower_property(property, nullptr, nullptr, kText, scope));
    } else if (key.text == "eventBusName") {
        for (Draft* spec : {&source_spec, &sensor_spec})
            spec->set(key.text, key.span, lower_property(property, nullptr, nullptr, kText, scope));
    } else {
        set_property(entry, type, property, scope);
    }
}

} // namespace tiphys::front
