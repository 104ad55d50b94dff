// Paths of trigger parameters that lead nowhere in the object that they are written into.
#include "analyzer/describe.h"
#include "analyzer/dest_path.h"
#include "analyzer/events.h"
#include "analyzer/suggest.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::dest_path_invalid {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kNoField{"{} has no field `{}`"};
constexpr Message<std::string_view> kNameInList{"`{}` names no element: a list has numbers"};
constexpr Message<std::int64_t, std::int64_t> kBehind{
    "there is no element {}: the list has {}, and the gap is filled with `null`"};
constexpr Message<std::string_view> kInside{"there is nothing inside of `{}`"};
constexpr Message<std::string_view, std::string_view> kText{"`{}` gets a text, and it must be {}"};
constexpr Message<> kRoot{"this path names nothing"};

/// The object that a parameter is written into, as far as it stands in the sensor.
const ir::Value* root_of(const ParameterUse& use, const events::TriggerTemplate& body) {
    switch (use.target) {
    case ParameterTarget::kTemplate:
        return &body;
    case ParameterTarget::kObject: {
        const TriggerKind kind = kind_of(body);
        if (kind.name == "k8s" || kind.name == "argoWorkflow") return embedded_object(body);
        // The server of a custom trigger hands out the object that is changed.
        return kind.name == "custom" ? nullptr : kind.settings;
    }
    case ParameterTarget::kPayload:
    case ParameterTarget::kHeader:
        return nullptr;
    }
    return nullptr;
}

std::vector<std::string_view> field_names(const schema::Type& type) {
    std::vector<std::string_view> names;
    for (const schema::Field& field : type.fields) {
        if (field.until.empty()) names.push_back(field.name);
    }
    return names;
}

void report_fault(const DestPlace& place, const DestPath& path, const ir::Scalar& dest,
                  Context& context) {
    const DestPart& part = path.parts[place.n_followed];
    const Span span = context.span_in(dest, part.begin, part.end);
    switch (place.fault) {
    case DestPlace::Fault::kNone:
        return;
    case DestPlace::Fault::kUnknownField: {
        const std::string owner = "`" + std::string(place.type->name) + "`";
        Finding finding = context.report(kNoField, span, owner, part.text);
        finding.note("what is written there is dropped, or the object is refused");
        suggest(finding, span, part.text, field_names(*place.type), "its fields are");
        return;
    }
    case DestPlace::Fault::kNameInList:
        context.report(kNameInList, span, part.text)
            .help("write the element's number, from 0, or `-1` to add one");
        return;
    case DestPlace::Fault::kBehindEnd:
        context
            .report(kBehind, span, static_cast<std::int64_t>(part.index().value_or(0)),
                    static_cast<std::int64_t>(place.size))
            .help(place.size == 0 ? "the first element is 0"
                                  : "elements count from 0; the last one here is " +
                                        std::to_string(place.size - 1));
        return;
    case DestPlace::Fault::kInsideOfScalar:
        context.report(kInside, span, path.parts[place.n_followed - 1].text)
            .help("end the path there");
        return;
    }
}

/// Without `useRawData` a parameter is always written as a text.
void check_type(const DestPlace& place, const ParameterUse& use, const DestPath& path,
                Context& context) {
    if (!place.shape.has_value() || place.field == nullptr) return;
    const auto* source = use.parameter->src();
    if (source == nullptr || front::is_true(source->use_raw_data())) return;
    const schema::Shape shape = *place.shape;
    const bool is_collection = shape.is_list() || shape.is_map();
    bool takes_text = !is_collection;
    switch (shape.form) {
    case schema::Form::kBool:
    case schema::Form::kInt:
    case schema::Form::kFloat:
    case schema::Form::kMapping:
    case schema::Form::kManifest:
    case schema::Form::kObject:
        takes_text = false;
        break;
    case schema::Form::kString:
    case schema::Form::kIntOrString:
    case schema::Form::kAnyString:
    case schema::Form::kAnyNumber:
    case schema::Form::kQuantity:
    case schema::Form::kTime:
    case schema::Form::kBytes:
    case schema::Form::kAny:
        break;
    }
    if (takes_text) return;
    const ir::Scalar& dest = *use.parameter->dest();
    const DestPart& last = path.parts.back();
    Finding finding = context.report(kText, context.span_in(dest, last.begin, last.end), last.text,
                                     wanted_words(shape));
    finding.help("add `useRawData: true` to `src`, which keeps numbers, lists and objects");
}

/// A query that gjson can do nothing with is no concern of this rule, nor is one that finds
/// nothing: event values may decide.
void check_use(const ParameterUse& use, const events::TriggerTemplate& body, Context& context) {
    const ir::Scalar* dest = use.parameter->dest();
    const ir::Value* root = root_of(use, body);
    if (root == nullptr || dest == nullptr || dest->text.empty()) return;
    const DestPath path = split_dest(dest->text);
    if (path.is_query) return;
    for (const DestPart& part : path.parts) {
        if (!part.text.empty() || part.begin != part.end) continue;
        context.report(kRoot, dest->span).help("leave out the dot that nothing stands beside");
        return;
    }
    const DestPlace place = follow_dest(*root, path);
    if (place.fault == DestPlace::Fault::kNone) {
        check_type(place, use, path, context);
    } else {
        report_fault(place, path, *dest, context);
    }
}

void check(const events::Trigger& trigger, Context& context) {
    if (trigger.template_() == nullptr) return;
    for (const ParameterUse& use : parameters_of(trigger)) {
        // A template that changes the paths says nothing about them.
        const bool is_changed =
            use.target != ParameterTarget::kTemplate && is_rewritten(&trigger, "dest");
        if (!is_changed) check_use(use, *trigger.template_(), context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "trigger parameters whose `dest` leads nowhere",
                 .doc = R"md(
`dest` is a path in the object that a trigger makes, or in the trigger itself. A field that the type
lacks is dropped by the cluster, or makes it refuse the object; behind the end of a list Argo fills
the gap with `null`; a name inside of a list makes the trigger fail. Without `useRawData` the value
becomes a text, which numbers, booleans, lists and objects cannot be.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  template: {serviceAccountName: build}
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template:
      name: build
      argoWorkflow:
        operation: submit
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: build-}
            spec:
              arguments: {parameters: [{name: ref, value: main}]}
              workflowTemplateRef: {name: build}
        parameters:
        - {src: {dependencyName: push, dataKey: body.ref}, dest: spec.argument.parameters.0.value}
        - {src: {dependencyName: push, dataKey: body.after}, dest: spec.arguments.parameters.2.value}
        - {src: {dependencyName: push, dataKey: body.size}, dest: spec.priority}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  template: {serviceAccountName: build}
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template:
      name: build
      argoWorkflow:
        operation: submit
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: build-}
            spec:
              arguments: {parameters: [{name: ref, value: main}]}
              workflowTemplateRef: {name: build}
        parameters:
        - {src: {dependencyName: push, dataKey: body.ref}, dest: spec.arguments.parameters.0.value}
        - {src: {dependencyName: push, dataKey: body.size, useRawData: true}, dest: spec.priority}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::dest_path_invalid
