// Priority classes that nothing in the project names.
#include <algorithm>
#include <array>

#include "analyzer/context.h"
#include "analyzer/events.h"

namespace tiphys::rules::unused_priority_class {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnused{
    "no workflow among the files names the priority class `{}`"};

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

/// Whether a line holds the name as a word.
bool holds_word(std::string_view line, std::string_view name) {
    for (std::size_t at = line.find(name); at != line.npos; at = line.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        const bool begins = at == 0 || !is_name_character(line[at - 1]);
        if (begins && (end == line.size() || !is_name_character(line[end]))) return true;
    }
    return false;
}

/// In any file, whatever its kind: patches are texts, and Deployments use classes as well. A tag
/// may stand for any class.
bool is_used_in(std::string_view text, std::string_view name) {
    constexpr std::string_view kField = "riorityClassName";
    for (std::size_t at = text.find(kField); at != text.npos; at = text.find(kField, at + 1)) {
        const std::string_view rest = text.substr(at + kField.size());
        const std::string_view line = rest.substr(0, rest.find('\n'));
        if (holds_word(line, name) || line.find("{{") != line.npos) return true;
    }
    return false;
}

bool is_used(const ir::Project& project, std::string_view name) {
    const SourceMap& sources = project.sources();
    for (std::size_t i = 0; i < sources.size(); ++i) {
        if (is_used_in(sources.file(static_cast<FileId>(i)).text, name)) return true;
    }
    return false;
}

/// Without workflows there is nothing that could name it.
bool has_workflows(const ir::Project& project) {
    constexpr std::array<std::string_view, 4> kKinds{"Workflow", "WorkflowTemplate",
                                                     "ClusterWorkflowTemplate", "CronWorkflow"};
    return std::any_of(kKinds.begin(), kKinds.end(),
                       [&](std::string_view kind) { return !project.all(kind).empty(); });
}

void check(const ir::Document& document, Context& context) {
    if (document.kind != "PriorityClass" || document.name.empty()) return;
    if (!text_at(document.root, {"apiVersion"}).starts_with("scheduling.k8s.io/")) return;
    const bool is_default = text_at(document.root, {"globalDefault"}) == "true";
    if (is_default || !has_workflows(context.project())) return;
    if (is_used(context.project(), document.name)) return;
    context.report(kUnused, document.name_span, document.name)
        .help("name it in the `podPriorityClassName` of the workflows that should wait for others");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "priority classes that nothing in the project names",
                 .doc = R"md(
A PriorityClass does nothing by itself: pods get its priority where `podPriorityClassName` of the
workflow, or `priorityClassName` of a template, names it. One that stands beside workflows and is
named by none was probably meant for them.

```yaml bad
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: batch}
value: -100
---
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```

```yaml good
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: batch}
value: -100
---
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  podPriorityClassName: batch
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::unused_priority_class
