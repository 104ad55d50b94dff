// Tasks of a DAG, or containers of a set, that wait for each other.
#include <algorithm>

#include "analyzer/context.h"
#include "analyzer/facts.h"

namespace tiphys::rules::dag_cycle {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kSelf{"{} `{}` waits for itself"};
constexpr Message<std::string_view, std::string_view, std::string_view> kCycle{
    "{} `{}` waits for {}"};

/// One waiting: where it is written, and for which node.
struct Edge {
    Span span;
    std::uint32_t to = 0;
};
struct Graph {
    std::string_view noun;
    std::vector<std::string_view> names;
    std::vector<std::vector<Edge>> edges;
};

/// Depth-first search; each edge that leads back into the current path closes a cycle.
class Search {
public:
    Search(const Graph& graph, Context& context)
        : graph_(graph), context_(context), states_(graph.names.size(), State::kNew) {}

    void run() {
        for (std::uint32_t i = 0; i < graph_.names.size(); ++i)
            visit_from(i);
    }

private:
    enum class State : std::uint8_t { kNew, kOnPath, kDone };
    struct Step {
        std::uint32_t node = 0;
        std::size_t next_edge = 0;
    };

    void visit_from(std::uint32_t start) {
        if (states_[start] != State::kNew) return;
        states_[start] = State::kOnPath;
        path_.push_back({start, 0});
        while (!path_.empty()) {
            Step& at = path_.back();
            const std::vector<Edge>& edges = graph_.edges[at.node];
            if (at.next_edge == edges.size()) {
                states_[at.node] = State::kDone;
                path_.pop_back();
                continue;
            }
            const std::uint32_t to = edges[at.next_edge++].to;
            if (states_[to] == State::kOnPath) report(to);
            if (states_[to] != State::kNew) continue;
            states_[to] = State::kOnPath;
            path_.push_back({to, 0});
        }
    }

    /// The cycle is the end of the path from `first` on; it is told from its first task on.
    void report(std::uint32_t first) {
        const auto begin = std::find_if(path_.begin(), path_.end(),
                                        [&](const Step& step) { return step.node == first; });
        std::vector<Step> cycle(begin, path_.end());
        const auto earliest =
            std::min_element(cycle.begin(), cycle.end(),
                             [](const Step& a, const Step& b) { return a.node < b.node; });
        std::rotate(cycle.begin(), earliest, cycle.end());
        const auto edge_of = [&](const Step& step) {
            return graph_.edges[step.node][step.next_edge - 1];
        };
        const std::string_view name = graph_.names[cycle.front().node];
        const Span span = edge_of(cycle.front()).span;
        if (cycle.size() == 1) {
            context_.report(kSelf, span, graph_.noun, name);
            return;
        }
        std::string others;
        for (const Step& step : cycle) {
            if (!others.empty()) others += ", which waits for ";
            others.append("`").append(graph_.names[edge_of(step).to]).append("`");
        }
        Finding finding = context_.report(kCycle, span, graph_.noun, name, others);
        for (std::size_t i = 1; i < cycle.size(); ++i) {
            const Edge& edge = edge_of(cycle[i]);
            finding.related(edge.span, "`" + std::string(graph_.names[cycle[i].node]) +
                                           "` waits for `" + std::string(graph_.names[edge.to]) +
                                           "`");
        }
        finding.help("none of them can start; take out one of these dependencies");
    }

    const Graph& graph_;
    Context& context_;
    std::vector<State> states_;
    std::vector<Step> path_;
};

Graph graph_of(const front::FlowTemplate& dag, Context& context) {
    const front::DagGraph& tasks = context.facts().dag(dag);
    Graph graph{"task", {}, std::vector<std::vector<Edge>>(dag.nodes.size())};
    for (const front::FlowNode& task : dag.nodes) {
        graph.names.push_back(task.name_text());
        for (const front::Dependency& dependency : tasks.dependencies_of(task)) {
            if (dependency.node == nullptr) continue;
            const Span span = context.span_in(*dependency.scalar, dependency.task_begin,
                                              dependency.task_begin + dependency.task.size());
            graph.edges[task.index].push_back({span, dependency.node->index});
        }
    }
    return graph;
}

/// Whether any task waits for one that is written after it: without that there is no cycle, and no
/// need for spans.
bool may_have_cycle(const front::FlowTemplate& dag, Context& context) {
    const front::DagGraph& tasks = context.facts().dag(dag);
    return std::any_of(dag.nodes.begin(), dag.nodes.end(),
                       [&](const front::FlowNode& task) { return tasks.is_ancestor(task, task); });
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        for (const auto& each : flow->templates()) {
            if (each->kind != front::TemplateKind::kDag || !may_have_cycle(*each, context)) {
                continue;
            }
            const Graph graph = graph_of(*each, context);
            Search(graph, context).run();
        }
    }
}

void check_containers(const wf::ContainerSetTemplate& set, Context& context) {
    Graph graph{"container", {}, {}};
    for (const wf::ContainerNode* container : set.containers())
        graph.names.push_back(ir::text_of(container->name()));
    for (const wf::ContainerNode* container : set.containers()) {
        std::vector<Edge>& edges = graph.edges.emplace_back();
        for (const ir::Scalar* name : container->dependencies()) {
            const auto found = std::find(graph.names.begin(), graph.names.end(), name->text);
            if (found == graph.names.end()) continue;
            edges.push_back({context.span_in(*name, 0, name->text.size()),
                             static_cast<std::uint32_t>(found - graph.names.begin())});
        }
    }
    Search(graph, context).run();
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "tasks of a DAG that wait for each other",
                 .doc = R"md(
A task starts when all tasks are done that it names in `depends` or `dependencies`. Tasks that
wait for each other, be it through others, never start: Argo rejects the template. The same holds
for the containers of a `containerSet`.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    dag:
      tasks:
      - {name: build, template: work, depends: test}
      - {name: test, template: work, depends: build}
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
    dag:
      tasks:
      - {name: build, template: work}
      - {name: test, template: work, depends: build}
  - name: work
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on_document(check), on<check_containers>()}};

} // namespace tiphys::rules::dag_cycle
