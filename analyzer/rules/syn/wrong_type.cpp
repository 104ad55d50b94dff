// Values of another type than their field takes.
#include <algorithm>
#include <charconv>

#include "analyzer/describe.h"
#include "analyzer/edits.h"
#include "analyzer/shape_advice.h"
#include "compiler/expr/duration.h"
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

void give(ShapeAdvice advice, Finding& finding) {
    finding.help(std::move(advice.help));
    if (!advice.edits.empty()) {
        finding.unsafe_fix(std::move(advice.title), std::move(advice.edits));
    }
}

/// `sh -c`: words of a command, which no shell takes apart.
std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    if (text.find_first_of("'\"\\\n;|&$`") != text.npos) return words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0) words.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

void explain_list(const ir::Scalar& scalar, const schema::Field& field, schema::Shape wanted,
                  Finding& finding) {
    finding.help("write a list, even for a single element");
    const bool fits = scalar.scalar_type == ScalarType::kString && is_text(wanted.form) &&
                      wanted.wrappers[1] == Wrapper::kNone;
    if (!fits) return;
    std::string list = double_quoted(scalar.text);
    const std::vector<std::string_view> words = words_of(scalar.text);
    if (field.name == "command" && words.size() > 1) {
        list.clear();
        for (std::string_view word : words)
            list += (list.empty() ? "" : ", ") + plain_or_quoted(word);
        finding.help("each word is an element: `[" + list + "]`");
    }
    finding.unsafe_fix("make it a list", {{scalar.span, "[" + list + "]"}});
}

