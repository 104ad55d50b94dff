// Containers that ask for no resources.
#include "analyzer/code_arguments.h"
#include "analyzer/context.h"
#include "analyzer/facts.h"

namespace tiphys::rules::missing_resource_requests {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kMissing{
    "the container of `{}` asks for no {}"};

/// Whether pods get resources from elsewhere than their containers.
bool is_set_elsewhere(const front::Flow& flow) {
    for (const wf::WorkflowSpec* spec : {&flow.spec(), flow.base().spec}) {
        if (spec == nullptr) continue;
        if (spec->pod_spec_patch() != nullptr || spec->pod_resources() != nullptr) return true;
        if (spec->template_defaults() != nullptr) return true;
    }
    return false;
}

bool asks_for(const ir::Object& container, std::string_view resource) {
    const auto* resources = ir::object_as<k8s::ResourceRequirements>(container.field("resources"));
    if (resources == nullptr) return false;
    // A limit counts as a request where there is none.
    return resources->requests().find(resource) != nullptr ||
           resources->limits().find(resource) != nullptr;
}

void check_template(const front::FlowTemplate& at, Context& context) {
    const wf::Template& source = *at.source;
    if (source.pod_spec_patch() != nullptr || source.pod_resources() != nullptr) return;
    for (const std::string_view field : {"container", "script"}) {
        const ir::Object* container = ir::any_object_as(source.field(field));
        if (container == nullptr) continue;
        const bool has_cpu = asks_for(*container, "cpu");
        const bool has_memory = asks_for(*container, "memory");
        if (has_cpu && has_memory) continue;
        const std::string missing = has_cpu ? "memory" : has_memory ? "cpu" : "cpu and no memory";
        context.report(kMissing, source.key_span_of(field), at.name(), missing)
            .help("set `resources.requests`, or `podSpecPatch` or `templateDefaults` for all");
    }
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        if (is_set_elsewhere(*flow)) continue;
        for (const auto& each : flow->templates())
            check_template(*each, context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "containers that ask for no cpu or memory",
                 .doc = R"md(
The scheduler places pods by what they ask for. A pod that asks for nothing goes to a node that may
have nothing left, is the first to be evicted, and is refused where a quota counts requests.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [work]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [work], resources: {requests: {cpu: 100m, memory: 64Mi}}}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::missing_resource_requests
