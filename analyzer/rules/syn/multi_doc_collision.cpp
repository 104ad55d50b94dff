// Objects that are written down twice.
#include <map>
#include <tuple>

#include "analyzer/context.h"

namespace tiphys::rules::multi_doc_collision {
namespace {

using namespace analyze;

constexpr Message<std::string_view, std::string_view> kTwice{"{} `{}` is defined twice"};

std::string_view folder_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == path.npos ? std::string_view{} : path.substr(0, slash);
}

void report(const ir::Document& first, const ir::Document& second, bool is_same_file,
            Context& context) {
    Finding finding = context.report(kTwice, second.name_span, second.kind, second.name);
    finding.related(first.name_span, "first here")
        .help(is_same_file ? "rename one of the two, or remove it"
                           : "rename one of the two, or lint the folders apart");
    // In one file the second always replaces the first. Two files may be alternatives, but a name
    // that others refer to must mean one object: Argo's linter gives up on those.
    if (is_same_file) return;
    const bool is_library =
        second.kind == "WorkflowTemplate" || second.kind == "ClusterWorkflowTemplate";
    finding.severity(is_library ? Severity::kWarning : Severity::kInfo);
}

void check(const ir::Project& project, Context& context) {
    // Folders often hold the same objects for different clusters: base and overlays, stages.
    using Key = std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>;
    std::map<Key, const ir::Document*> seen;
    for (const ir::SourceUnit& unit : project.units()) {
        if (unit.is_known) continue;
        const std::string_view folder = folder_of(project.sources().file(unit.file).path);
        for (const ir::Document& document : unit.documents) {
            if (document.name.empty() || !document.name_span.is_known()) continue;
            const auto [at, is_new] = seen.emplace(
                Key{folder, document.kind, document.namespace_name, document.name}, &document);
            if (is_new) continue;
            report(*at->second, document, at->second->file == document.file, context);
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "objects that are defined twice",
                 .doc = R"md(
Two objects of the same kind, namespace and name are one object for Kubernetes: the second replaces
the first. For templates that others refer to, `argo lint` then gives up on all files. Two files of
one folder may be alternatives: that is a warning for such templates, and a hint for other objects.
The same object in different folders (base and overlay, stages) is fine.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: tools
spec:
  entrypoint: first
  templates:
    - name: first
      container: {image: 'alpine:3.20', command: [echo, first]}
---
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: tools
spec:
  entrypoint: second
  templates:
    - name: second
      container: {image: 'alpine:3.20', command: [echo, second]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: tools-
spec:
  entrypoint: first
  templates:
    - name: first
      container: {image: 'alpine:3.20', command: [echo, first]}
---
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: tools-
spec:
  entrypoint: second
  templates:
    - name: second
      container: {image: 'alpine:3.20', command: [echo, second]}
```
)md",
                 .checks = {on_project(check)}};

} // namespace tiphys::rules::multi_doc_collision
