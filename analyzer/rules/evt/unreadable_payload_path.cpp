// Paths into an event's data that its source does not have.
#include <algorithm>
#include <array>

#include "analyzer/events.h"
#include "analyzer/suggest.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::unreadable_payload_path {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kNoField{"events of `{}` have no `{}`"};
constexpr Message<std::string_view> kBase64{
    "without `jsonBody` the `{}` is a text, and has no parts"};

/// The top of the data of each kind of source.
/// Argo: pkg/eventsources/events/event-data.go.
struct Payload {
    std::string_view source_type;
    std::array<std::string_view, 14> fields;
    bool has_json_body = false; ///< `jsonBody` decides what `body` is
};
constexpr std::array kPayloads{
    Payload{"webhook", {"header", "body"}},
    Payload{"github", {"headers", "body"}},
    Payload{"gitlab", {"headers", "body"}},
    Payload{"bitbucket", {"headers", "body"}},
    Payload{"bitbucketserver", {"headers", "body"}},
    Payload{"gerrit", {"headers", "body"}},
    Payload{"stripe", {"event"}},
    Payload{"storageGrid", {"notification"}},
    Payload{"sns", {"header", "body"}},
    Payload{"sqs", {"messageId", "messageAttributes", "body"}, true},
    Payload{"mns", {"messageId", "body"}, true},
    Payload{"azureQueueStorage", {"messageID", "insertionTime", "body"}, true},
    Payload{"azureEventsHub", {"id", "partitionKey", "body"}},
    Payload{"azureServiceBus",
            {"applicationProperties", "body", "contentType", "correlationID", "enqueuedTime",
             "messageID", "replyTo", "sequenceNumber", "subject"},
            true},
    Payload{"calendar", {"eventTime"}},
    Payload{"file", {"name", "op"}},
    Payload{"sftp", {"name", "op"}},
    Payload{"hdfs", {"name", "op"}},
    Payload{"resource", {"type", "body", "oldBody", "group", "version", "resource"}},
    Payload{"minio", {"notification"}},
    Payload{"amqp",
            {"contentType", "contentEncoding", "deliveryMode", "priority", "correlationId",
             "replyTo", "expiration", "messageId", "timestamp", "type", "appId", "exchange",
             "routingKey", "body"},
            true},
    Payload{"kafka", {"topic", "key", "partition", "body", "timestamp", "headers"}, true},
    Payload{"mqtt", {"topic", "messageId", "body"}, true},
    Payload{"nats", {"subject", "body", "header"}, true},
    Payload{"nsq", {"body", "timestamp", "nsqdAddress"}, true},
    Payload{"emitter", {"topic", "body"}, true},
    Payload{"redis", {"channel", "pattern", "body"}, true},
    Payload{"redisStream", {"stream", "message_id", "values"}},
    Payload{"pulsar", {"key", "publishTime", "body"}, true},
    Payload{"pubSub", {"id", "body", "attributes", "publishTime"}, true},
    Payload{"generic", {"body"}, true},
};

const Payload* payload_of(std::string_view source_type) {
    const auto* found = std::find_if(kPayloads.begin(), kPayloads.end(), [&](const Payload& entry) {
        return entry.source_type == source_type;
    });
    return found == kPayloads.end() ? nullptr : found;
}

std::vector<std::string_view> names_of(const Payload& payload) {
    std::vector<std::string_view> names;
    for (const std::string_view field : payload.fields) {
        if (!field.empty()) names.push_back(field);
    }
    names.push_back("metadata");
    return names;
}

/// The event whose data a path reads, where its form is certain.
std::optional<SourceEvent> plain_event(const events::EventDependency& dependency,
                                       Context& context) {
    // A transformation makes data of any form.
    if (dependency.transform() != nullptr) return std::nullopt;
    const FoundSource found =
        find_event_source(context, ir::text_of(dependency.event_source_name()));
    if (!found.is_only_one) return std::nullopt;
    return find_event(context, dependency);
}

