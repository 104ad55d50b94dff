// Which field of the API somebody meant by one that it does not have.
#include "analyzer/field_guess.h"

#include <algorithm>
#include <cctype>

#include "compiler/base/nearest.h"
#include "schemas/workflow.gen.h"

namespace tiphys::analyze {
namespace {

/// Names from Kubernetes, from other tools or from older versions, where spelling is no guide.
struct Synonym {
    std::string_view type;
    std::string_view written;
    std::string_view meant;
    std::string_view words;
};

constexpr std::string_view kRetryWords = "write `retryStrategy: {limit: 3}`";
constexpr std::string_view kOrderWords =
    "lists of `steps` run one after the other; what waits for what is said in a `dag`";
constexpr std::string_view kCallWords =
    "call a template of it: `templateRef: {name: …, template: …}`";
constexpr std::string_view kHookWords =
    "steps and tasks have `hooks`, and a workflow has `onExit`, for what follows";
constexpr std::string_view kTemplateWords =
    "it belongs into a template, an element of `templates`, which `entrypoint` names";
constexpr std::string_view kResourceWords = "write it inside of `requests` or `limits`";
constexpr std::string_view kRuleWords =
    "say in `depends` which results count: `a.Succeeded || a.Failed`";
constexpr std::string_view kNestedSpecWords = "leave `spec` out: its fields stand directly here";

constexpr Synonym kSynonyms[] = {
    {"EventSourceSpec", "s3", "minio", ""},
    {"EventSourceSpec", "cron", "calendar", ""},
    {"EventSourceSpec", "schedule", "calendar", ""},
    {"SensorSpec", "events", "dependencies", ""},
    {"SensorSpec", "eventSources", "dependencies", ""},
    {"TriggerParameter", "destination", "dest", ""},
    {"TriggerParameter", "source", "src", ""},
    {"CronWorkflowSpec", "cron", "schedules", ""},
    {"CronWorkflowSpec", "jobTemplate", "workflowSpec", ""},
    {"CronWorkflowSpec", "template", "workflowSpec", ""},
    {"WorkflowSpec", "spec", "", kNestedSpecWords},
    {"WorkflowSpec", "template", "", "templates stand in the list `templates`, each with a `name`"},
    {"WorkflowSpec", "containers", "", kTemplateWords},
    {"WorkflowSpec", "backoffLimit", "", kRetryWords},
    {"WorkflowSpec", "restartPolicy", "",
     "leave it out: pods of a workflow never restart, `retryStrategy` makes new ones"},
    {"WorkflowSpec", "steps", "", kTemplateWords},
    {"WorkflowSpec", "dag", "", kTemplateWords},
    {"WorkflowSpec", "tasks", "", kTemplateWords},
    {"WorkflowSpec", "container", "", kTemplateWords},
    {"WorkflowSpec", "script", "", kTemplateWords},
    {"WorkflowSpec", "inputs", "", kTemplateWords},
    {"WorkflowSpec", "outputs", "", kTemplateWords},
    {"DAGTask", "id", "name", ""},
    {"DAGTask", "needs", "dependencies", ""},
    {"DAGTask", "requires", "dependencies", ""},
    {"DAGTask", "upstream", "dependencies", ""},
    {"DAGTask", "after", "dependencies", ""},
    {"DAGTask", "runAfter", "dependencies", ""},
    {"DAGTask", "dependsOn", "depends", ""},
    {"DAGTask", "trigger_rule", "", kRuleWords},
    {"DAGTask", "triggerRule", "", kRuleWords},
    {"DAGTask", "if", "when", ""},
    {"DAGTask", "condition", "when", ""},
    {"DAGTask", "inputs", "arguments", ""},
    {"DAGTask", "with", "arguments", ""},
    {"DAGTask", "params", "arguments", ""},
    {"DAGTask", "uses", "templateRef", ""},
    {"DAGTask", "matrix", "withItems", ""},
    {"DAGTask", "foreach", "withItems", ""},
    {"DAGTask", "workflowTemplateRef", "templateRef", kCallWords},
    {"WorkflowStep", "id", "name", ""},
    {"WorkflowStep", "if", "when", ""},
    {"WorkflowStep", "condition", "when", ""},
    {"WorkflowStep", "inputs", "arguments", ""},
    {"WorkflowStep", "with", "arguments", ""},
    {"WorkflowStep", "params", "arguments", ""},
    {"WorkflowStep", "uses", "templateRef", ""},
    {"WorkflowStep", "matrix", "withItems", ""},
    {"WorkflowStep", "foreach", "withItems", ""},
    {"WorkflowStep", "needs", "", kOrderWords},
    {"WorkflowStep", "depends", "", kOrderWords},
    {"WorkflowStep", "dependsOn", "", kOrderWords},
    {"WorkflowStep", "dependencies", "", kOrderWords},
    {"WorkflowStep", "workflowTemplateRef", "templateRef", kCallWords},
    {"Template", "retries", "", kRetryWords},
    {"Template", "retry", "", kRetryWords},
    {"Template", "maxRetries", "", kRetryWords},
    {"Template", "timeoutSeconds", "activeDeadlineSeconds", ""},
    {"Template", "timeout-minutes", "timeout", ""},
    {"Template", "timeoutMinutes", "timeout", ""},
    {"Template", "containers", "",
     "a template has one `container`; several go into `containerSet.containers`, and what runs "
     "beside it into `sidecars`"},
    {"Template", "arguments", "inputs", ""},
    {"Template", "tasks", "", "a graph is written `dag: {tasks: […]}`"},
    {"Template", "onFailure", "", kHookWords},
    {"Template", "onSuccess", "", kHookWords},
    {"Template", "onExit", "", kHookWords},
    {"Template", "hooks", "", kHookWords},
    {"Container", "run", "",
     "a shell runs it: `command: [sh, -c]` and the text in `args`, or a `script` with `source`"},
    {"Container", "script", "",
     "a shell runs it: `command: [sh, -c]` and the text in `args`, or a `script` with `source`"},
    {"Container", "source", "",
     "`source` belongs to `script`, which takes the place of `container`"},
    {"Container", "entrypoint", "command", ""},
    {"Container", "cmd", "args", ""},
    {"Container", "environment", "env", ""},
    {"ScriptTemplate", "script", "source", ""},
    {"ScriptTemplate", "run", "source", ""},
    {"ScriptTemplate", "code", "source", ""},
    {"ScriptTemplate", "environment", "env", ""},
    {"RetryStrategy", "retries", "limit", ""},
    {"RetryStrategy", "maxRetries", "limit", ""},
    {"RetryStrategy", "attempts", "limit", ""},
    {"Parameter", "type", "", "parameters are texts; `enum` lists the ones that are allowed"},
    {"Parameter", "required", "",
     "leave it out: a parameter without `value` and `default` must be given"},
    {"Parameter", "from", "", "parameters take a `value`; `from` is for artifacts"},
    {"Parameter", "options", "enum", ""},
    {"Artifact", "value", "from", ""},
    {"Artifact", "valueFrom", "from", ""},
    {"Parameter", "values", "enum", ""},
    {"S3Artifact", "path", "key", ""},
    {"GCSArtifact", "path", "key", ""},
    {"OSSArtifact", "path", "key", ""},
    {"AzureArtifact", "path", "blob", ""},
    {"AzureArtifact", "key", "blob", ""},
    {"GitArtifact", "url", "repo", ""},
    {"GitArtifact", "branch", "revision", ""},
    {"GitArtifact", "ref", "revision", ""},
    {"VolumeMount", "path", "mountPath", ""},
    {"Volume", "mountPath", "",
     "containers say where they mount it: `volumeMounts: [{name: …, mountPath: …}]`"},
    {"SecretVolumeSource", "name", "secretName", ""},
    {"PersistentVolumeClaimVolumeSource", "name", "claimName", ""},
    {"ResourceRequirements", "cpu", "", kResourceWords},
    {"ResourceRequirements", "memory", "", kResourceWords},
};

bool same_letters(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               return std::tolower(static_cast<unsigned char>(x)) ==
                      std::tolower(static_cast<unsigned char>(y));
           });
}

