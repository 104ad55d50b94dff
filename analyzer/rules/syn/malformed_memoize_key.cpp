// Keys of `memoize` that the cache refuses.
// Argo: cacheKeyRegex in workflow/controller/cache/cache.go.
#include "analyzer/context.h"
#include "compiler/expr/tags.h"

namespace tiphys::rules::malformed_memoize_key {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kRefused{
    "`{}` in the cache key: it takes letters, digits and `-`{}"};

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// The end of the tag that holds a byte, or the byte itself.
std::size_t after_tag(const expr::TagList& list, std::size_t at) {
    for (const expr::Tag& tag : list.tags) {
        if (tag.range.begin <= at && at < tag.range.end) return tag.range.end;
    }
    return at;
}

void check(const wf::Memoize& memoize, Context& context) {
    const ir::Scalar* key = memoize.key();
    if (key == nullptr) return;
    const expr::TagList list = expr::scan_tags(key->text);
    if (list.unclosed.has_value()) return;
    for (std::size_t at = 0; at < key->text.size(); ++at) {
        const std::size_t end = after_tag(list, at);
        if (end != at) {
            at = end - 1;
            continue;
        }
        const char c = key->text[at];
        const bool is_first = at == 0;
        if (is_letter_or_digit(c) || (c == '-' && !is_first)) continue;
        context
            .report(kRefused, context.span_in(*key, at, at + 1), key->text.substr(at, 1),
                    is_first ? ", and begins with no `-`" : "")
            .help("write `-` between the parts of a key");
        return;
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "keys of `memoize` that the cache refuses",
                 .doc = R"md(
The key under which a result is remembered may hold letters, digits and `-`, with a letter or digit
at the start. Argo looks at it when the node runs, and ends the node where it holds anything else.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    memoize: {key: 'build_{{workflow.name}}', cache: {configMap: {name: results}}}
    container: {image: 'alpine:3.20', command: [make]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    memoize: {key: 'build-{{workflow.name}}', cache: {configMap: {name: results}}}
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::malformed_memoize_key
