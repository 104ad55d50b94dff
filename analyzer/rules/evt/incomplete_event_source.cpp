// Sources that lack a setting which only some combinations need.
#include <array>

#include "analyzer/events.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::incomplete_event_source {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kLacks{"`{}` needs {}"};
constexpr Message<std::string_view, std::string_view> kNeeds{"`{}` does nothing without {}"};

/// At least one of the fields must be given. Argo: the validate.go of each folder below
/// pkg/eventsources/sources.
struct OneNeeded {
    schema::TypeId type;
    std::array<std::string_view, 3> fields;
    std::string_view words;
};
constexpr std::array kOneNeeded{
    OneNeeded{
        events::CalendarEventSource::kType, {"schedule", "interval"}, "`schedule` or `interval`"},
    OneNeeded{events::KafkaEventSource::kType,
              {"consumerGroup", "partition"},
              "`consumerGroup` or `partition`"},
    OneNeeded{events::PubSubEventSource::kType,
              {"topic", "subscriptionID"},
              "`topic` or `subscriptionID`"},
    OneNeeded{events::AzureQueueStorageEventSource::kType,
              {"connectionString", "storageAccountName"},
              "`connectionString` or `storageAccountName`"},
    OneNeeded{events::AzureServiceBusEventSource::kType,
              {"connectionString", "fullyQualifiedNamespace"},
              "`connectionString` or `fullyQualifiedNamespace`"},
    OneNeeded{events::HDFSEventSource::kType,
              {"hdfsUser", "krbCCacheSecret", "krbKeytabSecret"},
              "`hdfsUser`, `krbCCacheSecret` or `krbKeytabSecret`"},
    OneNeeded{events::GithubEventSource::kType,
              {"repositories", "organizations", "repository"},
              "`repositories` or `organizations`"},
    OneNeeded{
        events::BitbucketEventSource::kType, {"repositories", "repositorySlug"}, "`repositories`"},
};

/// Where the first field is given, the second one must be, too.
struct Companion {
    schema::TypeId type;
    std::string_view given;
    std::string_view needed;
};
constexpr std::array kCompanions{
    Companion{events::AzureServiceBusEventSource::kType, "topicName", "subscriptionName"},
    Companion{events::AzureServiceBusEventSource::kType, "subscriptionName", "topicName"},
    Companion{events::AzureEventsHubEventSource::kType, "sharedAccessKey", "sharedAccessKeyName"},
    Companion{events::AzureEventsHubEventSource::kType, "sharedAccessKeyName", "sharedAccessKey"},
    Companion{events::GithubEventSource::kType, "githubBaseURL", "githubUploadURL"},
    Companion{events::GithubEventSource::kType, "githubUploadURL", "githubBaseURL"},
    Companion{events::PubSubEventSource::kType, "topicProjectID", "topic"},
    Companion{events::RedisEventSource::kType, "password", "namespace"},
    Companion{events::StripeEventSource::kType, "createWebhook", "apiKey"},
    Companion{events::HDFSEventSource::kType, "krbKeytabSecret", "krbServicePrincipalName"},
    Companion{events::HDFSEventSource::kType, "krbKeytabSecret", "krbConfigConfigMap"},
    Companion{events::HDFSEventSource::kType, "krbKeytabSecret", "krbUsername"},
    Companion{events::HDFSEventSource::kType, "krbKeytabSecret", "krbRealm"},
    Companion{events::HDFSEventSource::kType, "krbCCacheSecret", "krbServicePrincipalName"},
    Companion{events::HDFSEventSource::kType, "krbCCacheSecret", "krbConfigConfigMap"},
};

bool is_given_and_true(const ir::Object& settings, std::string_view field) {
    const ir::Scalar* scalar = ir::scalar_as(settings.field(field));
    const bool is_bool = scalar != nullptr && scalar->scalar_type == ScalarType::kBool;
    return is_bool ? front::is_true(scalar) : is_given(settings, field);
}

