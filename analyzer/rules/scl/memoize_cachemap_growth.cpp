// Caches whose keys never come again.
#include <array>

#include "analyzer/context.h"

namespace tiphys::rules::memoize_cachemap_growth {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnique{
    "`{}` differs in every run: no entry is ever found again"};

void check(const wf::Memoize& memoize, Context& context) {
    constexpr std::array<std::string_view, 8> kUniqueNames{"workflow.uid",
                                                           "workflow.name",
                                                           "workflow.creationTimestamp",
                                                           "workflow.scheduledTime",
                                                           "pod.name",
                                                           "node.name",
                                                           "now()",
                                                           "randInt"};
    const ir::Scalar* key = memoize.key();
    if (key == nullptr) return;
    for (const std::string_view name : kUniqueNames) {
        const std::size_t at = key->text.find(name);
        if (at == key->text.npos) continue;
        context.report(kUnique, context.span_in(*key, at, at + name.size()), name)
            .note("each run adds an entry to the config map, which holds 1 MiB; nothing deletes "
                  "them")
            .help("make the key of what the result depends on, such as the inputs");
        return;
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "caches whose keys never come again",
                 .doc = R"md(
Results of `memoize` are kept in a config map under their key. A key that differs in every run is
never found again, and each run adds an entry that nothing deletes; a config map holds 1 MiB, and
then no result can be kept any more.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  templates:
  - name: main
    memoize: {key: '{{workflow.uid}}', maxAge: 1h, cache: {configMap: {name: results}}}
    container: {image: 'alpine:3.20', command: [work]}
    outputs: {parameters: [{name: out, valueFrom: {path: /tmp/out}}]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  templates:
  - name: main
    memoize: {key: 'v1-main', maxAge: 1h, cache: {configMap: {name: results}}}
    container: {image: 'alpine:3.20', command: [work]}
    outputs: {parameters: [{name: out, valueFrom: {path: /tmp/out}}]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::memoize_cachemap_growth
