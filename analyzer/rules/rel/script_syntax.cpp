// Shell scripts that their shell cannot read.
#include "analyzer/facts.h"

namespace tiphys::rules::script_syntax {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kSyntax{"the script cannot be read: {}"};

void check(const ContainerView& container, Context& context) {
    const ShellScript* script = context.facts().script(container);
    if (script == nullptr || !script->script.error) return;
    const shell::SyntaxError& error = *script->script.error;
    Finding finding = context.report(kSyntax, script->span(error.range, context), error.message);
    if (error.opening) {
        finding.related(script->span(*error.opening, context),
                        "`" + std::string(script->slice(*error.opening)) + "` stands here");
    }
    finding.note(script->is_bash ? "bash stops at it, perhaps after half of the work"
                                 : "the shell stops at it, perhaps after half of the work");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "shell scripts with syntax errors",
                 .doc = R"md(
The `source` of a script template and the text after `sh -c` are shell scripts. A mistake in them
shows when the step runs: the commands before it have run by then. It is reported here at its own
place. Tags are taken for words.

Read are scripts of `sh`, `dash`, `ash` and `bash`; what only one of the shells behind `sh` accepts
is no mistake there. Scripts of Python and other languages are not read.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: backup-}
spec:
  entrypoint: main
  templates:
  - name: main
    script:
      image: alpine:3.20
      command: [sh]
      source: |
        if [ -d /data ]; then
          tar czf /backup/data.tgz /data
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: backup-}
spec:
  entrypoint: main
  templates:
  - name: main
    script:
      image: alpine:3.20
      command: [sh]
      source: |
        if [ -d /data ]; then
          tar czf /backup/data.tgz /data
        fi
```
)md",
                 .checks = on_containers<check>()};

} // namespace tiphys::rules::script_syntax