bool is_any_given(const ir::Object& settings, const std::array<std::string_view, 3>& fields) {
    for (const std::string_view field : fields) {
        if (!field.empty() && is_given(settings, field)) return true;
    }
    return false;
}

/// Registers hooks itself, and so must know for which events.
/// Argo: NeedToCreateHooks and ShouldCreateWebhooks in eventsource_types.go.
void check_hook(const SourceEvent& event, Context& context) {
    const ir::Object& settings = *event.settings;
    bool has_sign_in = false;
    if (event.source_type == "github") {
        has_sign_in = is_given(settings, "apiToken") ||
                      value_at(&settings, {"githubApp", "privateKey"}) != nullptr;
    } else if (event.source_type == "bitbucket") {
        has_sign_in = value_at(&settings, {"auth", "oauthToken"}) != nullptr ||
                      value_at(&settings, {"auth", "basic"}) != nullptr;
    } else if (event.source_type == "bitbucketserver") {
        has_sign_in = is_given(settings, "accessToken") &&
                      (is_given(settings, "projects") || is_given(settings, "repositories") ||
                       is_given(settings, "repositorySlug"));
    } else {
        return;
    }
    if (!has_sign_in || text_at(&settings, {"webhook", "url"}).empty()) return;
    const ir::List* events = ir::list_as(settings.field("events"));
    if (events != nullptr && !events->items.empty()) return;
    context.report(kLacks, event.name_span, event.name, "`events`")
        .note("with credentials and `webhook.url` it registers the hook itself")
        .help("list the types of event that the hook is for");
}

void check_event(const SourceEvent& event, Context& context) {
    if (event.settings == nullptr) return;
    const ir::Object& settings = *event.settings;
    for (const OneNeeded& rule : kOneNeeded) {
        if (rule.type != settings.type->id || is_any_given(settings, rule.fields)) continue;
        // A misspelt field has a finding of its own.
        if (!settings.unknown.empty()) continue;
        context.report(kLacks, event.name_span, event.name, rule.words)
            .help("add it; the controller refuses the EventSource");
    }
    for (const Companion& rule : kCompanions) {
        if (rule.type != settings.type->id || is_given(settings, rule.needed)) continue;
        if (!is_given_and_true(settings, rule.given) || !settings.unknown.empty()) continue;
        context
            .report(kNeeds, settings.key_span_of(rule.given), rule.given,
                    "`" + std::string(rule.needed) + "`")
            .help("add it; the controller refuses the EventSource");
    }
    const ir::Scalar* queue = ir::scalar_as(settings.field("queue"));
    const bool is_empty_queue =
        event.source_type == "nats" && queue != nullptr && queue->text.empty();
    if (is_empty_queue) {
        context.report(kLacks, settings.key_span_of("queue"), "queue", "a name")
            .help("name the queue group, or leave the field out");
    }
    check_hook(event, context);
}

void check(const events::EventSource& source, Context& context) {
    for (const SourceEvent& event : events_of(source))
        check_event(event, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "sources that lack a setting which goes with another one",
                 .doc = R"md(
Some settings of a source are needed only together with others, or one of several is: a calendar has
a `schedule` or an `interval`, a Kafka source a consumer group or a partition, a topic of Azure's
Service Bus a subscription. The controller refuses the EventSource.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: streams}
spec:
  kafka:
    orders: {url: 'kafka:9092', topic: orders}
  redis:
    jobs:
      hostAddress: 'redis:6379'
      channels: [jobs]
      password: {name: redis, key: password}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: streams}
spec:
  kafka:
    orders: {url: 'kafka:9092', topic: orders, consumerGroup: {groupName: argo}}
  redis:
    jobs:
      hostAddress: 'redis:6379'
      channels: [jobs]
      namespace: redis
      password: {name: redis, key: password}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::incomplete_event_source
