// Watches of objects and files whose conditions never hold.
#include "analyzer/edits.h"
#include "analyzer/events.h"

namespace tiphys::rules::watch_never_matches {
namespace {
using namespace analyze;

constexpr Message<> kNoOperation{"a condition on a field without `operation` never holds"};
constexpr Message<std::string_view> kOperation{"`{}` is for labels; on a field it never holds"};
constexpr Message<std::string_view> kAbsolute{"`{}` must be relative to `directory`"};
constexpr Message<std::string_view, std::string_view> kNoSlash{
    "`{}` is compared with what stands behind `{}`, and that begins with a slash"};

/// Argo: filterFields in pkg/eventsources/sources/resource/start.go.
void check_fields(const events::ResourceFilter& filter, Context& context) {
    for (const events::Selector* selector : ir::ListOf<events::Selector>(filter.field("fields"))) {
        const ir::Scalar* operation = selector->operation();
        if (operation == nullptr || operation->text.empty()) {
            if (!selector->unknown.empty()) continue;
            context.report(kNoOperation, selector->key_span_of("key"))
                .help("add `operation: \"==\"`");
            continue;
        }
        const std::string_view text = operation->text;
        if (text == "=" || text == "==" || text == "!=") continue;
        context.report(kOperation, operation->span, text)
            .help("use `==` or `!=`; `value` is a regular expression");
    }
}

/// Argo: WatchPathConfig.Validate in pkg/apis/events/v1alpha1/file_config.go, and listenEvents in
/// pkg/eventsources/sources/file/start.go.
void check_watch(const ir::Object& watch, Context& context) {
    const ir::Scalar* path = ir::scalar_as(watch.field("path"));
    const ir::Scalar* directory = ir::scalar_as(watch.field("directory"));
    if (path == nullptr || path->text.empty()) return;
    if (path->text.starts_with('/')) {
        context.report(kAbsolute, path->span, path->text)
            .help("leave out the folder; the controller refuses an absolute path here");
        return;
    }
    if (directory == nullptr || directory->text.empty() || directory->text.ends_with('/')) return;
    const std::string with_slash = std::string(directory->text) + "/";
    context.report(kNoSlash, path->span, path->text, directory->text)
        .related(directory->span, "without a slash at its end")
        .help("write `" + with_slash + "`")
        .safe_fix("write `" + with_slash + "`",
                  {replace_value(*directory, plain_or_quoted(with_slash))});
}
void check_files(const events::WatchPathConfig& watch, Context& context) {
    check_watch(watch, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "watches whose conditions never hold",
                 .doc = R"md(
A condition on a field of an object needs an `operation`, and only equality and its opposite work
there. The `path` of a watched file is compared with the rest of its whole path behind `directory`,
so that must end with a slash.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: files}
spec:
  file:
    arrived: {eventType: CREATE, watchPathConfig: {directory: /data/in, path: order.csv}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: files}
spec:
  file:
    arrived: {eventType: CREATE, watchPathConfig: {directory: /data/in/, path: order.csv}}
```
)md",
                 .checks = {on<check_fields>(), on<check_files>()}};

} // namespace tiphys::rules::watch_never_matches
