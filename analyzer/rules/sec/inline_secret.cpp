// A password, token or key that stands in the manifest.
#include <algorithm>

#include "analyzer/context.h"
#include "analyzer/secrets.h"
#include "analyzer/walk.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::inline_secret {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kNamed{"the value of `{}` is written out here"};
constexpr Message<std::string_view> kVendor{"{} is written out here"};

enum class Where : std::uint8_t { kEnv, kParameter, kText };

void explain(Where where, Finding finding) {
    finding.note("who can read the repository or the object in the cluster can read it; change it, "
                 "since Git keeps old versions");
    switch (where) {
    case Where::kEnv:
        finding.help("keep it in a Secret: `valueFrom: {secretKeyRef: {name: …, key: …}}`");
        return;
    case Where::kParameter:
        finding.help("parameters are kept in the Workflow object and shown by the UI: let the "
                     "template that needs it take it from a Secret, with `env` or a volume");
        return;
    case Where::kText:
        finding.help("keep it in a Secret, and let the container take it from its environment or "
                     "from a volume");
        return;
    }
}

class DocumentCheck {
public:
    explicit DocumentCheck(Context& context) : context_(context) {}

    void visit(const PresentField& present) {
        for_each_scalar(*present.entry->value, [&](const ir::Scalar& scalar) {
            if (scalar.text.size() < 4) return;
            check_scalar(present, scalar);
        });
    }

private:
    void check_scalar(const PresentField& present, const ir::Scalar& scalar) {
        if (const auto found = find_vendor_secret(scalar.text)) {
            report(scalar, *found, where(present));
            return;
        }
        const std::string_view field = present.field->name;
        if (field == "value" || field == "default") {
            check_named(present, scalar);
        } else if (field == "args" || field == "command" || field == "source" ||
                   field == "manifest" || field == "data") {
            for (auto found = find_assigned_secret(scalar.text); found;
                 found = find_assigned_secret(scalar.text, found->end)) {
                report(scalar, *found, Where::kText);
            }
        }
    }

    static Where where(const PresentField& present) {
        if (present.owner->type->id == k8s::EnvVar::kType) return Where::kEnv;
        if (present.owner->type->id == wf::Parameter::kType) return Where::kParameter;
        return Where::kText;
    }

    void report(const ir::Scalar& scalar, const FoundSecret& found, Where where) {
        explain(where, context_.report(kVendor, context_.span_in(scalar, found.begin, found.end),
                                       found.kind));
    }

    /// A pair of name and value: an environment variable, a parameter, a header.
    void check_named(const PresentField& present, const ir::Scalar& scalar) {
        const ir::Scalar* name = ir::scalar_as(present.owner->field("name"));
        if (name == nullptr || !is_secret_name(name->text)) return;
        if (scalar.scalar_type == ScalarType::kBool || !is_secret_value(scalar.text)) return;
        explain(
            where(present),
            context_.report(kNamed, context_.span_in(scalar, 0, scalar.text.size()), name->text));
    }

    Context& context_;
};

void check(const ir::Document& document, Context& context) {
    // A Secret is where secrets belong; that it stands in Git is for others to judge.
    const bool is_secret = document.kind == "Secret" || document.kind == "SealedSecret";
    if (document.root == nullptr || is_secret) return;
    DocumentCheck found(context);
    for_each_field(*document.root, [&](const PresentField& present) { found.visit(present); });
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "passwords, tokens and keys in manifests",
                 .doc = R"md(
A secret in a manifest can be read by everybody who can read the repository, the Workflow object,
Argo's UI or its archive. Found are values in the form of a vendor's tokens, private keys, URLs
with a password, and values of environment variables, parameters, headers and flags whose name says
that they are secret. Placeholders (`changeme`), tags and references to variables are left alone.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: push-}
spec:
  entrypoint: main
  templates:
  - name: main
    container:
      image: alpine:3.20
      command: [push]
      env: [{name: REGISTRY_PASSWORD, value: correct7horse7battery}]
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: push-}
spec:
  entrypoint: main
  templates:
  - name: main
    container:
      image: alpine:3.20
      command: [push]
      env:
      - name: REGISTRY_PASSWORD
        valueFrom: {secretKeyRef: {name: registry, key: password}}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::inline_secret