/// The fields of `object` that are mappings and know the name; present ones alone, if any does.
std::vector<std::string_view> fields_below(const ir::Object& object, std::string_view name) {
    std::vector<std::string_view> present;
    std::vector<std::string_view> absent;
    for (const schema::Field& field : object.type->fields) {
        if (!field.shape.is_object() || field.name == "status") continue;
        if (schema::find_field(schema::type(field.shape.type), name) < 0) continue;
        (object.entry(field.name) == nullptr ? absent : present).push_back(field.name);
    }
    return present.empty() ? absent : present;
}

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

/// `eventSource` of `eventSourceName`, `Path` of `mountPath`.
bool is_part_of(std::string_view written, std::string_view name) {
    if (written.size() < 4 || name.size() <= written.size()) return false;
    if (name.starts_with(written) && is_upper(name[written.size()])) return true;
    const std::string_view tail = name.substr(name.size() - written.size());
    return is_upper(tail.front()) && same_letters(tail, written);
}

/// The one field that the name is a part of; of several, the one that is needed or the shortest.
std::string_view whole_of(const ir::Object& object, std::string_view written) {
    const schema::Field* best = nullptr;
    for (const schema::Field& field : object.type->fields) {
        if (!field.until.empty() || !is_part_of(written, field.name)) continue;
        if (object.entry(field.name) != nullptr) continue;
        const bool is_better =
            best == nullptr || (field.is_required && !best->is_required) ||
            (field.is_required == best->is_required && field.name.size() < best->name.size());
        if (is_better) best = &field;
    }
    return best == nullptr ? std::string_view{} : best->name;
}

