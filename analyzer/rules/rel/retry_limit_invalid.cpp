// Limits of retries that are no number: the controller fails the node when it first needs one.
// Argo: workflow/controller/operator.go, processNodeRetries.
#include <charconv>
#include <optional>

#include "analyzer/context.h"
#include "analyzer/edits.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::retry_limit_invalid {
namespace {

using namespace analyze;

constexpr Message<std::string_view> kNoNumber{"`{}` is no number of retries"};
constexpr Message<std::string_view> kNegative{
    "a limit of {} retries is negative: the node fails without being tried again"};

std::optional<std::int64_t> integer_of(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

void check_limit(const ir::Scalar* limit, Context& context) {
    if (limit == nullptr || front::has_tag(limit->text)) return;
    const auto number = integer_of(limit->text);
    if (number && *number >= 0) return;
    if (number) {
        context.report(kNegative, limit->span, limit->text)
            .help("write 0 for no retry, or leave `limit` out for as many as it takes");
        return;
    }
    context.report(kNoNumber, limit->span, limit->text)
        .help("write a whole number like `3`, or a tag that gives one");
}

void check(const wf::RetryStrategy& retry, Context& context) {
    check_limit(retry.limit(), context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "limits of retries that are no whole number",
                 .doc = R"md(
The limit is a whole number, or a text that holds one, so that a tag can stand there. Anything else
passes `argo lint`; the node then ends with an error at run time instead of being tried again.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  templates:
    - name: main
      retryStrategy: {limit: three}
      container: {image: 'alpine:3.20', command: [echo, hello]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  arguments:
    parameters:
      - name: retries
        value: "3"
  templates:
    - name: main
      retryStrategy: {limit: "{{workflow.parameters.retries}}", backoff: {duration: 10s}}
      container: {image: 'alpine:3.20', command: [echo, hello]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::retry_limit_invalid
