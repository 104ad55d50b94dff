// Steps that cannot be done twice, but are tried again.
#include <algorithm>

#include "analyzer/facts.h"

namespace tiphys::rules::retry_non_idempotent {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kTwice{
    "`{}` is done again by a retry, although it may have been done already"};

std::string_view word(const shell::Command& command, std::size_t i) {
    return i < command.words.size() ? std::string_view(command.words[i].text) : "";
}

bool has_word(const shell::Command& command, std::string_view text) {
    return std::any_of(command.words.begin(), command.words.end(),
                       [&](const shell::Word& each) { return each.text == text; });
}

/// What a command does that must not be done twice; empty where it can be.
std::string_view once_only(const shell::Command& command) {
    const std::string_view name = command.name();
    if (name == "kubectl" && word(command, 1) == "create" &&
        !has_word(command, "--dry-run=client")) {
        return "kubectl create";
    }
    if (name == "curl") {
        for (std::size_t i = 1; i < command.words.size(); ++i) {
            const bool is_method = word(command, i) == "-X" || word(command, i) == "--request";
            if (is_method && word(command, i + 1) == "POST") return "curl -X POST";
            if (word(command, i) == "-XPOST") return "curl -X POST";
        }
    }
    const bool is_sql = name == "psql" || name == "mysql" || name == "sqlite3";
    if (!is_sql) return {};
    for (const shell::Word& each : command.words) {
        const bool inserts = each.text.find("INSERT INTO") != std::string::npos ||
                             each.text.find("insert into") != std::string::npos;
        const bool is_safe = each.text.find("ON CONFLICT") != std::string::npos ||
                             each.text.find("on conflict") != std::string::npos;
        if (inserts && !is_safe) return "INSERT INTO";
    }
    return {};
}

void check(const ContainerView& container, Context& context) {
    const auto* source = context.enclosing<wf::Template>();
    if (source == nullptr || source->retry_strategy() == nullptr) return;
    if (ir::text_of(source->retry_strategy()->limit()) == "0") return;
    const ShellScript* found = context.facts().script(container);
    if (found == nullptr) return;
    for (const shell::Command& command : found->script.commands) {
        const std::string_view what = once_only(command);
        if (what.empty()) continue;
        context.report(kTwice, found->span(command.words.front().range, context), what)
            .related(source->key_span_of("retryStrategy"), "it is tried again by this")
            .help("make it repeatable (`kubectl apply`, an idempotency key, `ON CONFLICT`), or put "
                  "it into a step of its own without retries");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "steps that cannot be done twice but are tried again",
                 .doc = R"md(
An attempt may fail after its work was done: the answer got lost, a later command failed, the node
went away. The retry does it again. `kubectl create` then fails for ever, a second `POST` opens a
second ticket, a second `INSERT` makes a second row.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    retryStrategy: {limit: 3, backoff: {duration: 10s}}
    script:
      image: bitnami/kubectl:1.30
      command: [sh, -e]
      source: |
        kubectl create -f /data/job.yaml
        kubectl wait --for=condition=complete job/a
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    retryStrategy: {limit: 3, backoff: {duration: 10s}}
    script:
      image: bitnami/kubectl:1.30
      command: [sh, -e]
      source: |
        kubectl apply -f /data/job.yaml
        kubectl wait --for=condition=complete job/a
```
)md",
                 .checks = on_containers<check>()};

} // namespace tiphys::rules::retry_non_idempotent
