// Inputs that the shell splits and expands.
#include <algorithm>

#include "analyzer/facts.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::unquoted_input_variable {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnquoted{
    "`{}` is filled by an input, and the shell splits it at blanks"};

/// Whether the variable's value comes from outside: a tag of something other than numbers and
/// names that Argo makes.
bool is_filled_by_input(const ContainerView& container, std::string_view name) {
    for (const k8s::EnvVar* variable : container.env()) {
        if (ir::text_of(variable->name()) != name) continue;
        const std::string_view value = ir::text_of(variable->value());
        return value.find("inputs.parameters.") != value.npos ||
               value.find("workflow.parameters.") != value.npos;
    }
    return false;
}

bool is_assigned(const shell::Script& script, std::string_view name) {
    return std::any_of(
        script.commands.begin(), script.commands.end(), [&](const shell::Command& command) {
            return std::any_of(
                command.assignments.begin(), command.assignments.end(),
                [&](const shell::Assignment& assignment) { return assignment.name == name; });
        });
}

/// Where the shell does not split words, or splitting them is the purpose.
bool is_split(const shell::Command& command, const shell::Word& word) {
    const std::string_view name = command.name();
    if (name == "[[" || name == "case" || name == "echo" || name == "export") return false;
    return !word.variables.empty();
}

void check(const ContainerView& container, Context& context) {
    if (container.env().size() == 0) return;
    const ShellScript* found = context.facts().script(container);
    if (found == nullptr) return;
    for (const shell::Command& command : found->script.commands) {
        for (const shell::Word& word : command.words) {
            if (!is_split(command, word)) continue;
            for (const shell::Variable& variable : word.variables) {
                if (variable.is_quoted || variable.has_operator) continue;
                if (!is_filled_by_input(container, variable.name)) continue;
                if (is_assigned(found->script, variable.name)) continue;
                const Span span = found->span(variable.range, context);
                const std::string text(found->slice(variable.range));
                Finding finding = context.report(kUnquoted, span, text);
                finding
                    .note("a value with blanks becomes several arguments, one with `*` the names "
                          "of files, and one that begins with `-` an option")
                    .help("write `\"" + text + "\"`");
                // In quoted YAML scalars another quote would need an escape.
                const bool is_block = found->scalar->style == ScalarStyle::kLiteral ||
                                      found->scalar->style == ScalarStyle::kFolded;
                const bool is_alone = word.range.begin == variable.range.begin &&
                                      word.range.end == variable.range.end;
                if (is_block && is_alone) {
                    finding.unsafe_fix("quote it", {{span, "\"" + text + "\""}});
                }
            }
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "inputs that the shell splits into several words",
                 .doc = R"md(
A value that comes by an environment variable cannot change the script, but without quotes the shell
still splits it at blanks and replaces `*` by the names of files. A branch called `a b`, or an empty
value, then calls the program with other arguments. Arguments of `echo`, conditions in `[[ ]]` and
assignments are left alone.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: branch, value: main}]}
  templates:
  - name: main
    inputs: {parameters: [{name: branch}]}
    script:
      image: alpine/git:v2.45.2
      command: [sh, -e]
      env: [{name: BRANCH, value: '{{inputs.parameters.branch}}'}]
      source: |
        git checkout $BRANCH
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: branch, value: main}]}
  templates:
  - name: main
    inputs: {parameters: [{name: branch}]}
    script:
      image: alpine/git:v2.45.2
      command: [sh, -e]
      env: [{name: BRANCH, value: '{{inputs.parameters.branch}}'}]
      source: |
        git checkout "$BRANCH"
```
)md",
                 .checks = on_containers<check>()};

} // namespace tiphys::rules::unquoted_input_variable
