// Texts from outside that are pasted into scripts.
// Argo replaces tags before the script exists: util/template/replace.go.
#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/hoist_to_env.h"
#include "analyzer/taint_finding.h"

namespace tiphys::rules::param_injection_script {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kPasted{"`{}` becomes {}"};

void advise(const TaintedText& taint, Finding finding, const Context& context) {
    const auto hoisted = hoist_to_env(taint, context);
    if (!hoisted.has_value()) {
        finding.help("hand it over in `env` and read the variable in the script, so that it stays "
                     "data");
        return;
    }
    finding.help("hand it over in `env` and write `\"$" + hoisted->variable + "\"`");
    // Whether the words in it shall be split is for the author to say.
    finding.unsafe_fix("hand it over in the variable `" + hoisted->variable + "`", hoisted->edits);
}

void check(const ir::Document& document, Context& context) {
    for (const TaintedText& taint : context.facts().taints(document)) {
        if (taint.sink != Sink::kScript || !is_told_here(taint, context)) continue;
        const std::string outcome = outcome_words(taint);
        // JSON is a literal of Python and its like; a shell still expands what is in it.
        if (taint.is_json && outcome != "part of a shell script") continue;
        Finding finding = context.report(kPasted, place_of(taint, context), taint.name, outcome);
        explain(taint, finding);
        finding.note("tags are replaced before the script is read: quotes, `$(…)` or `;` in the "
                     "text are commands then");
        advise(taint, finding, context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "parameters that are pasted into scripts",
                 .doc = R"md(
Argo replaces `{{…}}` in the text of a script before any shell or interpreter sees it. A text with a
quote, `$(…)` or `;` in it is no data then but a part of the program: whoever chooses the text runs
commands with the rights of the pod. Quotes around the tag do not help, since the text may hold
quotes too.

How grave it is depends on who chooses the text. Of an event whose source is among the files and
asks for no secret: an error, since anybody can send one. Of other events, of whoever submits the
workflow, of a server's answer, or handed on from there through any number of steps, templates and
files: a warning. What callers in the same files pass, if all of them are harmless, is told with
`--strict`.

Texts written out by the caller, parameters with an `enum`, numbers (as the value of the parameter,
or through `asInt`), hashes and base64 are harmless. So is `toJson` in languages that are no shell.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: greet-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: message, value: hello}]}
  templates:
  - name: main
    script:
      image: alpine:3.20
      command: [sh]
      source: |
        echo "{{workflow.parameters.message}}"
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: greet-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: message, value: hello}]}
  templates:
  - name: main
    script:
      image: alpine:3.20
      env: [{name: MESSAGE, value: '{{workflow.parameters.message}}'}]
      command: [sh]
      source: |
        echo "$MESSAGE"
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::param_injection_script
