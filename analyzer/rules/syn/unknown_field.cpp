// Fields that the API does not have at their place: Argo's strict decoder refuses them, and the
// API server drops them without a word.
#include <algorithm>

#include "analyzer/describe.h"
#include "analyzer/edits.h"
#include "analyzer/field_guess.h"
#include "compiler/base/nearest.h"

namespace tiphys::rules::unknown_field {
namespace {

using namespace analyze;

constexpr Message<std::string_view, std::string_view> kUnknown{"unknown field `{}` in {}"};

/// True where no other field is as near.
bool is_unique(const ir::Object& object, std::string_view written, std::string_view near) {
    const std::size_t distance = edit_distance(written, near);
    const auto names = living_fields(*object.type);
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

/// The only entry of an element becomes its name and value.
void explain_pair(const ir::Object& object, const ir::Entry& entry, Finding& finding) {
    const ir::Scalar& value = *ir::scalar_as(entry.value);
    const std::string pair =
        "name: " + plain_or_quoted(entry.key) + ", value: " + plain_or_quoted(value.text);
    finding.help("write `{" + pair + "}`");
    const Span whole{object.span.file, entry.key_begin, value.span.end};
    if (whole == object.span) {
        finding.unsafe_fix("write `{" + pair + "}`", {{whole, "{" + pair + "}"}});
    }
}

/// Whether the value is written as the field wants it: a list, or a single value.
bool fits(const ir::Object& object, const ir::Entry& entry, std::string_view name) {
    const auto index = static_cast<std::size_t>(schema::find_field(*object.type, name));
    const schema::Shape shape = object.type->fields[index].shape;
    if (ir::scalar_as(entry.value) != nullptr) {
        return shape.wrappers[0] == schema::Wrapper::kNone && shape.form != schema::Form::kObject;
    }
    return ir::list_as(entry.value) != nullptr && shape.is_list();
}

void explain_rename(const ir::Object& object, const ir::Entry& entry, const FieldGuess& guess,
                    Finding& finding) {
    const std::string name(guess.name);
    if (const ir::Entry* taken = object.entry(guess.name)) {
        finding.help("`" + name + "` is there already; remove one of the two")
            .related(ir::key_span(object, *taken), "the known field");
        return;
    }
    if (!guess.words.empty()) {
        finding.help(std::string(guess.words));
        return;
    }
    const bool is_case = guess.kind == FieldGuess::Kind::kCase;
    finding.help(is_case ? "names of fields are case-sensitive: write `" + name + "`"
                         : "did you mean `" + name + "`?");
    if (guess.kind == FieldGuess::Kind::kSynonym && !fits(object, entry, guess.name)) return;
    const bool is_sure = is_case || (guess.kind == FieldGuess::Kind::kNear &&
                                     edit_distance(entry.key, guess.name) == 1 &&
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
Severity severity_of(const ir::Object& object, const FieldGuess& guess, const Context& context) {
    const ir::Document* document = context.document();
    const bool is_dropped = document != nullptr && document->type != nullptr &&
                            document->type->package == schema::Package::kEvents &&
                            object.type->package != schema::Package::kWorkflow;
    if (!is_dropped) return Severity::kError;
    switch (guess.kind) {
    case FieldGuess::Kind::kNone:
        return Severity::kWarning;
    case FieldGuess::Kind::kCase:
    case FieldGuess::Kind::kNear:
    case FieldGuess::Kind::kPartOf:
        return is_needed(*object.type, guess.name) ? Severity::kError : Severity::kWarning;
    case FieldGuess::Kind::kSynonym:
    case FieldGuess::Kind::kAbove:
    case FieldGuess::Kind::kCallee:
    case FieldGuess::Kind::kBelow:
    case FieldGuess::Kind::kBeside:
    case FieldGuess::Kind::kPair:
        return Severity::kError;
    }
    return Severity::kError;
}

std::string known_fields(const schema::Type& type) {
    const std::vector<std::string_view> names = living_fields(type);
    if (names.empty()) return "no field belongs here: write `{}`";
    if (names.size() > 16) return "no field of this name is known nearby; remove it";
    return "it has " + alternatives(names, "and");
}

/// Copied from a web page or a document: YAML takes these for a part of the key.
bool holds_invisible_blank(std::string_view key) {
    constexpr std::string_view kNoBreak = "\u00a0";
    constexpr std::string_view kZeroWidth = "\u200b";
    constexpr std::string_view kMark = "\ufeff";
    return key.find(kNoBreak) != key.npos || key.find(kZeroWidth) != key.npos ||
           key.find(kMark) != key.npos;
}

void check(const ir::Defect& defect, Context& context) {
    const ir::Object& object = *ir::any_object_as(defect.value);
    const ir::Entry* entry = entry_at(object, defect.span);
    if (entry == nullptr) return;
    Finding finding =
        context.report(kUnknown, defect.span, defect.text, place_words(object, defect.parent));
    if (holds_invisible_blank(defect.text)) {
        finding.help("an invisible character, such as a no-break space, is a part of this key; "
                     "write plain spaces");
        return;
    }
    const FieldGuess guess = guess_field(object, defect.parent, defect.text);
    finding.severity(severity_of(object, guess, context));
    switch (guess.kind) {
    case FieldGuess::Kind::kNone:
        finding.help(known_fields(*object.type));
        if (const auto removal = remove_field(context, object, *entry)) {
            finding.unsafe_fix("remove it", {*removal});
        }
        return;
    case FieldGuess::Kind::kPair:
        explain_pair(object, *entry, finding);
        return;
    case FieldGuess::Kind::kAbove:
        explain_above(object, *defect.parent, *entry, context, finding);
        return;
    case FieldGuess::Kind::kBelow:
        finding.help("`" + std::string(defect.text) + "` belongs one level down, inside of " +
                     alternatives(guess.holders));
        return;
    case FieldGuess::Kind::kBeside:
        finding.help("`" + std::string(defect.text) + "` belongs inside of " +
                     alternatives(guess.holders) + ", beside " +
                     place_words(object, defect.parent));
        return;
    case FieldGuess::Kind::kCallee:
        finding.help("`" + std::string(defect.text) +
                     "` is a field of templates: set it in the "
                     "template that is called");
        return;
    case FieldGuess::Kind::kCase:
    case FieldGuess::Kind::kSynonym:
    case FieldGuess::Kind::kNear:
    case FieldGuess::Kind::kPartOf:
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
