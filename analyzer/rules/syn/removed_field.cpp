// Fields that the targeted version of Argo no longer has.
// Argo: docs/deprecations.md; the fixes are those of `argo convert` (workflow/convert).
#include "analyzer/describe.h"
#include "analyzer/edits.h"
#include "analyzer/versions.h"

namespace tiphys::rules::removed_field {
namespace {

using namespace analyze;

constexpr Message<std::string_view, std::string_view, std::string_view> kRemoved{
    "field `{}` is gone since {} {}"};

/// `schedule: X` → `schedules: [X]`; `mutex: {…}` → `mutexes: [{…}]`.
void offer_replacement(const ir::Object& object, const ir::Entry& entry,
                       const schema::Field& target, Context& context, Finding& finding) {
    if (object.entry(target.name) != nullptr) return;
    const bool is_list = target.shape.is_list();
    const auto index = static_cast<std::size_t>(schema::find_field(*object.type, entry.key));
    const schema::Form form = object.type->fields[index].shape.form;
    // A number (`podPriority`) does not become a name by renaming the field.
    const bool is_same = !is_list && form == target.shape.form && form == schema::Form::kString;
    if (!is_list && !is_same) return;
    std::vector<TextEdit> edits{rename_key(object, entry, target.name)};
    if (is_same) {
        finding.safe_fix("rename to `" + std::string(target.name) + "`", std::move(edits));
        return;
    }
    if (const auto* scalar = ir::scalar_as(entry.value)) {
        edits.push_back(replace_value(*scalar, "[" + double_quoted(scalar->text) + "]"));
    } else {
        for (TextEdit& edit : wrap_in_list(context, *entry.value))
            edits.push_back(std::move(edit));
    }
    finding.safe_fix("write `" + std::string(target.name) + "`", std::move(edits));
}

/// The replacement is no field beside it, but a longer way, or nothing.
void explain_removal(const ir::Object& object, const ir::Entry& entry, const schema::Field& field,
                     Context& context, Finding& finding) {
    const std::string words(field.replacement);
    const bool is_path = words.find(' ') == std::string::npos;
    if (!words.empty())
        finding.help(is_path ? "use `" + words + "` instead" : "it became " + words);
    const auto removal = remove_field(context, object, entry);
    if (removal && (words.empty() || !is_path)) finding.unsafe_fix("remove it", {*removal});
}

void check(const ir::Defect& defect, Context& context) {
    const schema::Field& field = *defect.field;
    const bool is_workflow = defect.type->package == schema::Package::kWorkflow;
    if (is_workflow && version_of(field.until) > context.settings().argo_version) return;
    const ir::Object& object = *ir::any_object_as(defect.value);
    const ir::Entry* entry = object.entry(field.name);
    Finding finding = context.report(kRemoved, defect.span, field.name,
                                     is_workflow ? "Argo" : "Argo Events", field.until);
    const int index = schema::find_field(*object.type, field.replacement);
    if (index < 0) {
        // Argo Events drops what it does not know, so the object works as before.
        if (!is_workflow) finding.severity(Severity::kWarning);
        explain_removal(object, *entry, field, context, finding);
        return;
    }
    const schema::Field& target = object.type->fields[static_cast<std::size_t>(index)];
    const bool is_lost = target.is_required && object.entry(target.name) == nullptr;
    if (!is_workflow && !is_lost) finding.severity(Severity::kWarning);
    finding.help("use `" + std::string(target.name) + "` instead, which takes " +
                 wanted_words(target));
    offer_replacement(object, *entry, target, context, finding);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "fields that newer versions of Argo no longer have",
                 .doc = R"md(
Argo 4 dropped fields that had been deprecated: `schedule` of a CronWorkflow, `mutex` and `semaphore`
of a synchronization, `podPriority`. It refuses them, or runs without the lock or the schedule that
you relied on. The fix does what `argo convert` does. Which version counts is the setting
`--argo-version`.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata:
  name: nightly
spec:
  schedule: "0 3 * * *"
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    synchronization:
      mutex:
        name: nightly
    templates:
      - name: main
        container: {image: 'alpine:3.20', command: [echo, hello]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata:
  name: nightly
spec:
  schedules: ["0 3 * * *"]
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    synchronization:
      mutexes:
        - name: nightly
    templates:
      - name: main
        container: {image: 'alpine:3.20', command: [echo, hello]}
```
)md",
                 .checks = {on_defect(ir::DefectKind::kRemovedField, check)}};

} // namespace tiphys::rules::removed_field