FieldGuess guess_in_object(const ir::Object& object, std::string_view written) {
    for (const schema::Field& field : object.type->fields) {
        if (same_letters(field.name, written)) return {FieldGuess::Kind::kCase, field.name, {}, {}};
    }
    for (const Synonym& synonym : kSynonyms) {
        if (synonym.type != object.type->name || synonym.written != written) continue;
        if (!synonym.meant.empty() && schema::find_field(*object.type, synonym.meant) < 0) continue;
        return {FieldGuess::Kind::kSynonym, synonym.meant, {}, synonym.words};
    }
    return {};
}

/// `- PATH: /bin` where `- {name: PATH, value: /bin}` is meant.
bool is_pair(const ir::Object& object) {
    const bool is_alone = object.unknown.size() == 1 && object.present_fields().empty();
    return is_alone && ir::scalar_as(object.unknown.front().value) != nullptr &&
           schema::find_field(*object.type, "name") >= 0 &&
           schema::find_field(*object.type, "value") >= 0;
}

FieldGuess guess_by_spelling(const ir::Object& object, std::string_view written) {
    const std::string_view whole = whole_of(object, written);
    if (!whole.empty()) return {FieldGuess::Kind::kPartOf, whole, {}, {}};
    const std::vector<std::string_view> names = living_fields(*object.type);
    const std::string_view near = nearest_name(written, names);
    if (!near.empty()) return {FieldGuess::Kind::kNear, near, {}, {}};
    return {};
}

} // namespace

std::vector<std::string_view> living_fields(const schema::Type& type) {
    std::vector<std::string_view> names;
    for (const schema::Field& field : type.fields) {
        if (field.until.empty()) names.push_back(field.name);
    }
    return names;
}

FieldGuess guess_field(const ir::Object& object, const ir::Object* parent,
                       std::string_view written) {
    FieldGuess own = guess_in_object(object, written);
    if (own.kind != FieldGuess::Kind::kNone) return own;
    const bool is_call =
        object.type->id == wf::WorkflowStep::kType || object.type->id == wf::DAGTask::kType;
    if (is_call && schema::find_field(schema::type(wf::Template::kType), written) >= 0) {
        return {FieldGuess::Kind::kCallee, written, {}, {}};
    }
    if (parent != nullptr && schema::find_field(*parent->type, written) >= 0) {
        return {FieldGuess::Kind::kAbove, written, {}, {}};
    }
    std::vector<std::string_view> below = fields_below(object, written);
    if (!below.empty() && below.size() <= 3) {
        return {FieldGuess::Kind::kBelow, written, std::move(below), {}};
    }
    FieldGuess spelt = guess_by_spelling(object, written);
    if (spelt.kind != FieldGuess::Kind::kNone) return spelt;
    if (is_pair(object)) return {FieldGuess::Kind::kPair, "name", {}, {}};
    if (parent == nullptr) return {};
    std::vector<std::string_view> beside = fields_below(*parent, written);
    std::erase_if(beside, [&](std::string_view field) { return parent->entry(field) == nullptr; });
    if (beside.empty() || beside.size() > 3) return {};
    return {FieldGuess::Kind::kBeside, written, std::move(beside), {}};
}

bool is_misspelt(const ir::Object& object, std::string_view name) {
    return std::any_of(object.unknown.begin(), object.unknown.end(), [&](const ir::Entry& entry) {
        const std::string_view candidates[] = {name};
        if (!nearest_name(entry.key, candidates).empty()) return true;
        const FieldGuess guess = guess_field(object, nullptr, entry.key);
        if (guess.name == name && guess.kind != FieldGuess::Kind::kBelow) return true;
        return std::find(guess.holders.begin(), guess.holders.end(), name) != guess.holders.end();
    });
}

} // namespace tiphys::analyze
