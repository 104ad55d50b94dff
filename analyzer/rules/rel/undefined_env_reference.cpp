// References to environment variables that nobody sets.
#include <algorithm>

#include "analyzer/containers.h"

namespace tiphys::rules::undefined_env_reference {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUndefined{
    "`$({})` stays as it is: no variable of that name is set"};

/// Names of shell commands are lower-case; those of variables mostly upper-case.
bool is_variable_name(std::string_view name) {
    const bool is_upper = std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
    return is_upper && name.size() > 1 && name.find('_') != 0;
}

bool is_set(const ContainerView& container, std::string_view name) {
    for (const k8s::EnvVar* variable : container.env()) {
        const std::string_view text = ir::text_of(variable->name());
        if (text == name || text.find("{{") != text.npos) return true;
    }
    // Kubernetes and Argo set some themselves.
    return name.ends_with("_SERVICE_HOST") || name.ends_with("_SERVICE_PORT") ||
           name.starts_with("ARGO_") || name.starts_with("KUBERNETES_");
}

void check_word(const ir::Scalar& word, const ContainerView& container, Context& context) {
    const std::string_view text = word.text;
    for (std::size_t at = text.find("$("); at != text.npos; at = text.find("$(", at + 2)) {
        const std::size_t end = text.find(')', at);
        if (end == text.npos) return;
        if (at > 0 && text[at - 1] == '$') continue;
        const std::string_view name = text.substr(at + 2, end - at - 2);
        if (!is_variable_name(name) || is_set(container, name)) continue;
        context.report(kUndefined, context.span_in(word, at, end + 1), name)
            .note("Kubernetes replaces variables of the container's `env` only")
            .help("add it to `env`");
    }
}

void check(const ContainerView& container, Context& context) {
    if (container.env_from().size() > 0) return;
    const auto* source = context.enclosing<wf::Template>();
    if (source == nullptr || source->field("podSpecPatch") != nullptr) return;
    for (const ir::Scalar* word : container.words())
        check_word(*word, container, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "references to environment variables that nobody sets",
                 .doc = R"md(
In `command` and `args` Kubernetes replaces `$(NAME)` by a variable of the container's `env`. Where
there is none of that name, the text stays as it is and reaches the program. Looked at are names in
capital letters; containers with `envFrom` are left alone.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [deploy], args: ['--commit=$(GIT_SHA)']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [deploy], args: ['--commit=$(GIT_SHA)'], env: [{name: GIT_SHA, value: abc}]}
```
)md",
                 .checks = on_containers<check>()};

} // namespace tiphys::rules::undefined_env_reference
