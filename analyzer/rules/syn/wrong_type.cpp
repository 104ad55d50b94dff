// Values of another type than their field takes.
#include <algorithm>
#include <charconv>

#include "analyzer/describe.h"
#include "analyzer/edits.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::wrong_type {
namespace {

using namespace analyze;
using schema::Form;
using schema::Wrapper;

constexpr Message<std::string_view, std::string_view, std::string_view> kWrong{
    "{} must be {}, not {}"};

/// What is wanted of the value itself, be it the field's value or an element of it.
struct Wanted {
    std::string subject;
    schema::Shape shape;
};

/// Finds the value in the field, counting the lists and mappings around it.
bool descend(const ir::Value& outer, const ir::Value& value, Wanted& wanted) {
    if (&outer == &value) return true;
    const schema::Shape whole = wanted.shape;
    const auto try_inner = [&](const ir::Value& inner) {
        wanted.shape = whole.element();
        return descend(inner, value, wanted);
    };
    if (const auto* list = ir::list_as(&outer)) {
        for (const ir::Value* item : list->items) {
            if (try_inner(*item)) return true;
        }
    }
    if (const auto* map = ir::map_as(&outer)) {
        for (const ir::Entry& entry : map->entries) {
            if (!try_inner(*entry.value)) continue;
            wanted.subject = "`" + std::string(entry.key) + "` in " + wanted.subject;
            return true;
        }
    }
    wanted.shape = whole;
    return false;
}

Wanted wanted_of(const ir::Defect& defect) {
    const std::string field = "`" + std::string(defect.field->name) + "`";
    Wanted wanted{field, defect.field->shape};
    const ir::Value* outer =
        defect.parent == nullptr ? nullptr : defect.parent->field(defect.field->name);
    if (outer == nullptr || outer == defect.value || defect.value == nullptr) return wanted;
    if (descend(*outer, *defect.value, wanted) && wanted.subject == field) {
        wanted.subject = "an element of " + field;
    }
    return wanted;
}

bool is_integer(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

bool takes_text_of(Form form, std::string_view text) {
    const bool is_number = form == Form::kInt || form == Form::kFloat;
    return (is_number && is_integer(text)) ||
           (form == Form::kBool && (text == "true" || text == "false"));
}

bool is_text(Form form) {
    return form == Form::kString || form == Form::kTime || form == Form::kBytes;
}

void explain_scalar(const ir::Scalar& scalar, const schema::Field& field, schema::Shape wanted,
                    Finding& finding) {
    const bool is_string = scalar.scalar_type == ScalarType::kString;
    if (field.name == "withItems" && is_string && front::has_tag(scalar.text)) {
        finding.help("a list that a tag gives goes into `withParam`");
    } else if (wanted.wrappers[0] == Wrapper::kList) {
        const bool fits = is_string && is_text(wanted.form);
        finding.help("write a list, even for a single element");
        if (fits)
            finding.unsafe_fix("make it a list", {{scalar.span, "[" + quoted(scalar.text) + "]"}});
    } else if (wanted.wrappers[0] == Wrapper::kMap || wanted.form == Form::kObject) {
        finding.help("write its fields on the lines below, indented, or in `{}`");
    } else if (is_text(wanted.form)) {
        finding.help("put it in quotes").safe_fix("quote it", {quote_scalar(scalar)});
    } else if (is_string && takes_text_of(wanted.form, scalar.text)) {
        finding.help("leave out the quotes")
            .safe_fix("remove the quotes", {{scalar.span, std::string(scalar.text)}});
    } else if (wanted.form == Form::kBool && !front::has_tag(scalar.text)) {
        finding.help("write `true` or `false`, without quotes");
    } else if (is_string && front::has_tag(scalar.text)) {
        finding.help("tags cannot stand here: Argo reads this field before it replaces them");
    }
}

void offer_with_param(const ir::Defect& defect, Finding& finding) {
    const auto* scalar = ir::scalar_as(defect.value);
    if (defect.field->name != "withItems" || !front::has_tag(scalar->text)) return;
    const ir::Entry* entry = defect.parent->entry("withItems");
    if (entry == nullptr || entry->value != scalar) return;
    finding.safe_fix("rename to `withParam`", {rename_key(*defect.parent, *entry, "withParam")});
}

void explain_collection(const ir::Value& value, schema::Shape wanted, Context& context,
                        Finding& finding) {
    if (value.kind == ir::ValueKind::kList) {
        finding.help(wanted.wrappers[0] == Wrapper::kNone && wanted.form != Form::kObject
                         ? "write a single value"
                         : "write its fields without dashes or brackets");
    } else if (wanted.wrappers[0] == Wrapper::kList) {
        finding.help("begin each element with `- `, even a single one");
        if (wanted.wrappers[1] != Wrapper::kList) {
            finding.unsafe_fix("make it a list", wrap_in_list(context, value));
        }
    } else if (is_text(wanted.form)) {
        finding.help("a value that begins with `{` or holds `: ` needs quotes to be a string");
    }
}

void check(const ir::Defect& defect, Context& context) {
    if (defect.field == nullptr || defect.value == nullptr) return;
    // `retry-limit-invalid` knows more about this one.
    const bool is_retry_limit = defect.type->id == wf::RetryStrategy::kType &&
                                defect.field->name == "limit" &&
                                defect.value->kind == ir::ValueKind::kScalar;
    if (is_retry_limit) return;
    const Wanted wanted = wanted_of(defect);
    // Of a document that breaks off, a collection may have been read as a text.
    const bool is_whole = context.document() != nullptr && context.document()->is_complete;
    const bool is_single =
        wanted.shape.wrappers[0] == Wrapper::kNone && wanted.shape.form != Form::kObject;
    if (!is_whole && !is_single) return;
    Finding finding = context.report(kWrong, defect.span, wanted.subject,
                                     wanted_words(wanted.shape), seen_words(*defect.value));
    if (const auto* scalar = ir::scalar_as(defect.value)) {
        explain_scalar(*scalar, *defect.field, wanted.shape, finding);
        offer_with_param(defect, finding);
    } else {
        explain_collection(*defect.value, wanted.shape, context, finding);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "values of another type than their field takes",
                 .doc = R"md(
Argo cannot decode the object: a number stands where a string is wanted, a mapping where a list is
wanted, and the like. `argo lint` stops at the first such value and skips all further files.

Tags such as `{{inputs.parameters.n}}` are replaced in strings only. A field that takes a number or a
bool is read before that, so a tag cannot stand in it.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  nodeSelector:
    zone: 1
  templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo, hello]}
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
      container: {image: 'alpine:3.20', command: echo, args: [hello]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  nodeSelector:
    zone: "1"
  templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo], args: [hello]}
```
)md",
                 .checks = {on_defect(ir::DefectKind::kWrongType, check)}};

} // namespace tiphys::rules::wrong_type
