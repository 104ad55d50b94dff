// Containers whose limit is below what they ask for.
#include "analyzer/context.h"
#include "compiler/expr/quantity.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::limit_below_request {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view, std::string_view> kBelow{
    "the limit of {}, `{}`, is below the request of `{}`"};
constexpr Message<std::string_view, std::string_view> kBeyondNode{
    "no node has {} of {}: the pod would wait for ever"};

void check_against_node(const ir::Entry& request, const expr::Quantity& amount, Context& context) {
    const Limits& limits = context.settings().limits;
    const bool is_cpu = request.key == "cpu";
    const std::int64_t most = is_cpu                    ? limits.node_cpu_milli
                              : request.key == "memory" ? limits.node_memory_bytes
                                                        : 0;
    const std::int64_t asked = expr::scaled_value(amount, is_cpu ? -3 : 0);
    if (most == 0 || asked <= most) return;
    const ir::Scalar* text = ir::scalar_as(request.value);
    context.report(kBeyondNode, text->span, request.key, text->text)
        .severity(Severity::kWarning)
        .note("the largest node of the cluster, as configured, has less");
}

/// Kubernetes: pkg/apis/core/validation, ValidateResourceRequirements.
void check(const k8s::ResourceRequirements& resources, Context& context) {
    for (const ir::Entry& request : resources.requests().entries()) {
        const ir::Scalar* asked = ir::scalar_as(request.value);
        const auto amount = asked == nullptr ? std::nullopt : expr::parse_quantity(asked->text);
        if (!amount.has_value()) continue;
        check_against_node(request, *amount, context);
        const ir::Scalar* limit = resources.limits().find(request.key);
        const auto most = limit == nullptr ? std::nullopt : expr::parse_quantity(limit->text);
        if (!most.has_value() || expr::compare(*most, *amount) >= 0) continue;
        context.report(kBelow, limit->span, request.key, limit->text, asked->text)
            .related(asked->span, "asked for here")
            .help("Kubernetes refuses the pod: raise the limit or lower the request");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "limits below what a container asks for",
                 .doc = R"md(
Kubernetes refuses a pod whose limit of a resource is below its request. Argo accepts the workflow,
and the node fails when its pod cannot be made. Where the size of the cluster's nodes is configured,
requests that fit no node are told as well.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  templates:
  - name: main
    container:
      image: alpine:3.20
      command: [work]
      resources:
        requests: {cpu: 500m, memory: 1Gi}
        limits: {cpu: '1', memory: 512Mi}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  templates:
  - name: main
    container:
      image: alpine:3.20
      command: [work]
      resources:
        requests: {cpu: 500m, memory: 1Gi}
        limits: {cpu: '1', memory: 2Gi}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::limit_below_request
