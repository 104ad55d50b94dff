// Waits that are longer than the step may run.
#include <charconv>

#include "analyzer/durations.h"
#include "analyzer/facts.h"

namespace tiphys::rules::sleep_exceeds_deadline {
namespace {
using namespace analyze;

constexpr Message<std::string, std::string> kLonger{"it sleeps for {}, but may run for {} only"};

std::optional<std::int64_t> sleep_seconds(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number < 0 || number > 10'000'000) return std::nullopt;
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    if (unit.empty() || unit == "s") return number;
    if (unit == "m") return number * 60;
    if (unit == "h") return number * 3600;
    return std::nullopt;
}

void report(std::int64_t seconds, Span span, const wf::Template& source, Context& context) {
    const ir::Scalar* deadline = source.active_deadline_seconds();
    const auto most = integer_of(deadline);
    if (!most || *most <= 0 || seconds <= *most) return;
    context.report(kLonger, span, seconds_text(seconds), seconds_text(*most))
        .related(deadline->span, "the deadline");
}

void check(const ContainerView& container, Context& context) {
    const auto* source = context.enclosing<wf::Template>();
    if (source == nullptr || source->active_deadline_seconds() == nullptr) return;
    const std::vector<const ir::Scalar*> words = container.words();
    if (words.size() == 2 && words[0]->text == "sleep") {
        const auto seconds = sleep_seconds(words[1]->text);
        if (seconds) report(*seconds, words[1]->span, *source, context);
    }
    const ShellScript* found = context.facts().script(container);
    if (found == nullptr) return;
    for (const shell::Command& command : found->script.commands) {
        if (command.name() != "sleep" || command.words.size() != 2) continue;
        const shell::Word& word = command.words[1];
        const auto seconds = word.is_literal ? sleep_seconds(word.text) : std::nullopt;
        if (seconds) report(*seconds, found->span(word.range, context), *source, context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "waits that are longer than the step may run",
                 .doc = R"md(
A constant `sleep` that is longer than `activeDeadlineSeconds` of its template never ends: the pod is
killed before.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    activeDeadlineSeconds: 300
    script:
      image: alpine:3.20
      command: [sh, -e]
      source: |
        sleep 600
        make
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    activeDeadlineSeconds: 300
    script:
      image: alpine:3.20
      command: [sh, -e]
      source: |
        sleep 60
        make
```
)md",
                 .checks = on_containers<check>()};

} // namespace tiphys::rules::sleep_exceeds_deadline
