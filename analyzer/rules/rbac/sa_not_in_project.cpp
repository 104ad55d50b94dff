// Service accounts that the project's manifests lack.
#include "analyzer/suggest.h"
#include "analyzer/walk.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::sa_not_in_project {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kNotHere{"service account `{}` is not in this project"};

void check_name(const ir::Scalar& name, Context& context) {
    if (name.text.empty() || name.text == "default" || front::has_tag(name.text)) return;
    const ir::Project& project = context.project();
    if (project.find("ServiceAccount", {}, name.text) != nullptr) return;
    const std::vector<std::string_view> others = project.names("ServiceAccount");
    const Span span = context.span_in(name, 0, name.text.size());
    Finding finding = context.report(kNotHere, span, name.text);
    if (others.empty()) {
        finding.help("it must exist in the cluster: pods that name an account which does not exist "
                     "are not started");
        return;
    }
    // A name that is nearly one of the project's is most likely misspelt.
    if (meant_name(name.text, others).is_certain) finding.severity(Severity::kWarning);
    suggest(finding, span, name.text, others, "service accounts here are");
}

void check(const ir::Document& document, Context& context) {
    if (document.type == nullptr || document.root == nullptr) return;
    for_each_field(*document.root, [&](const PresentField& present) {
        if (present.field->refers != schema::Symbol::kServiceAccount) return;
        for_each_scalar(*present.entry->value,
                        [&](const ir::Scalar& name) { check_name(name, context); });
    });
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "service accounts that the project lacks",
                 .doc = R"md(
Pods that name a service account which does not exist are not started. Accounts often live elsewhere,
so this is information, and a warning where the project has one whose name is nearly the same.

```yaml bad
apiVersion: v1
kind: ServiceAccount
metadata: {name: build-runner}
---
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  serviceAccountName: build-runer
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [echo, hello]}
```

```yaml good
apiVersion: v1
kind: ServiceAccount
metadata: {name: build-runner}
---
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  serviceAccountName: build-runner
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [echo, hello]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::sa_not_in_project
