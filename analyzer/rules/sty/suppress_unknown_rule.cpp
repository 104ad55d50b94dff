// Comments that mean to silence a finding and are not understood.
#include <array>

#include "analyzer/context.h"
#include "analyzer/suggest.h"
#include "analyzer/suppress.h"
#include "compiler/base/nearest.h"

namespace tiphys::rules::suppress_unknown_rule {
namespace {

using namespace analyze;

constexpr Message<std::string_view> kNoRule{"there is no rule `{}`"};
constexpr Message<std::string_view> kNoWord{"`{}` after `tiphys:` is not understood"};
constexpr Message<> kNothingNamed{"the suppression names no rule"};

void check_name(const SuppressedRule& named, Context& context) {
    if (named.rule != nullptr || is_foreign_rule(named.name)) return;
    std::vector<std::string_view> names;
    for (const RegisteredRule& rule : analyze::rules())
        names.push_back(rule.name);
    Finding finding = context.report(kNoRule, named.span, named.name);
    const Meant meant = meant_name(named.name, names);
    if (meant.name.empty()) {
        finding.help("`tiphys rules` lists the names");
        return;
    }
    const std::string name(meant.name);
    finding.help("did you mean `" + name + "`")
        .unsafe_fix("write `" + name + "`", {{named.span, name}});
}

void check(const Suppression& suppression, Context& context) {
    if (!suppression.is_understood()) {
        constexpr std::array<std::string_view, 2> kWords{"ignore", "ignore-file"};
        const std::string meant(nearest_name(suppression.word, kWords));
        context.report(kNoWord, suppression.word_span, suppression.word)
            .help("did you mean `" + meant + "`")
            .unsafe_fix("write `" + meant + "`", {{suppression.word_span, meant}});
        return;
    }
    if (suppression.rules.empty()) {
        context.report(kNothingNamed, suppression.comment)
            .help("write `# tiphys: " + std::string(suppression.word) + "[rule-name] reason`");
    }
    for (const SuppressedRule& named : suppression.rules)
        check_name(named, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "suppressions that name no rule that exists",
                 .doc = R"md(
A suppression with a misspelt rule name silences nothing, and so does one without names: the rules
stand in brackets.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: hello-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [echo, hello]}
  - name: by-hand  # tiphys: ignore[unused-templates] started by hand
    container: {image: 'alpine:3.20', command: [echo, hello]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: hello-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [echo, hello]}
  - name: by-hand  # tiphys: ignore[unused-template] started by hand
    container: {image: 'alpine:3.20', command: [echo, hello]}
```
)md",
                 .checks = {on_suppression(check)}};

} // namespace tiphys::rules::suppress_unknown_rule
