// Paths of artifacts that climb out of their folder.
// Argo: Artifact.CleanPath in workflow_types.go.
#include <vector>

#include "analyzer/context.h"
#include "compiler/front/flow.h"

namespace tiphys::rules::artifact_path_traversal {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kClimbs{
    "the path of artifact `{}` leads out of `{}` with `..`"};

/// The path without `.`, `..` and double slashes, as far as that goes without a file system.
std::string cleaned(std::string_view path) {
    std::vector<std::string_view> parts;
    const bool is_absolute = path.starts_with('/');
    for (std::size_t at = 0; at < path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        const std::string_view part = path.substr(at, end - at);
        at = end + 1;
        if (part.empty() || part == ".") continue;
        const bool can_climb = !parts.empty() && parts.back() != "..";
        if (part != "..") {
            parts.push_back(part);
        } else if (can_climb) {
            parts.pop_back();
        } else if (!is_absolute) {
            parts.push_back(part);
        }
    }
    std::string text;
    for (const std::string_view part : parts) {
        if (is_absolute || !text.empty()) text += '/';
        text += part;
    }
    return is_absolute && text.empty() ? "/" : text;
}

void check_path(const wf::Artifact& artifact, Context& context) {
    const std::string_view path = ir::text_of(artifact.path());
    std::size_t climb = path.find("/../");
    if (climb == path.npos && path.ends_with("/..")) climb = path.size() - 3;
    if (climb == path.npos || climb == 0) return;
    const std::string_view folder = path.substr(0, climb);
    const std::string inside = std::string(folder) + "/";
    const std::string result = cleaned(path);
    if (result.starts_with(inside) && result.size() > inside.size()) return;
    Finding finding =
        context.report(kClimbs, context.span_in(*artifact.path(), climb + 1, climb + 3),
                       ir::text_of(artifact.name()), folder);
    finding.help("write the path that is meant: `" + result + "`");
    if (front::has_tag(result)) return;
    finding.unsafe_fix("write `" + result + "`", {{artifact.path()->span, result}});
}

void check(const wf::Template& own, Context& context) {
    if (!front::is_leaf(front::kind_of(own))) return;
    if (own.inputs() != nullptr) {
        for (const wf::Artifact* artifact : own.inputs()->artifacts())
            check_path(*artifact, context);
    }
    if (own.outputs() == nullptr) return;
    for (const wf::Artifact* artifact : own.outputs()->artifacts())
        check_path(*artifact, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "paths of artifacts that climb out of their folder",
                 .doc = R"md(
A path may hold `..` only where it stays below the folder before it, so that a parameter in the
path cannot lead anywhere in the container. Argo rejects all others.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    outputs: {artifacts: [{name: report, path: /work/out/../../report}]}
    container: {image: 'golang:1.23', command: [go, test]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    outputs: {artifacts: [{name: report, path: /report}]}
    container: {image: 'golang:1.23', command: [go, test]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::artifact_path_traversal
