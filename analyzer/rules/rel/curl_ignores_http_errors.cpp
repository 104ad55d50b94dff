// Messages at the end that may not arrive.
#include <algorithm>

#include "analyzer/facts.h"

namespace tiphys::rules::curl_ignores_http_errors {
namespace {
using namespace analyze;

constexpr Message<> kIgnored{"`curl` succeeds here when the server answers with an error"};

bool has_fail_option(const shell::Command& command) {
    return std::any_of(command.words.begin(), command.words.end(), [](const shell::Word& word) {
        const std::string_view text = word.text;
        const bool is_cluster = text.starts_with("-") && !text.starts_with("--");
        return text.starts_with("--fail") || text == "-w" || text.starts_with("--write-out") ||
               text == "-K" || (is_cluster && text.find('f') != text.npos);
    });
}

void check_template(const wf::Template& source, Context& context) {
    for (const ContainerView& container : containers_of(source, false)) {
        const ShellScript* found = context.facts().script(container);
        if (found != nullptr) {
            for (const shell::Command& command : found->script.commands) {
                const bool is_plain = command.name() == "curl" && !command.is_captured;
                if (!is_plain || has_fail_option(command)) continue;
                context.report(kIgnored, found->span(command.words.front().range, context))
                    .help("add `-f` (`--fail-with-body`), and a `retryStrategy`");
            }
        }
        const std::vector<const ir::Scalar*> words = container.words();
        if (words.empty() || words.front()->text != "curl") continue;
        const bool has_option = std::any_of(words.begin(), words.end(), [](const ir::Scalar* word) {
            const bool is_cluster = word->text.starts_with("-") && !word->text.starts_with("--");
            return word->text.starts_with("--fail") ||
                   (is_cluster && word->text.find('f') != word->text.npos);
        });
        if (has_option) continue;
        context.report(kIgnored, words.front()->span)
            .help("add `-f` (`--fail-with-body`), and a `retryStrategy`");
    }
}

/// The templates of the workflow that its exit handlers run, through steps and tasks.
std::vector<const front::FlowTemplate*> handlers_of(const front::Flow& flow, Context& context) {
    std::vector<const front::FlowTemplate*> found;
    const auto add = [&](const front::Callee& callee) {
        const front::FlowTemplate* target = context.facts().flows().target_of(callee);
        const bool is_own = target != nullptr && flow.find(*target->source) == target;
        if (is_own && std::find(found.begin(), found.end(), target) == found.end()) {
            found.push_back(target);
        }
    };
    for (const front::FlowHook& hook : flow.hooks()) {
        if (hook.is_on_exit) add(hook.callee);
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
        const front::FlowTemplate& caller = *found[i];
        for (const front::FlowNode& node : caller.nodes)
            add(node.callee);
    }
    return found;
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        for (const front::FlowTemplate* handler : handlers_of(*flow, context))
            check_template(*handler->source, context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "exit handlers that take an HTTP error for success",
                 .doc = R"md(
`curl` ends with zero whatever the server answers, unless it is told otherwise. An exit handler that
opens a ticket or sends a message is then green although nothing arrived, and nobody looks.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  onExit: tell
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
  - name: tell
    container: {image: 'curlimages/curl:8.9.1', command: [sh, -c], args: ['curl -s -X POST https://hooks.example.com/a']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  onExit: tell
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
  - name: tell
    container: {image: 'curlimages/curl:8.9.1', command: [sh, -c], args: ['curl -fsS -X POST https://hooks.example.com/a']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::curl_ignores_http_errors
