// Two things of one list with the same name.
#include <unordered_map>

#include "analyzer/context.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::duplicate_name {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kDuplicate{"{} `{}` is defined twice"};

/// The names seen so far in one list.
class Names {
public:
    Names(std::string_view noun, Context& context) : noun_(noun), context_(context) {}

    void add(const ir::Scalar* name) {
        // Two texts with tags may become different names.
        if (name == nullptr || name->text.empty() || name->text.find("{{") != name->text.npos) {
            return;
        }
        const auto [first, is_new] = seen_.try_emplace(name->text, name);
        if (is_new) return;
        context_.report(kDuplicate, name->span, noun_, name->text)
            .related(first->second->span, "first defined here")
            .help("give one of them another name");
    }

private:
    std::string_view noun_;
    Context& context_;
    std::unordered_map<std::string_view, const ir::Scalar*> seen_;
};

template <class List>
void add_all(const List& list, std::string_view noun, Context& context) {
    // Most lists have one element, which is no duplicate of anything.
    if (list.size() < 2) return;
    Names names(noun, context);
    for (const auto* element : list)
        names.add(element->name());
}

void check_spec(const wf::WorkflowSpec& spec, Context& context) {
    add_all(spec.templates(), "template", context);
    add_all(spec.volumes(), "volume", context);
}

void check_template(const wf::Template& at, Context& context) {
    add_all(at.volumes(), "volume", context);
    add_all(at.sidecars(), "sidecar", context);
    add_all(at.init_containers(), "init container", context);
    if (at.container_set() != nullptr) {
        add_all(at.container_set()->containers(), "container", context);
    }
    Names names("step", context);
    for (const ir::ListOf<wf::WorkflowStep> group : at.steps()) {
        for (const wf::WorkflowStep* step : group)
            names.add(step->name());
    }
}

void check_dag(const wf::DAGTemplate& dag, Context& context) {
    add_all(dag.tasks(), "task", context);
}

void check_arguments(const wf::Arguments& arguments, Context& context) {
    add_all(arguments.parameters(), "argument", context);
    add_all(arguments.artifacts(), "artifact argument", context);
}

void check_inputs(const wf::Inputs& inputs, Context& context) {
    add_all(inputs.parameters(), "input parameter", context);
    add_all(inputs.artifacts(), "input artifact", context);
}

void check_outputs(const wf::Outputs& outputs, Context& context) {
    add_all(outputs.parameters(), "output parameter", context);
    add_all(outputs.artifacts(), "output artifact", context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "two things of one list with the same name",
                 .doc = R"md(
Templates, steps, tasks, parameters, artifacts, containers and volumes are found by their names.
Argo or Kubernetes rejects a list in which a name occurs twice. Steps need names of their own
within the whole template, not only within their group.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: work, template: work}
    - - {name: work, template: work}
  - name: work
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
    steps:
    - - {name: build, template: work}
    - - {name: test, template: work}
  - name: work
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on<check_spec>(), on<check_template>(), on<check_dag>(),
                            on<check_arguments>(), on<check_inputs>(), on<check_outputs>()}};

} // namespace tiphys::rules::duplicate_name
