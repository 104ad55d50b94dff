// Fields that the API does not have at their place: Argo's strict decoder refuses them, and the
// API server drops them without a word.
#include <algorithm>

#include "analyzer/describe.h"
#include "analyzer/edits.h"
#include "compiler/base/nearest.h"

namespace tiphys::rules::unknown_field {
namespace {

using namespace analyze;

constexpr Message<std::string_view, std::string_view> kUnknown{"unknown field `{}` in {}"};

/// What the author probably meant.
struct Guess {
    enum class Kind : std::uint8_t {
        kNone,
        kCase,
        kSynonym,
        kAbove,
        kCallee,
        kBelow,
        kBeside,
        kNear
    };
    Kind kind = Kind::kNone;
    std::string_view name;
    /// The fields of the object whose own type has the field.
    std::vector<std::string_view> below;
};

/// Names from Kubernetes, from other tools or from older versions, where spelling is no guide.
struct Synonym {
    std::string_view type;
    std::string_view written;
    std::string_view meant;
};
constexpr Synonym kSynonyms[] = {
    {"EventSourceSpec", "s3", "minio"},
    {"EventSourceSpec", "cron", "calendar"},
    {"EventSourceSpec", "schedule", "calendar"},
    {"CronWorkflowSpec", "cron", "schedules"},
    {"CronWorkflowSpec", "jobTemplate", "workflowSpec"},
    {"CronWorkflowSpec", "template", "workflowSpec"},
    {"DAGTask", "needs", "dependencies"},
    {"DAGTask", "dependsOn", "depends"},
    {"DAGTask", "if", "when"},
    {"WorkflowStep", "if", "when"},
    {"RetryStrategy", "retries", "limit"},
    {"RetryStrategy", "maxRetries", "limit"},
    {"RetryStrategy", "attempts", "limit"},
    {"ScriptTemplate", "script", "source"},
    {"Template", "timeoutSeconds", "activeDeadlineSeconds"},
};

bool same_letters(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               return std::tolower(static_cast<unsigned char>(x)) ==
                      std::tolower(static_cast<unsigned char>(y));
           });
}

