// Loops over a literal that is no JSON list.
// Argo: workflow/controller/operator.go, expandStep: json.Unmarshal into a list of items.
#include <nlohmann/json.hpp>

#include "analyzer/context.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::withparam_not_json {
namespace {

using namespace analyze;

constexpr Message<> kNotJson{"`withParam` is neither a JSON list nor a tag that gives one"};
constexpr Message<std::string_view> kNotList{"`withParam` must be a JSON list, not {}"};

void check_text(const ir::Scalar* text, Context& context) {
    if (text == nullptr || front::has_tag(text->text)) return;
    const auto value = nlohmann::json::parse(text->text, nullptr, false);
    if (value.is_array()) return;
    if (value.is_discarded()) {
        context.report(kNotJson, text->span)
            .help("write a list like `[\"a\", \"b\"]`, or use `withItems` for items known here");
        return;
    }
    const std::string seen = "a" + std::string(value.is_object() ? "n object" : " single value");
    context.report(kNotList, text->span, seen).help("put it in `[]`");
}

void check_step(const wf::WorkflowStep& step, Context& context) {
    check_text(step.with_param(), context);
}

void check_task(const wf::DAGTask& task, Context& context) {
    check_text(task.with_param(), context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "loops over a text that is no JSON list",
                 .doc = R"md(
`withParam` is a text with a JSON list. It usually is a tag, whose value is known only when the
workflow runs. A literal that is no list passes `argo lint`, and fails the node at run time.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  templates:
    - name: main
      steps:
        - - name: each
            template: greet
            withParam: "ada, grace"
            arguments: {parameters: [{name: who, value: "{{item}}"}]}
    - name: greet
      inputs: {parameters: [{name: who}]}
      container: {image: 'alpine:3.20', command: [echo, "{{inputs.parameters.who}}"]}
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
      steps:
        - - name: each
            template: greet
            withParam: '["ada", "grace"]'
            arguments: {parameters: [{name: who, value: "{{item}}"}]}
    - name: greet
      inputs: {parameters: [{name: who}]}
      container: {image: 'alpine:3.20', command: [echo, "{{inputs.parameters.who}}"]}
```
)md",
                 .checks = {on<check_step>(), on<check_task>()}};

} // namespace tiphys::rules::withparam_not_json
