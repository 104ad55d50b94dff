// Numbers of servers of an event bus that do not work, or lose events.
#include <charconv>

#include "analyzer/embedded.h"
#include "analyzer/events.h"

namespace tiphys::rules::eventbus_replicas {
namespace {
using namespace analyze;

constexpr Message<std::int64_t> kRefused{"a JetStream bus cannot have {} servers"};
constexpr Message<std::int64_t, std::int64_t> kStream{
    "the stream is to have {} copies, on a number of servers of {}"};
constexpr Message<> kSingle{"a bus of one server stops with it"};
constexpr Message<std::int64_t> kRaised{"{} servers become three"};

std::optional<std::int64_t> number_of(const ir::Scalar* scalar) {
    if (scalar == nullptr || scalar->scalar_type != ScalarType::kInt) return std::nullopt;
    std::int64_t number = 0;
    const char* end = scalar->text.data() + scalar->text.size();
    const auto parsed = std::from_chars(scalar->text.data(), end, number);
    if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
    return number;
}

struct StreamCopies {
    std::int64_t number = 3; ///< the default of the controller's configuration
    std::optional<Span> span;
};

/// `replicas` in the YAML of `streamConfig`; its keys have no letter case.
StreamCopies stream_copies(const events::JetStreamBus& bus, const Context& context) {
    StreamCopies copies;
    if (bus.stream_config() == nullptr) return copies;
    const EmbeddedYaml yaml(*bus.stream_config(), context);
    for (const doc::Tree& tree : yaml.documents()) {
        if (tree.root == doc::NodeId::kNone || tree.node(tree.root).kind != doc::NodeKind::kMapping)
            continue;
        const doc::NodeId value = child_of(tree, tree.root, "replicas");
        if (value == doc::NodeId::kNone) continue;
        const std::string_view text = tree.node(value).text;
        std::from_chars(text.data(), text.data() + text.size(), copies.number);
        copies.span = yaml.place(tree.span_of(value));
    }
    return copies;
}

/// Argo: ValidateEventBus in pkg/reconciler/eventbus/validate.go; the stream is made by the first
/// client with the copies of the configuration (pkg/eventbus/jetstream/base/jetstream.go).
void check_jetstream(const events::JetStreamBus& bus, Context& context) {
    const std::int64_t servers = number_of(bus.replicas()).value_or(3);
    const Span span = bus.replicas() == nullptr ? context.headline() : bus.replicas()->span;
    if (servers == 2 || servers <= 0) {
        context.report(kRefused, span, servers)
            .help("write 1, or 3 and more; the controller refuses other numbers");
        return;
    }
    const StreamCopies copies = stream_copies(bus, context);
    if (copies.number > servers) {
        Finding finding =
            context.report(kStream, copies.span.value_or(span), copies.number, servers);
        if (copies.span) finding.related(span, "the servers");
        finding.help("write `replicas: " + std::to_string(servers) +
                     "` into `streamConfig`; no stream can be made otherwise");
        // The controller's own configuration may say another default.
        if (!copies.span) finding.severity(Severity::kWarning);
    } else if (servers == 1) {
        context.report(kSingle, span)
            .severity(Severity::kWarning)
            .help("use 3 servers where events must not be lost");
    }
}

/// Argo: buildStatefulSetSpec in pkg/reconciler/eventbus/installer/nats.go.
void check_streaming(const events::NativeStrategy& bus, Context& context) {
    const std::optional<std::int64_t> servers = number_of(bus.replicas());
    if (!servers || *servers >= 3) return;
    context.report(kRaised, bus.replicas()->span, *servers)
        .severity(Severity::kInfo)
        .help("write 3: fewer are never started");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "event buses with a number of servers that does not work",
                 .doc = R"md(
A JetStream bus has one server, or three and more. The stream on it has three copies unless
`streamConfig` says otherwise, and cannot be made with more copies than servers: a bus of one server
needs `replicas: 1` there, too. Even then it stops, and may lose events, with its only pod.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventBus
metadata: {name: default}
spec:
  jetstream: {version: 2.10.29, replicas: 2}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: EventBus
metadata: {name: default}
spec:
  jetstream: {version: 2.10.29, replicas: 3}
```
)md",
                 .checks = {on<check_jetstream>(), on<check_streaming>()}};

} // namespace tiphys::rules::eventbus_replicas
