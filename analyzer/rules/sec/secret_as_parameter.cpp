// Secrets that become parameters, outputs or results.
#include "analyzer/facts.h"
#include "analyzer/secrets.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::secret_as_parameter {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kParameter{
    "`{}` is a secret that is handed over as a parameter"};
constexpr Message<std::string_view, std::string_view> kWritten{
    "`{}`, from a Secret, is written to `{}`, an output"};

/// A submitter types it in: there is no value, and none that a template makes itself.
void check_arguments(const wf::WorkflowSpec& spec, Context& context) {
    if (spec.arguments() == nullptr) return;
    for (const wf::Parameter* parameter : spec.arguments()->parameters()) {
        const ir::Scalar* name = parameter->name();
        if (name == nullptr || !is_secret_name(name->text)) continue;
        const ir::Scalar* value = parameter->value();
        // Values that are written out are the business of `inline-secret`.
        const bool is_given = value != nullptr && !value->text.empty();
        if (is_given || parameter->field("valueFrom") != nullptr) continue;
        context.report(kParameter, name->span, name->text)
            .note("parameters are kept in the Workflow object, in the archive and in the pods' "
                  "annotations, and are shown by the UI")
            .help("hand over the name of a Secret, and let the template read it with `env` or a "
                  "volume");
    }
}

struct Output {
    std::string_view path;
};

std::vector<Output> output_paths(const wf::Template& source) {
    std::vector<Output> paths;
    const wf::Outputs* outputs = source.outputs();
    if (outputs == nullptr) return paths;
    for (const wf::Parameter* parameter : outputs->parameters()) {
        const wf::ValueFrom* from = parameter->value_from();
        if (from != nullptr && from->path() != nullptr) paths.push_back({from->path()->text});
    }
    for (const wf::Artifact* artifact : outputs->artifacts()) {
        if (artifact->path() != nullptr) paths.push_back({artifact->path()->text});
    }
    return paths;
}

const shell::Variable* printed_secret(const shell::Command& command,
                                      const ContainerView& container) {
    if (command.name() != "echo" && command.name() != "printf" && command.name() != "cat") {
        return nullptr;
    }
    for (const shell::Word& word : command.words) {
        for (const shell::Variable& variable : word.variables) {
            if (!variable.has_operator && has_secret_variable(container, variable.name))
                return &variable;
        }
    }
    for (const shell::Variable& variable : command.document_variables) {
        if (has_secret_variable(container, variable.name)) return &variable;
    }
    return nullptr;
}

void check_container(const ContainerView& container, Context& context) {
    const auto* source = context.enclosing<wf::Template>();
    if (source == nullptr || container.env().size() == 0) return;
    const std::vector<Output> outputs = output_paths(*source);
    const ShellScript* found = outputs.empty() ? nullptr : context.facts().script(container);
    if (found == nullptr) return;
    for (const shell::Command& command : found->script.commands) {
        const shell::Variable* variable = printed_secret(command, container);
        if (variable == nullptr) continue;
        for (const shell::Redirect& redirect : command.redirects) {
            for (const Output& output : outputs) {
                const bool is_output = redirect.op.find('>') != redirect.op.npos &&
                                       redirect.target.text == output.path;
                if (!is_output) continue;
                context
                    .report(kWritten, found->span(variable->range, context), variable->name,
                            output.path)
                    .note("outputs are stored in the Workflow object or in a bucket, and handed on")
                    .help("let the steps that need it take it from the Secret themselves");
            }
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "secrets that become parameters or outputs",
                 .doc = R"md(
A parameter is no place for a secret: its value stands in the Workflow object, in the annotations of
every pod that gets it, in the archive and in the UI. Reported are parameters of a workflow that are
named like a secret and that a submitter fills in, and scripts that write a Secret's value to the
path of an output.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: registry-password}]}
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [push]}
```

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    outputs: {parameters: [{name: token, valueFrom: {path: /tmp/token}}]}
    script:
      image: alpine:3.20
      command: [sh, -e]
      env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: api, key: token}}}]
      source: |
        echo "$TOKEN" > /tmp/token
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: secret-name}]}
  templates:
  - name: main
    script:
      image: alpine:3.20
      command: [sh, -e]
      env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: "{{workflow.parameters.secret-name}}", key: token}}}]
      source: |
        push
```
)md",
                 .checks = on_containers<check_container>(on<check_arguments>())};

} // namespace tiphys::rules::secret_as_parameter
