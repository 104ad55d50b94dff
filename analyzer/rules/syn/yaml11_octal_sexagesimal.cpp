// Plain numbers that stand for something else than they seem to.
#include <algorithm>

#include "analyzer/context.h"
#include "compiler/doc/resolve.h"
#include "compiler/front/check_scalar.h"

namespace tiphys::rules::yaml11_octal_sexagesimal {
namespace {

using namespace analyze;

constexpr Message<std::string_view, std::string_view> kRewritten{
    "`{}` without quotes reaches Argo as `{}`"};
constexpr Message<std::string_view, std::string_view> kSexagesimal{
    "some YAML readers take `{}` without quotes for the number {}"};

/// What the number is for Kubernetes.
std::string number_text(const ir::Scalar& scalar) {
    return doc::to_json(scalar.text, scalar.scalar_type).value_or(std::string(scalar.text));
}

void report_rewritten(const ir::Scalar& scalar, bool is_text, Context& context) {
    const std::string printed =
        is_text ? front::printed_number(scalar).value_or("null") : number_text(scalar);
    Finding finding = context.report(kRewritten, scalar.span, scalar.text, printed);
    if (is_text) {
        finding.help("put it in quotes to keep its text")
            .safe_fix("quote it", {quote_scalar(scalar)});
    } else {
        finding.help("a leading zero means an octal number: write `" + number_text(scalar) +
                     "`, or leave the zero out");
    }
}

void check_defect(const ir::Defect& defect, Context& context) {
    const ir::Scalar& scalar = *ir::scalar_as(defect.value);
    const bool is_text = defect.field->shape.form == schema::Form::kAnyString;
    report_rewritten(scalar, is_text, context);
}

/// Items of loops take any value, and keep numbers as JSON has them.
void check_item(const ir::Value& item, Context& context) {
    if (const auto* map = ir::map_as(&item)) {
        for (const ir::Entry& entry : map->entries)
            check_item(*entry.value, context);
    } else if (const auto* list = ir::list_as(&item)) {
        for (const ir::Value* element : list->items)
            check_item(*element, context);
    } else if (const auto* scalar = ir::scalar_as(&item)) {
        const bool is_number =
            scalar->scalar_type == ScalarType::kInt || scalar->scalar_type == ScalarType::kFloat;
        if (is_number && front::printed_number(*scalar) != scalar->text) {
            report_rewritten(*scalar, true, context);
        }
    }
}

template <class Caller>
void check_items(const Caller& caller, Context& context) {
    for (const ir::Value* item : caller.with_items())
        check_item(*item, context);
}

void check_step(const wf::WorkflowStep& step, Context& context) {
    check_items(step, context);
}

void check_task(const wf::DAGTask& task, Context& context) {
    check_items(task, context);
}

/// `1:30` is 90 for readers of YAML 1.1 other than Kubernetes: the base is 60.
std::optional<std::int64_t> sexagesimal(std::string_view text) {
    if (text.empty() || text.front() < '1' || text.front() > '9') return std::nullopt;
    std::int64_t total = 0;
    std::int64_t part = 0;
    std::size_t n_digits = 0;
    std::size_t n_parts = 0;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            part = part * 10 + (c - '0');
            ++n_digits;
        } else if (c == ':' && n_digits > 0) {
            total = total * 60 + part;
            part = 0;
            n_digits = 0;
            ++n_parts;
        } else {
            return std::nullopt;
        }
        const bool is_later = n_parts > 0;
        if ((is_later && part > 59) || n_digits > 9 || n_parts > 3) return std::nullopt;
    }
    if (n_parts == 0 || n_digits == 0) return std::nullopt;
    return total * 60 + part;
}

void check_text(const ir::Value& value, Context& context) {
    if (const auto* list = ir::list_as(&value)) {
        for (const ir::Value* item : list->items)
            check_text(*item, context);
    } else if (const auto* map = ir::map_as(&value)) {
        for (const ir::Entry& entry : map->entries)
            check_text(*entry.value, context);
    } else if (const auto* object = ir::any_object_as(&value)) {
        for (const ir::Entry& entry : object->present_fields())
            check_text(*entry.value, context);
    } else if (const auto* scalar = ir::scalar_as(&value)) {
        if (scalar->style != ScalarStyle::kPlain) return;
        const auto number = sexagesimal(scalar->text);
        if (!number) return;
        context.report(kSexagesimal, scalar->span, scalar->text, std::to_string(*number))
            .severity(Severity::kInfo)
            .help("put it in quotes")
            .safe_fix("quote it", {quote_scalar(*scalar)});
    }
}

void check_document(const ir::Document& document, Context& context) {
    if (document.type != nullptr && document.root != nullptr) check_text(*document.root, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "plain numbers that arrive as another text or number",
                 .doc = R"md(
Kubernetes reads a plain `010` as octal 8, and turns plain numbers into their shortest form before
Argo makes texts of them: the parameter value `1.10` arrives as `1.1`, `1e3` as `1000`, `0x10` as
`16`. Versions, identifiers and dates lose characters that way.

Readers of YAML 1.1 other than Kubernetes also take `1:30` for 90; that is reported as a hint.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  arguments:
    parameters:
      - name: python-version
        value: 3.10
  templates:
    - name: main
      container: {image: 'python:{{workflow.parameters.python-version}}', command: [python, -V]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  arguments:
    parameters:
      - name: python-version
        value: "3.10"
  templates:
    - name: main
      container: {image: 'python:{{workflow.parameters.python-version}}', command: [python, -V]}
```
)md",
                 .checks = {on_defect(ir::DefectKind::kImplicitNumber, check_defect),
                            on<check_step>(), on<check_task>(), on_document(check_document)}};

} // namespace tiphys::rules::yaml11_octal_sexagesimal