std::vector<std::string_view> field_names(const schema::Type& type) {
    std::vector<std::string_view> names;
    for (const schema::Field& field : type.fields) {
        if (field.until.empty()) names.push_back(field.name);
    }
    return names;
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

Guess guess_of(const ir::Object& object, const ir::Object* parent, std::string_view name) {
    for (const schema::Field& field : object.type->fields) {
        if (same_letters(field.name, name)) return {Guess::Kind::kCase, field.name, {}};
    }
    for (const Synonym& synonym : kSynonyms) {
        if (synonym.type == object.type->name && synonym.written == name) {
            return {Guess::Kind::kSynonym, synonym.meant, {}};
        }
    }
    const bool is_call =
        object.type->id == wf::WorkflowStep::kType || object.type->id == wf::DAGTask::kType;
    if (is_call && schema::find_field(schema::type(wf::Template::kType), name) >= 0) {
        return {Guess::Kind::kCallee, name, {}};
    }
    if (parent != nullptr && schema::find_field(*parent->type, name) >= 0) {
        return {Guess::Kind::kAbove, name, {}};
    }
    std::vector<std::string_view> below = fields_below(object, name);
    if (!below.empty() && below.size() <= 3) return {Guess::Kind::kBelow, name, std::move(below)};
    const std::vector<std::string_view> names = field_names(*object.type);
    const std::string_view near = nearest_name(name, names);
    if (!near.empty()) return {Guess::Kind::kNear, near, {}};
    if (parent == nullptr) return {};
    std::vector<std::string_view> beside = fields_below(*parent, name);
    std::erase_if(beside, [&](std::string_view field) { return parent->entry(field) == nullptr; });
    if (beside.empty() || beside.size() > 3) return {};
    return {Guess::Kind::kBeside, name, std::move(beside)};
}

/// True where no other field is as near.
bool is_unique(const ir::Object& object, std::string_view written, std::string_view near) {
    const std::size_t distance = edit_distance(written, near);
    const auto names = field_names(*object.type);
    return std::count_if(names.begin(), names.end(), [&](std::string_view name) {
               return edit_distance(written, name) <= distance;
           }) == 1;
}

const ir::Entry* entry_at(const ir::Object& object, Span key) {
    for (const ir::Entry& entry : object.unknown) {
        if (entry.key_begin == key.begin) return &entry;
    }
    return nullptr;
}

/// Moves the field's lines behind the field of the parent that holds the object.
void offer_move(const ir::Object& object, const ir::Object& parent, const ir::Entry& entry,
                Context& context, Finding& finding) {
    if (parent.entry(entry.key) != nullptr || is_flow(context, parent)) return;
    const ir::Entry* holder = entry_of(parent, object);
    if (holder == nullptr || holder->value != &object) return;
    const auto lines = lines_of_field(context, object, entry);
    const auto removal = remove_field(context, object, entry);
    if (!lines || !removal) return;
    finding.unsafe_fix("move `" + std::string(entry.key) + "` beside `" + std::string(holder->key) +
                           "`",
                       {*removal, insert_after(context, parent, *holder, *lines)});
}

void explain_above(const ir::Object& object, const ir::Object& parent, const ir::Entry& entry,
                   Context& context, Finding& finding) {
    const ir::Entry* holder = entry_of(parent, object);
    if (holder == nullptr) return;
    finding
        .help("`" + std::string(entry.key) + "` belongs one level up, beside `" +
              std::string(holder->key) + "`")
        .related(ir::key_span(parent, *holder), "beside this field");
    offer_move(object, parent, entry, context, finding);
}

void explain_rename(const ir::Object& object, const ir::Entry& entry, const Guess& guess,
                    Finding& finding) {
    const std::string name(guess.name);
    if (const ir::Entry* taken = object.entry(guess.name)) {
        finding.help("`" + name + "` is there already; remove one of the two")
            .related(ir::key_span(object, *taken), "the known field");
        return;
    }
    const bool is_case = guess.kind == Guess::Kind::kCase;
    finding.help(is_case ? "names of fields are case-sensitive: write `" + name + "`"
                         : "did you mean `" + name + "`?");
    if (guess.kind == Guess::Kind::kSynonym) return;
    const bool is_sure = is_case || (edit_distance(entry.key, guess.name) == 1 &&
                                     is_unique(object, entry.key, guess.name));
    std::vector<TextEdit> edits{rename_key(object, entry, guess.name)};
    if (is_sure) {
        finding.safe_fix("rename to `" + name + "`", std::move(edits));
    } else {
        finding.unsafe_fix("rename to `" + name + "`", std::move(edits));
    }
}

/// Whether the object is incomplete without the field that was meant.
bool is_needed(const schema::Type& type, std::string_view name) {
    const int index = schema::find_field(type, name);
    if (index < 0) return false;
    if (type.fields[static_cast<std::size_t>(index)].is_required) return true;
    return std::any_of(type.one_ofs.begin(), type.one_ofs.end(), [&](const schema::OneOf& group) {
        return group.is_required && (group.fields >> static_cast<unsigned>(index) & 1U) != 0;
    });
}

/// Argo Events drops what it does not know and goes on. That is harmless where nothing was meant
/// by it, or nothing that is needed.
Severity severity_of(const ir::Object& object, const Guess& guess, const Context& context) {
    const ir::Document* document = context.document();
    const bool is_dropped = document != nullptr && document->type != nullptr &&
                            document->type->package == schema::Package::kEvents &&
                            object.type->package != schema::Package::kWorkflow;
    if (!is_dropped) return Severity::kError;
    switch (guess.kind) {
    case Guess::Kind::kNone:
        return Severity::kWarning;
    case Guess::Kind::kCase:
    case Guess::Kind::kNear:
        return is_needed(*object.type, guess.name) ? Severity::kError : Severity::kWarning;
    case Guess::Kind::kSynonym:
    case Guess::Kind::kAbove:
    case Guess::Kind::kCallee:
    case Guess::Kind::kBelow:
    case Guess::Kind::kBeside:
        return Severity::kError;
    }
    return Severity::kError;
}

std::string known_fields(const schema::Type& type) {
    std::vector<std::string_view> names = field_names(type);
    if (names.empty()) return "no field belongs here: write `{}`";
    if (names.size() > 16) return "no field of this name is known nearby; remove it";
    return "it has " + alternatives(names, "and");
}

void check(const ir::Defect& defect, Context& context) {
    const ir::Object& object = *ir::any_object_as(defect.value);
    const ir::Entry* entry = entry_at(object, defect.span);
    if (entry == nullptr) return;
    Finding finding =
        context.report(kUnknown, defect.span, defect.text, place_words(object, defect.parent));
    const Guess guess = guess_of(object, defect.parent, defect.text);
    finding.severity(severity_of(object, guess, context));
    switch (guess.kind) {
    case Guess::Kind::kNone:
        finding.help(known_fields(*object.type));
        if (const auto removal = remove_field(context, object, *entry)) {
            finding.unsafe_fix("remove it", {*removal});
        }
        return;
    case Guess::Kind::kAbove:
        explain_above(object, *defect.parent, *entry, context, finding);
        return;
    case Guess::Kind::kBelow:
        finding.help("`" + std::string(defect.text) + "` belongs one level down, inside of " +
                     alternatives(guess.below));
        return;
    case Guess::Kind::kBeside:
        finding.help("`" + std::string(defect.text) + "` belongs inside of " +
                     alternatives(guess.below) + ", beside " + place_words(object, defect.parent));
        return;
    case Guess::Kind::kCallee:
        finding.help("`" + std::string(defect.text) +
                     "` is a field of templates: set it in the "
                     "template that is called");
        return;
    case Guess::Kind::kCase:
    case Guess::Kind::kSynonym:
    case Guess::Kind::kNear:
        explain_rename(object, *entry, guess, finding);
        return;
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "fields that the API does not have at this place",
                 .doc = R"md(
Argo refuses an object with a field that it does not know, or drops the field on its way through
the API server, so that a setting you rely on is not there. Most often the name is misspelt, its
letter case is wrong, or the field stands one level too deep or too high. Argo Events never refuses
such an object, so a field there that nothing depends on is a warning.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  templates:
    - name: main
      contaner:
        image: alpine:3.20
        command: [echo, hello]
      activeDeadlineSeconds: 60
```

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  templates:
    - name: main
      container:
        image: alpine:3.20
        command: [echo, hello]
        retryStrategy:
          limit: 2
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  templates:
    - name: main
      container:
        image: alpine:3.20
        command: [echo, hello]
      retryStrategy:
        limit: 2
        backoff: {duration: 10s}
```
)md",
                 .checks = {on_defect(ir::DefectKind::kUnknownField, check)}};

} // namespace tiphys::rules::unknown_field