void check_path(const ir::Scalar* path, const events::EventDependency& dependency,
                Context& context) {
    if (path == nullptr || path->text.empty()) return;
    const std::optional<SourceEvent> event = plain_event(dependency, context);
    if (!event || event->settings == nullptr) return;
    const Payload* payload = payload_of(event->source_type);
    if (payload == nullptr) return;
    const std::size_t end = std::min(path->text.find_first_of(".|"), path->text.size());
    const std::string_view first = path->text.substr(0, end);
    if (first.empty() || first.find_first_of("#*?@\\!{[") != first.npos) return;
    const std::vector<std::string_view> names = names_of(*payload);
    const Span span = context.span_in(*path, 0, end);
    if (std::find(names.begin(), names.end(), first) == names.end()) {
        Finding finding = context.report(kNoField, span, event->source_type, first);
        finding.related(event->name_span, "the event");
        if (first == "$" && end < path->text.size()) {
            const std::string rest(path->text.substr(end + 1));
            finding.help("paths have no root sign: write `" + rest + "`")
                .unsafe_fix("write `" + rest + "`", {{context.span_in(*path, 0, end + 1), ""}});
            return;
        }
        suggest(finding, span, first, names, "the data of these events has");
        return;
    }
    const bool is_body = first == "body" && end < path->text.size();
    const bool is_encoded = payload->has_json_body &&
                            !front::is_true(ir::scalar_as(event->settings->field("jsonBody"))) &&
                            event->settings->field("schemaRegistry") == nullptr;
    const std::string_view rest = path->text.substr(end);
    // A modifier may decode it.
    if (!is_body || !is_encoded || rest.find('@') != rest.npos) return;
    context.report(kBase64, span, first)
        .related(event->name_span, "the event")
        .help("add `jsonBody: true` to the event source, where the messages are JSON");
}

void check_filters(const events::EventDependency& dependency, Context& context) {
    const events::EventDependencyFilter* filters = dependency.filters();
    if (filters == nullptr) return;
    for (const events::DataFilter* filter : filters->data())
        check_path(filter->path(), dependency, context);
    for (const events::ExprFilter* filter : filters->exprs()) {
        for (const events::PayloadField* field :
             ir::ListOf<events::PayloadField>(filter->field("fields")))
            check_path(field->path(), dependency, context);
    }
}

void check_parameter(const events::TriggerParameterSource& source, Context& context) {
    const auto* spec = context.enclosing<events::SensorSpec>();
    if (spec == nullptr || is_rewritten(context.enclosing<events::Trigger>(), "dataKey")) return;
    const events::EventDependency* dependency =
        find_dependency(*spec, ir::text_of(source.dependency_name()));
    if (dependency != nullptr) check_path(source.data_key(), *dependency, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "paths into an event's data that it does not have",
                 .doc = R"md(
Each kind of source has data of its own form: a webhook has `header` and `body`, GitHub `headers` and
`body`, a bucket `notification`. A filter on another path discards every event; a parameter falls back
to its `value` or fails. The body of a queue's message is text in base64, unless `jsonBody: true` says
that it is JSON.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: queue}
spec:
  sqs:
    jobs: {region: eu-west-1, queue: jobs}
---
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-job}
spec:
  dependencies:
  - name: job
    eventSourceName: queue
    eventName: jobs
    filters:
      data: [{path: body.kind, type: string, value: [^build$]}]
  triggers:
  - template: {name: log, log: {}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: queue}
spec:
  sqs:
    jobs: {region: eu-west-1, queue: jobs, jsonBody: true}
---
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-job}
spec:
  dependencies:
  - name: job
    eventSourceName: queue
    eventName: jobs
    filters:
      data: [{path: body.kind, type: string, value: [^build$]}]
  triggers:
  - template: {name: log, log: {}}
```
)md",
                 .checks = {on<check_filters>(), on<check_parameter>()}};

} // namespace tiphys::rules::unreadable_payload_path
