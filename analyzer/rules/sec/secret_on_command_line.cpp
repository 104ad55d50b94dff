// Secrets among the arguments of a program.
#include <algorithm>
#include <array>

#include "analyzer/facts.h"

namespace tiphys::rules::secret_on_command_line {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kArgument{
    "`{}`, from a Secret, stands on the command line of `{}`"};

bool is_builtin(std::string_view name) {
    constexpr std::array<std::string_view, 13> kBuiltins{
        "",      "echo", "printf", "test",     "[",   "[[",  "export",
        "local", "read", "cat",    "printenv", "set", "eval"};
    return std::find(kBuiltins.begin(), kBuiltins.end(), name) != kBuiltins.end();
}

void check(const ContainerView& container, Context& context) {
    if (container.env().size() == 0) return;
    const ShellScript* found = context.facts().script(container);
    if (found == nullptr) return;
    for (const shell::Command& command : found->script.commands) {
        if (is_builtin(command.name())) continue;
        for (const shell::Word& word : command.words) {
            for (const shell::Variable& variable : word.variables) {
                if (variable.has_operator || !has_secret_variable(container, variable.name))
                    continue;
                context
                    .report(kArgument, found->span(variable.range, context), variable.name,
                            command.name())
                    .note("arguments are seen by every process of the pod, and many programs "
                          "repeat them when they fail")
                    .help("hand it over by standard input, a file or the environment");
            }
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "secrets among the arguments of a program",
                 .doc = R"md(
The command line of a process can be read by the others of its pod, and lands in error messages and
traces. Most programs take a password from a file, from standard input or from a variable.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    script:
      image: alpine:3.20
      command: [sh, -e]
      env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: api, key: token}}}]
      source: |
        curl -u "ci:$TOKEN" https://api.example.com
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    script:
      image: alpine:3.20
      command: [sh, -e]
      env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: api, key: token}}}]
      source: |
        echo "$TOKEN" | docker login -u ci --password-stdin
```
)md",
                 .checks = on_containers<check>()};

} // namespace tiphys::rules::secret_on_command_line
