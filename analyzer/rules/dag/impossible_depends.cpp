// A `depends` that never holds.
#include <algorithm>
#include <array>

#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "compiler/expr/depends.h"

namespace tiphys::rules::impossible_depends {
namespace {
using namespace analyze;
using expr::ExprId;
using expr::ExprKind;

constexpr Message<std::string_view> kNever{"this never holds, so task `{}` never runs"};

/// Tasks in one `depends` up to which all combinations of their results are tried.
constexpr std::size_t kMostTasks = 5;

/// How a task can end. The two results of loops go with some of the others.
struct End {
    std::string_view result;
    bool any_succeeded = false;
    bool all_failed = false;
};
constexpr std::array<End, 9> kEnds{{{"Succeeded", false, false},
                                    {"Succeeded", true, false},
                                    {"Failed", false, false},
                                    {"Failed", true, false},
                                    {"Failed", false, true},
                                    {"Errored", false, false},
                                    {"Errored", true, false},
                                    {"Skipped", false, false},
                                    {"Omitted", false, false}}};
/// A daemon goes on while others start.
constexpr End kDaemoned{"Daemoned", false, false};

enum class Truth : std::uint8_t { kFalse, kTrue, kUnknown };

Truth truth(bool value) {
    return value ? Truth::kTrue : Truth::kFalse;
}

/// Whether an expanded `depends` holds when the tasks ended in a certain way.
class Evaluation {
public:
    Evaluation(const expr::Tree& tree, const std::vector<std::string>& tasks)
        : tree_(tree), tasks_(tasks), ends_(tasks.size(), &kEnds[0]) {}

    void set(std::size_t task, const End& end) { ends_[task] = &end; }

    Truth of(ExprId id) const {
        const expr::Expr& node = tree_.node(id);
        if (node.kind == ExprKind::kBool) return truth(node.integer != 0);
        if (node.kind == ExprKind::kMember) return of_member(id);
        if (node.kind == ExprKind::kBinary) return of_binary(id);
        const bool is_not = node.kind == ExprKind::kUnary && node.op == expr::Operator::kNot;
        return is_not ? negate(of(tree_.child(id, 0))) : Truth::kUnknown;
    }

private:
    static Truth negate(Truth value) {
        if (value == Truth::kUnknown) return value;
        return value == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
    }

    Truth of_binary(ExprId id) const {
        const expr::Operator op = tree_.node(id).op;
        const Truth left = of(tree_.child(id, 0));
        const Truth right = of(tree_.child(id, 1));
        if (left == Truth::kUnknown || right == Truth::kUnknown) return Truth::kUnknown;
        const bool a = left == Truth::kTrue;
        const bool b = right == Truth::kTrue;
        if (op == expr::Operator::kAnd) return truth(a && b);
        if (op == expr::Operator::kOr) return truth(a || b);
        if (op == expr::Operator::kEqual) return truth(a == b);
        if (op == expr::Operator::kNotEqual) return truth(a != b);
        return Truth::kUnknown;
    }

    Truth of_member(ExprId id) const {
        const ExprId object = tree_.child(id, 0);
        const ExprId key = tree_.child(id, 1);
        if (tree_.node(object).kind != ExprKind::kName) return Truth::kUnknown;
        const auto task = std::find(tasks_.begin(), tasks_.end(), tree_.text(object));
        if (task == tasks_.end()) return Truth::kUnknown;
        const End& end = *ends_[static_cast<std::size_t>(task - tasks_.begin())];
        const std::string& result = tree_.text(key);
        if (result == "AnySucceeded") return truth(end.any_succeeded);
        if (result == "AllFailed") return truth(end.all_failed);
        return truth(end.result == result);
    }

    const expr::Tree& tree_;
    const std::vector<std::string>& tasks_;
    std::vector<const End*> ends_;
};

/// Whether no combination of results makes the text true. Gives up, with false, where it finds
/// something that it does not understand.
bool never_holds(const expr::DependsLogic& logic, const std::vector<std::string>& tasks) {
    Evaluation evaluation(logic.parsed.tree, tasks);
    std::vector<std::size_t> chosen(tasks.size(), 0);
    for (;;) {
        for (std::size_t i = 0; i < tasks.size(); ++i)
            evaluation.set(i, chosen[i] < kEnds.size() ? kEnds[chosen[i]] : kDaemoned);
        if (evaluation.of(logic.parsed.root) != Truth::kFalse) return false;
        std::size_t at = 0;
        while (at < chosen.size() && ++chosen[at] > kEnds.size()) {
            chosen[at] = 0;
            ++at;
        }
        if (at == chosen.size()) return true;
    }
}

/// Names of tasks as the parsed text has them.
std::vector<std::string> names_in(const expr::DependsLogic& logic) {
    std::vector<std::string> names;
    for (const expr::DependsReference& reference : logic.references) {
        std::string name = reference.task;
        std::replace(name.begin(), name.end(), '-', '_');
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return names;
}

expr::ContinueOn continue_on(const front::FlowTemplate& dag, std::string_view task) {
    const front::FlowNode* node = dag.find_node(task);
    if (node == nullptr || node->continue_on == nullptr) return {};
    return {front::is_true(node->continue_on->error()),
            front::is_true(node->continue_on->failed())};
}

void check_task(const front::FlowTemplate& dag, const front::FlowNode& task, Context& context) {
    const std::string_view text = ir::text_of(task.depends);
    // One name alone always holds for some result.
    const bool is_formula = text.find_first_of("&!") != text.npos;
    if (!is_formula || front::has_tag(text)) return;
    const expr::DependsLogic logic = expr::parse_depends_logic(
        text, [&](std::string_view name) { return continue_on(dag, name); });
    if (!logic.parsed.ok()) return;
    const std::vector<std::string> tasks = names_in(logic);
    if (tasks.empty() || tasks.size() > kMostTasks || !never_holds(logic, tasks)) return;
    context.report(kNever, context.span_in(*task.depends, 0, text.size()), task.name_text())
        .note("a task ends in one way only: its results exclude each other")
        .help("join results of the same task with `||`");
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        for (const auto& each : flow->templates()) {
            if (each->kind != front::TemplateKind::kDag) continue;
            for (const front::FlowNode& task : each->nodes)
                check_task(*each, task, context);
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "conditions in `depends` that never hold",
                 .doc = R"md(
A task ends with one of `Succeeded`, `Failed`, `Errored`, `Skipped` and `Omitted` (or goes on as
`Daemoned`). A `depends` that asks for two of them at once is false whatever happens: Argo omits
the task in every run, and the workflow succeeds as if nothing were missing.

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
      - {name: test, template: work}
      - {name: report, template: work, depends: test.Failed && test.Errored}
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
      - {name: test, template: work}
      - {name: report, template: work, depends: test.Failed || test.Errored}
  - name: work
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::impossible_depends