void explain_number(const ir::Scalar& scalar, const schema::Field& field, Finding& finding) {
    const auto nanoseconds = expr::parse_go_duration_ns(scalar.text);
    const bool is_seconds = field.unit == schema::Unit::kS;
    if (!is_seconds || !nanoseconds || *nanoseconds % 1'000'000'000 != 0) {
        finding.help("write a number, without quotes or a unit");
        return;
    }
    const std::string seconds = std::to_string(*nanoseconds / 1'000'000'000);
    finding.help("it counts seconds: write `" + seconds + "`")
        .unsafe_fix("write `" + seconds + "`", {{scalar.span, seconds}});
}

void explain_scalar(const ir::Scalar& scalar, const schema::Field& field, schema::Shape wanted,
                    Finding& finding) {
    const bool is_string = scalar.scalar_type == ScalarType::kString;
    if (field.name == "withItems" && is_string && front::has_tag(scalar.text)) {
        finding.help("a list that a tag gives goes into `withParam`");
    } else if (wanted.wrappers[0] == Wrapper::kList) {
        explain_list(scalar, field, wanted, finding);
    } else if (wanted.wrappers[0] == Wrapper::kMap || wanted.form == Form::kObject) {
        finding.help("write its fields on the lines below, indented, or in `{}`");
        const bool is_object = wanted.wrappers[0] == Wrapper::kNone && wanted.form == Form::kObject;
        if (!is_object) return;
        if (auto advice = text_as_object(scalar, schema::type(wanted.type))) {
            give(std::move(*advice), finding);
        }
    } else if (is_text(wanted.form)) {
        finding.help("put it in quotes").safe_fix("quote it", {quote_scalar(scalar)});
    } else if (is_string && takes_text_of(wanted.form, scalar.text)) {
        finding.help("leave out the quotes")
            .safe_fix("remove the quotes", {{scalar.span, std::string(scalar.text)}});
    } else if (wanted.form == Form::kBool && !front::has_tag(scalar.text)) {
        finding.help("write `true` or `false`, without quotes");
    } else if (is_string && front::has_tag(scalar.text)) {
        finding.help("tags cannot stand here: Argo reads this field before it replaces them");
    } else if (is_string && (wanted.form == Form::kInt || wanted.form == Form::kIntOrString)) {
        explain_number(scalar, field, finding);
    }
}

void offer_with_param(const ir::Defect& defect, Finding& finding) {
    const auto* scalar = ir::scalar_as(defect.value);
    if (defect.field->name != "withItems" || !front::has_tag(scalar->text)) return;
    const ir::Entry* entry = defect.parent->entry("withItems");
    if (entry == nullptr || entry->value != scalar) return;
    finding.safe_fix("rename to `withParam`", {rename_key(*defect.parent, *entry, "withParam")});
}

void explain_single_list(const ir::Defect& defect, schema::Shape wanted, Context& context,
                         Finding& finding) {
    if (wanted.wrappers[0] == Wrapper::kMap) {
        finding.help("write each name as a key, without a dash, and what belongs to it below");
        return;
    }
    if (wanted.form != Form::kObject) {
        finding.help("write a single value");
        return;
    }
    finding.help("write its fields without dashes or brackets");
    auto advice =
        list_as_object(context, *defect.value, schema::type(wanted.type), defect.field->name);
    if (advice) give(std::move(*advice), finding);
}

void explain_collection(const ir::Defect& defect, schema::Shape wanted, Context& context,
                        Finding& finding) {
    const ir::Value& value = *defect.value;
    const bool is_single = wanted.wrappers[0] == Wrapper::kNone && wanted.form != Form::kObject;
    auto advice = is_single ? collection_as_text(context, defect) : std::nullopt;
    if (advice) {
        give(std::move(*advice), finding);
    } else if (value.kind == ir::ValueKind::kList) {
        explain_single_list(defect, wanted, context, finding);
    } else if (wanted.wrappers[0] == Wrapper::kList) {
        const bool is_plain = wanted.wrappers[1] == Wrapper::kNone && wanted.form == Form::kObject;
        advice = is_plain ? mapping_as_named_list(context, value, schema::type(wanted.type))
                          : std::nullopt;
        if (advice) {
            give(std::move(*advice), finding);
            return;
        }
        finding.help("begin each element with `- `, even a single one");
        if (wanted.wrappers[1] != Wrapper::kList) {
            finding.unsafe_fix("make it a list", wrap_in_list(context, value));
        }
    } else if (is_text(wanted.form)) {
        finding.help("a value that begins with `{` or holds `: ` needs quotes to be a string");
    }
}

/// What stands in the place of a reference to a Secret may be the secret itself.
std::string shown_words(const ir::Defect& defect, schema::Shape wanted) {
    const bool is_secret =
        wanted.form == Form::kObject && schema::type(wanted.type).name == "SecretKeySelector";
    return is_secret && ir::scalar_as(defect.value) != nullptr ? "a string"
                                                               : seen_words(*defect.value);
}

/// No plain text begins with a bracket: this is a collection with a syntax error, read as a text.
bool is_torn(const ir::Value& value, const Context& context) {
    if (ir::scalar_as(&value) == nullptr || value.style != ScalarStyle::kPlain) return false;
    const std::string_view text = context.text(value.span);
    return text.starts_with('[') || (text.starts_with('{') && !text.starts_with("{{"));
}

void check(const ir::Defect& defect, Context& context) {
    if (defect.field == nullptr || defect.value == nullptr) return;
    if (is_torn(*defect.value, context)) return;
    // `retry-limit-invalid` knows more about this one.
    const bool is_retry_limit = defect.type->id == wf::RetryStrategy::kType &&
                                defect.field->name == "limit" &&
                                defect.value->kind == ir::ValueKind::kScalar;
    // So does `removed-field`.
    if (is_retry_limit || !defect.field->until.empty()) return;
    const Wanted wanted = wanted_of(defect);
    // Of a document that breaks off, a collection may have been read as a text.
    const bool is_whole = context.document() != nullptr && context.document()->is_complete;
    const bool is_single =
        wanted.shape.wrappers[0] == Wrapper::kNone && wanted.shape.form != Form::kObject;
    if (!is_whole && !is_single) return;
    Finding finding = context.report(kWrong, defect.span, wanted.subject,
                                     wanted_words(wanted.shape), shown_words(defect, wanted.shape));
    if (const auto* scalar = ir::scalar_as(defect.value)) {
        explain_scalar(*scalar, *defect.field, wanted.shape, finding);
        offer_with_param(defect, finding);
    } else {
        explain_collection(defect, wanted.shape, context, finding);
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
