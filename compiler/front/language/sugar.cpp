// Words of the language for fields: short names, and shorthands that stand for several fields.
#include <algorithm>
#include <array>

#include "compiler/front/language/lowering.h"

namespace tiphys::front {
namespace {

struct Alias {
    std::string_view type;
    std::string_view word;
    std::string_view field;
};

constexpr std::array kAliases{
    Alias{"Template", "account", "serviceAccountName"},
    Alias{"Template", "retry", "retryStrategy"},
    Alias{"Template", "priorityClass", "priorityClassName"},
    Alias{"Template", "cache", "memoize"},
    Alias{"WorkflowSpec", "account", "serviceAccountName"},
    Alias{"WorkflowSpec", "timeout", "activeDeadlineSeconds"},
    Alias{"WorkflowSpec", "ttl", "ttlStrategy"},
    Alias{"WorkflowSpec", "gc", "podGC"},
    Alias{"WorkflowSpec", "priorityClass", "podPriorityClassName"},
    Alias{"WorkflowSpec", "archive", "archiveLogs"},
    Alias{"WorkflowSpec", "entry", "entrypoint"},
    Alias{"WorkflowSpec", "retry", "retryStrategy"},
    Alias{"RetryStrategy", "policy", "retryPolicy"},
    Alias{"RetryStrategy", "expr", "expression"},
    Alias{"CronWorkflowSpec", "concurrency", "concurrencyPolicy"},
    Alias{"CronWorkflowSpec", "deadline", "startingDeadlineSeconds"},
    Alias{"CronWorkflowSpec", "stop", "stopStrategy"},
    Alias{"Trigger", "retry", "retryStrategy"},
    Alias{"Trigger", "dlq", "dlqTrigger"},
    Alias{"GithubEventSource", "token", "apiToken"},
    Alias{"GithubEventSource", "hook-secret", "webhookSecret"},
    Alias{"GitlabEventSource", "token", "accessToken"},
    Alias{"GitlabEventSource", "hook-secret", "secretToken"},
};

/// Fields of a volume's source that a word of the language stands for.
struct VolumeWord {
    std::string_view word;
    std::string_view source;
    std::string_view name_field;
};

constexpr std::array kVolumeWords{
    VolumeWord{"pvc", "persistentVolumeClaim", "claimName"},
    VolumeWord{"secret", "secret", "secretName"},
    VolumeWord{"configmap", "configMap", "name"},
    VolumeWord{"emptyDir", "emptyDir", ""},
};

ast::Property renamed(const ast::Property& property, std::span<const ast::Name> key) {
    ast::Property copy = property;
    copy.key = {key, property.key.span};
    copy.labels = {};
    return copy;
}

} // namespace

std::string_view field_name(const schema::Type& type, std::string_view word) {
    for (const Alias& alias : kAliases) {
        if (alias.type == type.name && alias.word == word) return alias.field;
    }
    return word;
}

std::string_view field_word(const schema::Type& type, std::string_view field) {
    for (const Alias& alias : kAliases) {
        if (alias.type == type.name && alias.field == field) return alias.word;
    }
    return field;
}

bool is_container_type(const schema::Type& type) {
    return (type.name == "Container" && type.package == schema::Package::kK8s) ||
           type.name == "ScriptTemplate" || type.name == "UserContainer" ||
           type.name == "ContainerNode";
}

bool Lowering::set_sugar(Draft& map, const schema::Type& type, const ast::Property& property,
                         const LanguageScope& scope) {
    const std::string_view word = property.key.parts.front().text;
    const bool is_single = property.key.parts.size() == 1 && property.labels.empty();
    if (is_container_type(type) && is_single) {
        if (word == "cpu" || word == "memory" || word == "gpu") {
            set_resources(map, word == "gpu" ? "nvidia.com/gpu" : word, property, scope);
            return true;
        }
        if (word == "mounts" && property.block != nullptr) {
            set_mounts(map, property, scope);
            return true;
        }
    }
    const bool has_locks = type.name == "Template" || type.name == "WorkflowSpec";
    if (has_locks && is_single && (word == "mutex" || word == "semaphore")) {
        set_lock(map, word == "mutex", property, scope);
        return true;
    }
    if (has_locks && word == "volume" && property.labels.size() == 1) {
        set_volume(map, type.name == "WorkflowSpec", property, scope);
        return true;
    }
    if (has_locks && word == "metric" && property.labels.size() == 2) {
        set_metric(map, property, scope);
        return true;
    }
    if (type.name == "RetryStrategy" && is_single && word == "backoff" &&
        property.value != nullptr) {
        set_backoff(map, property, scope);
        return true;
    }
    if (type.name == "Memoize" && is_single && word == "in" && property.value != nullptr) {
        Draft* cache = drafts_.child_map(map, "cache", property.key.span);
        cache->set("configMap", property.key.span,
                   lower_value(*property.value, nullptr,
                               {schema::Form::kObject, k8s_type("ConfigMapReference").id, {}},
                               scope));
        return true;
    }
    const bool is_history = type.name == "CronWorkflowSpec" && is_single && word == "history";
    const auto* list = is_history ? ast::as<ast::ListExpr>(property.value) : nullptr;
    if (list != nullptr && list->items.size() == 2) {
        constexpr std::array<std::string_view, 2> kFields{"successfulJobsHistoryLimit",
                                                          "failedJobsHistoryLimit"};
        for (std::size_t i = 0; i < kFields.size(); ++i) {
            map.set(kFields[i], property.key.span,
                    evaluator_.to_draft(evaluator_.evaluate(*list->items[i].value, scope)));
        }
        return true;
    }
    return false;
}

/// `500m..2` is a request and a limit; one value is both.
void Lowering::set_resources(Draft& map, std::string_view resource, const ast::Property& property,
                             const LanguageScope& scope) {
    if (property.value == nullptr) return;
    const schema::Shape quantity{schema::Form::kQuantity, schema::TypeId::kNone, {}};
    const ast::Expr* request = property.value;
    const ast::Expr* limit = property.value;
    const auto* range = ast::as<ast::BinaryExpr>(property.value);
    if (range != nullptr && range->op == ast::BinaryOperator::kRange) {
        request = range->left;
        limit = range->right;
    }
    Draft* resources = drafts_.child_map(map, "resources", property.key.span);
    drafts_.child_map(*resources, "requests", property.key.span)
        ->set(resource, property.key.span, lower_value(*request, nullptr, quantity, scope));
    drafts_.child_map(*resources, "limits", property.key.span)
        ->set(resource, property.key.span, lower_value(*limit, nullptr, quantity, scope));
}

/// `30s * 2 .. 10m`: duration, factor, maximum.
void Lowering::set_backoff(Draft& map, const ast::Property& property, const LanguageScope& scope) {
    const ast::Expr* first = property.value;
    const ast::Expr* maximum = nullptr;
    const auto* range = ast::as<ast::BinaryExpr>(first);
    if (range != nullptr && range->op == ast::BinaryOperator::kRange) {
        maximum = range->right;
        first = range->left;
    }
    const ast::Expr* factor = nullptr;
    const auto* product = ast::as<ast::BinaryExpr>(first);
    if (product != nullptr && product->op == ast::BinaryOperator::kMultiply) {
        factor = product->right;
        first = product->left;
    }
    const schema::Type& type = workflow_type("Backoff");
    Draft* backoff = drafts_.map(property.value->span);
    const auto set = [&](std::string_view name, const ast::Expr* value) {
        if (value == nullptr) return;
        const schema::Field& field =
            type.fields[static_cast<std::size_t>(schema::find_field(type, name))];
        backoff->set(name, value->span, lower_value(*value, &field, field.shape, scope));
    };
    set("duration", first);
    set("factor", factor);
    set("maxDuration", maximum);
    map.set("backoff", property.key.span, backoff);
}

void Lowering::set_lock(Draft& map, bool is_mutex, const ast::Property& property,
                        const LanguageScope& scope) {
    if (property.value == nullptr) return;
    Draft* locks = drafts_.child_list(*drafts_.child_map(map, "synchronization", property.key.span),
                                      is_mutex ? "mutexes" : "semaphores", property.key.span);
    std::vector<const ast::Expr*> values{property.value};
    if (const auto* list = ast::as<ast::ListExpr>(property.value)) {
        values.clear();
        for (const ast::ListItem& item : list->items)
            values.push_back(item.value);
    }
    for (const ast::Expr* value : values) {
        Draft* lock = drafts_.map(value->span);
        const schema::Shape selector{
            schema::Form::kObject, k8s_type("ConfigMapKeySelector").id, {}};
        const schema::Shape text{schema::Form::kString, schema::TypeId::kNone, {}};
        lock->set(is_mutex ? "name" : "configMapKeyRef", value->span,
                  lower_value(*value, nullptr, is_mutex ? text : selector, scope));
        locks->items.push_back(lock);
    }
}

/// `volume w: 2Gi` and `claim(…)` are made with the workflow; the others name what exists.
void Lowering::set_volume(Draft& spec, bool is_workflow, const ast::Property& property,
                          const LanguageScope& scope) {
    const ast::Name& name = property.labels.front();
    const auto* call = ast::as<ast::CallExpr>(property.value);
    const auto* callee = call == nullptr ? nullptr : ast::as<ast::NameExpr>(call->callee);
    const bool is_claim = property.value != nullptr &&
                          (call == nullptr || (callee != nullptr && callee->name.text == "claim"));
    if (is_claim && is_workflow) {
        Draft* claim = drafts_.map(property.key.span);
        drafts_.child_map(*claim, "metadata", name.span)
            ->set("name", name.span, drafts_.text(name.text, name.span));
        const schema::Type& type = k8s_type("PersistentVolumeClaimSpec");
        Draft* claim_spec = call == nullptr ? drafts_.map(property.value->span)
                                            : argument_block(call->arguments, type, scope, 1);
        if (claim_spec->find("accessModes") == nullptr) {
            Draft* modes = drafts_.list(property.value->span);
            modes->items.push_back(drafts_.text("ReadWriteOnce", property.value->span));
            claim_spec->set("accessModes", property.value->span, modes);
        }
        const bool has_size =
            call == nullptr || (!call->arguments.empty() && call->arguments[0].name == nullptr);
        if (has_size) {
            const ast::Expr& size = call == nullptr ? *property.value : *call->arguments[0].value;
            const schema::Shape quantity{schema::Form::kQuantity, schema::TypeId::kNone, {}};
            Draft* resources = drafts_.child_map(*claim_spec, "resources", size.span);
            drafts_.child_map(*resources, "requests", size.span)
                ->set("storage", size.span, lower_value(size, nullptr, quantity, scope));
        }
        claim->set("spec", property.value->span, claim_spec);
        drafts_.child_list(spec, "volumeClaimTemplates", name.span)->items.push_back(claim);
        return;
    }
    Draft* volume = drafts_.map(property.key.span);
    volume->set("name", name.span, drafts_.text(name.text, name.span));
    const schema::Shape shape{schema::Form::kObject, k8s_type("Volume").id, {}};
    const VolumeWord* known = nullptr;
    for (const VolumeWord& word : kVolumeWords) {
        if (callee != nullptr && callee->name.text == word.word) known = &word;
    }
    if (known == nullptr) {
        drafts_.merge(*volume, *lower_property(property, nullptr, nullptr, shape, scope));
    } else {
        const schema::Type& type = k8s_type("Volume");
        const schema::Field& field =
            type.fields[static_cast<std::size_t>(schema::find_field(type, known->source))];
        Draft* source = argument_block(call->arguments, schema::type(field.shape.type), scope, 1);
        source->span = property.value->span;
        if (!call->arguments.empty() && call->arguments[0].name == nullptr) {
            const schema::Shape text{schema::Form::kString, schema::TypeId::kNone, {}};
            source->set(known->name_field, call->arguments[0].span,
                        lower_value(*call->arguments[0].value, nullptr, text, scope));
        }
        volume->set(known->source, property.value->span, source);
    }
    drafts_.child_list(spec, "volumes", name.span)->items.push_back(volume);
}

/// `metric gauge n {…}`: fields of the gauge and of the metric around it in one block.
void Lowering::set_metric(Draft& map, const ast::Property& property, const LanguageScope& scope) {
    if (property.block == nullptr) return;
    const ast::Name& kind = property.labels[0];
    const ast::Name& name = property.labels[1];
    const schema::Type& outer = workflow_type("Prometheus");
    const int index = schema::find_field(outer, kind.text);
    const bool is_kind =
        index >= 0 && outer.fields[static_cast<std::size_t>(index)].shape.is_object();
    if (!is_kind) {
        report_unknown(kind, "metrics", {"counter", "gauge", "histogram"});
        return;
    }
    const schema::Type& inner =
        schema::type(outer.fields[static_cast<std::size_t>(index)].shape.type);
    Draft* metric = drafts_.map(property.block->span);
    metric->set("name", name.span, drafts_.text(name.text, name.span));
    Draft* value = drafts_.child_map(*metric, kind.text, kind.span);
    for (const auto& [statement, inner_scope] :
         expand(property.block->statements, scope, nullptr)) {
        const auto* field = ast::as<ast::Property>(statement);
        if (field == nullptr || field->key.parts.empty()) {
            report_misplaced(*statement, "a metric");
            continue;
        }
        const bool is_inner = schema::find_field(inner, field->key.parts.front().text) >= 0;
        const bool is_labels = field->key.parts.front().text == "labels" && field->block != nullptr;
        if (is_labels) {
            Draft* labels = drafts_.child_list(*metric, "labels", field->key.span);
            Draft* given = lower_block(*field->block, nullptr, {}, *inner_scope);
            for (const Draft::Entry& entry : given->entries) {
                Draft* label = drafts_.map(entry.key_span);
                label->set("key", entry.key_span, drafts_.text(entry.key, entry.key_span));
                label->set("value", entry.value->span, entry.value);
                labels->items.push_back(label);
            }
            continue;
        }
        set_property(is_inner ? *value : *metric, is_inner ? inner : outer, *field, *inner_scope);
    }
    drafts_
        .child_list(*drafts_.child_map(map, "metrics", property.key.span), "prometheus",
                    property.key.span)
        ->items.push_back(metric);
}

/// `mounts { volume: "/path" }`, or a map in place of the path.
void Lowering::set_mounts(Draft& map, const ast::Property& property, const LanguageScope& scope) {
    Draft* mounts = drafts_.child_list(map, "volumeMounts", property.key.span);
    const schema::Type& type = k8s_type("VolumeMount");
    for (const auto& [statement, inner] : expand(property.block->statements, scope, nullptr)) {
        const auto* mount = ast::as<ast::Property>(statement);
        if (mount == nullptr || mount->key.parts.empty()) {
            report_misplaced(*statement, "`mounts`");
            continue;
        }
        const ast::Name& name = mount->key.parts.front();
        Draft* item = drafts_.map(statement->span);
        item->set("name", name.span, drafts_.text(name.text, name.span));
        const ast::Block* block = mount->block;
        if (const auto* inline_map = ast::as<ast::MapExpr>(mount->value)) {
            block = inline_map->block;
        }
        if (block == nullptr) {
            item->set("mountPath", mount->value->span,
                      lower_value(*mount->value, nullptr,
                                  {schema::Form::kString, schema::TypeId::kNone, {}}, *inner));
        } else {
            for (const ast::Statement& field : block->statements) {
                const auto* part = ast::as<ast::Property>(&field);
                if (part == nullptr || part->key.parts.empty()) continue;
                ast::Name key = part->key.parts.front();
                if (key.text == "path") key.text = "mountPath";
                const std::array<ast::Name, 1> path{key};
                set_property(*item, type, renamed(*part, path), *inner);
            }
        }
        mounts->items.push_back(item);
    }
}

Draft* Lowering::env_item(const ast::Name& name, const ast::Property& property,
                          const LanguageScope& scope) {
    Draft* item = drafts_.map(property.key.span);
    item->set("name", name.span, drafts_.text(name.text, name.span));
    const auto* variable = ast::as<ast::NameExpr>(property.value);
    const Symbol* named = variable == nullptr ? nullptr : scope.find_variable(variable->name.text);
    const auto* call = ast::as<ast::CallExpr>(named == nullptr ? property.value : named->expr);
    const auto* callee = call == nullptr ? nullptr : ast::as<ast::NameExpr>(call->callee);
    const std::string_view word = callee == nullptr ? std::string_view{} : callee->name.text;
    const bool is_map =
        property.block != nullptr || ast::as<ast::MapExpr>(property.value) != nullptr;
    if (is_map) {
        const schema::Shape shape{schema::Form::kObject, k8s_type("EnvVar").id, {}};
        drafts_.merge(*item, *lower_property(property, nullptr, nullptr, shape, scope));
    } else if (word == "secret" || word == "configmap") {
        const bool is_secret = word == "secret";
        const schema::Type& type =
            k8s_type(is_secret ? "SecretKeySelector" : "ConfigMapKeySelector");
        drafts_.child_map(*item, "valueFrom", property.value->span)
            ->set(
                is_secret ? "secretKeyRef" : "configMapKeyRef", property.value->span,
                lower_value(*property.value, nullptr, {schema::Form::kObject, type.id, {}}, scope));
    } else if (named == nullptr && word == "field" && call->arguments.size() == 1 &&
               call->arguments[0].value != nullptr) {
        Draft* source = drafts_.child_map(*item, "valueFrom", property.value->span);
        drafts_.child_map(*source, "fieldRef", property.value->span)
            ->set("fieldPath", property.value->span,
                  lower_value(*call->arguments[0].value, nullptr, {}, scope));
    } else {
        item->set("value", property.value->span,
                  lower_value(*property.value, nullptr,
                              {schema::Form::kString, schema::TypeId::kNone, {}}, scope));
    }
    return item;
}

} // namespace tiphys::front
