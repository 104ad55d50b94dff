// Scripts that would be better kept in a file.
#include <algorithm>

#include "analyzer/context.h"

namespace tiphys::rules::long_inline_script {
namespace {
using namespace analyze;

constexpr Message<std::int64_t> kLong{"a script of {} lines in a manifest"};
constexpr Message<std::int64_t> kLarge{
    "a script of {} KiB: each pod's definition carries a copy of it"};

/// Lines from which a script deserves a file of its own.
constexpr std::ptrdiff_t kMostLines = 60;
/// Kubernetes stores objects of at most 1.5 MiB, and a workflow's status holds its templates too.
constexpr std::size_t kMostBytes = std::size_t{64} * 1024;

void check(const wf::ScriptTemplate& script, Context& context) {
    if (script.source() == nullptr) return;
    const std::string_view text = script.source()->text;
    if (text.size() > kMostBytes) {
        context
            .report(kLarge, script.key_span_of("source"),
                    static_cast<std::int64_t>(text.size() / 1024))
            .severity(Severity::kWarning)
            .help("put it into an image, or hand it over as an artifact");
        return;
    }
    const std::ptrdiff_t n_lines = std::count(text.begin(), text.end(), '\n');
    if (n_lines <= kMostLines) return;
    context.report(kLong, script.key_span_of("source"), n_lines)
        .help("a file in an image or a ConfigMap can be tested and checked by itself");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "long scripts inside of manifests",
                 .doc = R"md(
A script inside of a manifest is neither tested nor checked where other programs are. From 60 lines
on it is a hint; from 64 KiB on a warning, since objects of Kubernetes have a limit of 1.5 MiB and
each pod holds a copy.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    script:
      image: alpine:3.20
      command: [sh]
      source: |
        echo line 1
        echo line 2
        echo line 3
        echo line 4
        echo line 5
        echo line 6
        echo line 7
        echo line 8
        echo line 9
        echo line 10
        echo line 11
        echo line 12
        echo line 13
        echo line 14
        echo line 15
        echo line 16
        echo line 17
        echo line 18
        echo line 19
        echo line 20
        echo line 21
        echo line 22
        echo line 23
        echo line 24
        echo line 25
        echo line 26
        echo line 27
        echo line 28
        echo line 29
        echo line 30
        echo line 31
        echo line 32
        echo line 33
        echo line 34
        echo line 35
        echo line 36
        echo line 37
        echo line 38
        echo line 39
        echo line 40
        echo line 41
        echo line 42
        echo line 43
        echo line 44
        echo line 45
        echo line 46
        echo line 47
        echo line 48
        echo line 49
        echo line 50
        echo line 51
        echo line 52
        echo line 53
        echo line 54
        echo line 55
        echo line 56
        echo line 57
        echo line 58
        echo line 59
        echo line 60
        echo line 61
        echo line 62
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    script:
      image: alpine:3.20
      command: [sh]
      source: |
        exec /scripts/build.sh
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::long_inline_script
