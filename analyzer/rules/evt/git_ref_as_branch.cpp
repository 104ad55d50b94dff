// Refs of a push that are used where git wants the name of a branch.
#include <optional>

#include "analyzer/dest_path.h"
#include "analyzer/events.h"
#include "analyzer/facts.h"
#include "analyzer/walk.h"

namespace tiphys::rules::git_ref_as_branch {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kRef{
    "`{}` is a ref like `refs/heads/main`, no name of a branch"};

/// Whether a tag for that parameter stands at `from`, behind blanks and quotes.
bool has_tag_at(std::string_view text, std::size_t from, std::string_view parameter) {
    const std::size_t at = text.find_first_not_of(" =\"'", from);
    if (at == text.npos || text.substr(at, 2) != "{{") return false;
    const std::size_t close = text.find("}}", at);
    if (close == text.npos) return false;
    std::string_view name = text.substr(at + 2, close - at - 2);
    while (name.ends_with(' '))
        name.remove_suffix(1);
    return name.ends_with("parameters." + std::string(parameter));
}

/// Whether a program or an argument gives the parameter to `--branch`.
bool is_branch_in(std::string_view text, std::string_view parameter) {
    for (const std::string_view flag : {"--branch", " -b "}) {
        for (std::size_t at = text.find(flag); at != text.npos; at = text.find(flag, at + 1)) {
            if (has_tag_at(text, at + flag.size(), parameter)) return true;
        }
    }
    return false;
}

/// The text of a workflow that hands the parameter to git as a branch; of a list of arguments the
/// one behind `--branch`.
const ir::Scalar* find_branch(const wf::WorkflowSpec& spec, std::string_view parameter) {
    const ir::Scalar* found = nullptr;
    bool is_behind_flag = false;
    for_each_text(spec, [&](const ir::Scalar& scalar) {
        const bool is_argument = is_behind_flag && has_tag_at(scalar.text, 0, parameter);
        is_behind_flag = scalar.text == "--branch" || scalar.text == "-b";
        if (found == nullptr && (is_argument || is_branch_in(scalar.text, parameter))) {
            found = &scalar;
        }
    });
    return found;
}

/// The name of the argument that a path writes the value of.
std::string_view argument_of(const ir::Value& workflow, std::string_view dest) {
    const DestPath path = split_dest(dest);
    const bool fits = !path.is_query && path.parts.size() == 5 &&
                      path.parts[1].text == "arguments" && path.parts[4].text == "value";
    if (!fits) return {};
    DestPath element = path;
    element.parts.pop_back();
    return text_at(follow_dest(workflow, element).value, {"name"});
}

void check_use(const ParameterUse& use, const ir::Value& workflow, const front::Flow& flow,
               Context& context) {
    const auto* source = use.parameter->src();
    if (source == nullptr || use.target != ParameterTarget::kObject) return;
    const ir::Scalar* key = source->data_key();
    if (key == nullptr || key->text != "body.ref") return;
    const std::string_view name = argument_of(workflow, ir::text_of(use.parameter->dest()));
    if (name.empty()) return;
    const ir::Scalar* place = find_branch(flow.spec(), name);
    if (place == nullptr && flow.base().spec != nullptr) {
        place = find_branch(*flow.base().spec, name);
    }
    if (place == nullptr) return;
    context.report(kRef, context.span_in(*key, 0, key->text.size()), key->text)
        .related(place->span, "git wants the name of a branch or tag here")
        .help("write `dataTemplate: '{{ .Input.body.ref | trimPrefix \"refs/heads/\" }}'` instead "
              "of `dataKey`");
}

void check(const events::Trigger& trigger, Context& context) {
    if (trigger.template_() == nullptr) return;
    const ir::Value* object = embedded_object(*trigger.template_());
    if (object == nullptr) return;
    for (const front::Flow* flow : context.facts().flows(*context.document())) {
        if (flow->place().owner != object) continue;
        for (const ParameterUse& use : parameters_of(trigger))
            check_use(use, *object, *flow, context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "refs of a push that are used as the name of a branch",
                 .doc = R"md(
GitHub, GitLab and Gitea send `refs/heads/main` as `ref` of a push. `git clone --branch` takes `main`,
and ends with an error for the ref. A template takes the front off.

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
      k8s:
        operation: create
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: build-}
            spec:
              arguments: {parameters: [{name: branch, value: main}]}
              entrypoint: main
              templates:
              - name: main
                container:
                  image: alpine/git:2.45
                  command: [git]
                  args: [clone, --branch, '{{workflow.parameters.branch}}', 'https://example.com/a.git']
        parameters:
        - {src: {dependencyName: push, dataKey: body.ref}, dest: spec.arguments.parameters.0.value}
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
      k8s:
        operation: create
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: build-}
            spec:
              arguments: {parameters: [{name: branch, value: main}]}
              entrypoint: main
              templates:
              - name: main
                container:
                  image: alpine/git:2.45
                  command: [git]
                  args: [clone, --branch, '{{workflow.parameters.branch}}', 'https://example.com/a.git']
        parameters:
        - src:
            dependencyName: push
            dataTemplate: '{{ .Input.body.ref | trimPrefix "refs/heads/" }}'
          dest: spec.arguments.parameters.0.value
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::git_ref_as_branch
