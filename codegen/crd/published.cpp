// Facts of Argo's published definitions that the schema tables do not hold.

#include "codegen/crd/published.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace tiphys::codegen::published {
namespace {

using Text = std::string_view;
using Pair = std::pair<Text, Text>;

constexpr std::array kNames = {
    Names{"ClusterWorkflowTemplate", "clusterworkflowtemplates", "clusterwftmpl cwft", false, true},
    Names{"CronWorkflow", "cronworkflows", "cwf cronwf", false, true},
    Names{"EventBus", "eventbus", "eb", true, false},
    Names{"EventSource", "eventsources", "es", true, false},
    Names{"Sensor", "sensors", "sn", true, false},
    Names{"WorkflowArtifactGCTask", "workflowartifactgctasks", "wfat", true, false},
    Names{"WorkflowEventBinding", "workfloweventbindings", "wfeb", false, false},
    Names{"Workflow", "workflows", "wf", false, true},
    Names{"WorkflowTaskResult", "workflowtaskresults", "", false, false},
    Names{"WorkflowTaskSet", "workflowtasksets", "wfts", true, true},
    Names{"WorkflowTemplate", "workflowtemplates", "wftmpl", false, true},
};

constexpr std::array kConditions = {
    Condition{"workflow.DAGTask", "cannot use both 'depends' and 'dependencies'",
              "!has(self.depends) || !has(self.dependencies)"},
    Condition{"workflow.DAGTask", "cannot use 'continueOn' when using 'depends'",
              "!has(self.depends) || !has(self.continueOn)"},
    Condition{"workflow.DAGTask",
              "task name cannot begin with a digit when using 'depends' or 'dependencies'",
              "!(has(self.depends) || has(self.dependencies)) || !self.name.matches('^[0-9]')"},
    Condition{"workflow.Gauge", "'resourcesDuration.*' metrics cannot be used in real-time gauges",
              "!has(self.realtime) || !self.realtime || "
              "!self.value.contains('resourcesDuration.')"},
    Condition{"workflow.ResourceTemplate", "only one of manifest or manifestFrom can be specified",
              "!has(self.manifest) || !has(self.manifestFrom)"},
    Condition{"workflow.Sequence", "only one of count or end can be defined",
              "!(has(self.count) && has(self.end))"},
    Condition{"workflow.WorkflowSpec.templates",
              "timeout cannot be applied to steps or dag templates",
              "self.all(t, !(has(t.timeout) && t.timeout != \"\" && (has(t.steps) || "
              "has(t.dag))))"},
    Condition{"workflow.WorkflowSpec.templates",
              "activeDeadlineSeconds is only valid for leaf templates",
              "self.all(t, !(has(t.activeDeadlineSeconds) && (has(t.steps) || has(t.dag))))"},
};

constexpr std::array<Text, 10> kEnumerations = {
    "workflow.ArtifactGC.strategy",
    "workflow.CronWorkflowSpec.concurrencyPolicy",
    "workflow.Gauge.operation",
    "workflow.PodGC.strategy",
    "workflow.ResourceTemplate.action",
    "workflow.ResourceTemplate.mergeStrategy",
    "workflow.RetryStrategy.retryPolicy",
    "workflow.S3Artifact.addressingStyle",
    "workflow.S3ArtifactRepository.addressingStyle",
    "workflow.WorkflowLevelArtifactGC.strategy",
};

constexpr std::array<Text, 5> kRanges = {"workflow.Artifact.mode", "workflow.ArtifactPaths.mode",
                                         "workflow.CronWorkflowSpec.startingDeadlineSeconds",
                                         "workflow.Template.parallelism",
                                         "workflow.WorkflowSpec.parallelism"};

constexpr std::array<Text, 4> kContents = {"workflow.Counter.value", "workflow.Gauge.value",
                                           "workflow.Histogram.value", "workflow.Prometheus.help"};

/// Go's int64; other integers are int32.
constexpr std::array<Text, 20> kLongIntegers = {
    "k8s.PodSecurityContext.fsGroup",
    "k8s.PodSecurityContext.runAsGroup",
    "k8s.PodSecurityContext.runAsUser",
    "k8s.PodSecurityContext.supplementalGroups",
    "k8s.Probe.terminationGracePeriodSeconds",
    "k8s.SecurityContext.runAsGroup",
    "k8s.SecurityContext.runAsUser",
    "k8s.ServiceAccountTokenProjection.expirationSeconds",
    "k8s.SleepAction.seconds",
    "k8s.Toleration.tolerationSeconds",
    "workflow.CronWorkflowSpec.startingDeadlineSeconds",
    "workflow.CronWorkflowStatus.failed",
    "workflow.CronWorkflowStatus.succeeded",
    "workflow.GitArtifact.depth",
    "workflow.HTTP.timeoutSeconds",
    "workflow.NodeStatus.resourcesDuration",
    "workflow.Template.parallelism",
    "workflow.WorkflowSpec.activeDeadlineSeconds",
    "workflow.WorkflowSpec.parallelism",
    "workflow.WorkflowStatus.resourcesDuration",
};

/// Go's int.
constexpr std::array<Text, 2> kPlainIntegers = {"workflow.NodeStatus.estimatedDuration",
                                                "workflow.WorkflowStatus.estimatedDuration"};

constexpr std::array kDefaults = {
    Pair{"k8s.AzureDiskVolumeSource.fsType", R"("ext4")"},
    Pair{"k8s.AzureDiskVolumeSource.readOnly", "false"},
    Pair{"k8s.ConfigMapEnvSource.name", R"("")"},
    Pair{"k8s.ConfigMapKeySelector.name", R"("")"},
    Pair{"k8s.ConfigMapProjection.name", R"("")"},
    Pair{"k8s.ConfigMapReference.name", R"("")"},
    Pair{"k8s.ConfigMapVolumeSource.name", R"("")"},
    Pair{"k8s.ContainerPort.protocol", R"("TCP")"},
    Pair{"k8s.FileKeySelector.optional", "false"},
    Pair{"k8s.GRPCAction.service", R"("")"},
    Pair{"k8s.ISCSIVolumeSource.iscsiInterface", R"("default")"},
    Pair{"k8s.LocalObjectReference.name", R"("")"},
    Pair{"k8s.RBDVolumeSource.keyring", R"("/etc/ceph/keyring")"},
    Pair{"k8s.RBDVolumeSource.pool", R"("rbd")"},
    Pair{"k8s.RBDVolumeSource.user", R"("admin")"},
    Pair{"k8s.ScaleIOVolumeSource.fsType", R"("xfs")"},
    Pair{"k8s.ScaleIOVolumeSource.storageMode", R"("ThinProvisioned")"},
    Pair{"k8s.SecretEnvSource.name", R"("")"},
    Pair{"k8s.SecretKeySelector.name", R"("")"},
    Pair{"k8s.SecretProjection.name", R"("")"},
};

constexpr std::array<Text, 13> kOpen = {
    "workflow.DAGTask.inline",
    "workflow.DAGTask.withItems",
    "workflow.WorkflowStep.inline",
    "workflow.WorkflowStep.withItems",
    "workflow.Template.plugin",
    "workflow.WorkflowStatus.storedTemplates",
    "workflow.WorkflowStatus.storedWorkflowTemplateSpec",
    "events.EventBus.spec",
    "events.EventBus.status",
    "events.EventSource.spec",
    "events.EventSource.status",
    "events.Sensor.spec",
    "events.Sensor.status",
};

/// Metadata that objects within others cannot have.
constexpr std::array<Text, 9> kUnknownMetadata = {"creationTimestamp",
                                                  "deletionGracePeriodSeconds",
                                                  "deletionTimestamp",
                                                  "generation",
                                                  "managedFields",
                                                  "ownerReferences",
                                                  "resourceVersion",
                                                  "selfLink",
                                                  "uid"};

constexpr std::array<Text, 17> kAtomic = {
    "k8s.ConfigMapEnvSource",    "k8s.ConfigMapKeySelector",     "k8s.ConfigMapProjection",
    "k8s.ConfigMapReference",    "k8s.ConfigMapVolumeSource",    "k8s.FileKeySelector",
    "k8s.LabelSelector",         "k8s.LocalObjectReference",     "k8s.NodeSelector",
    "k8s.NodeSelectorTerm",      "k8s.ObjectFieldSelector",      "k8s.ObjectReference",
    "k8s.ResourceFieldSelector", "k8s.SecretEnvSource",          "k8s.SecretKeySelector",
    "k8s.SecretProjection",      "k8s.TypedLocalObjectReference"};

constexpr std::array kRequired = {
    Pair{"k8s.ConfigMapReference", ""},
    Pair{"k8s.Container", "name"},
    Pair{"k8s.EphemeralVolumeSource", ""},
    Pair{"k8s.HTTPHeader", "name value"},
    Pair{"k8s.ModifyVolumeStatus", "status"},
    Pair{"k8s.PersistentVolumeClaimCondition", "status type"},
    Pair{"k8s.PersistentVolumeClaimSpec", ""},
    Pair{"k8s.Sysctl", "name value"},
    Pair{"workflow.ArtifactResult", "name"},
    Pair{"workflow.AzureArtifactRepository", "container endpoint"},
    Pair{"workflow.Data", "source transformation"},
    Pair{"workflow.Gauge", "realtime value"},
    Pair{"workflow.Header", "name value"},
    Pair{"workflow.Histogram", "buckets value"},
    Pair{"workflow.MemoizationStatus", "cacheName hit key"},
    Pair{"workflow.Memoize", "cache key maxAge"},
    Pair{"workflow.MetricLabel", "key value"},
    Pair{"workflow.Metrics", "prometheus"},
    Pair{"workflow.NodeStatus", "id name type"},
    Pair{"workflow.PluginArtifactRepository", "configuration name"},
    Pair{"workflow.RawArtifact", "data"},
    Pair{"workflow.ScriptTemplate", "name"},
    Pair{"workflow.TemplateRef", ""},
    Pair{"workflow.WorkflowStep", ""},
    Pair{"workflow.WorkflowTemplateRef", ""},
};

constexpr std::array kPatterns = {
    Pair{"workflow.Artifact.name", "^[-a-zA-Z0-9_{}.]+$"},
    Pair{"workflow.ArtifactPaths.name", "^[-a-zA-Z0-9_{}.]+$"},
    Pair{"workflow.CronWorkflowSpec.schedules",
         R"(^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|@every\s+([0-9]+)"
         R"((ns|us|µs|ms|s|m|h))+|([A-Za-z0-9*,/?-]+\s+){4}[A-Za-z0-9*,/?-]+)$)"},
    Pair{"workflow.DAGTask.name", "^[a-zA-Z0-9][-a-zA-Z0-9]*$"},
    Pair{"workflow.MetricLabel.key", "^[a-zA-Z_][a-zA-Z0-9_]*$"},
    Pair{"workflow.Parameter.name", "^[-a-zA-Z0-9_]+$"},
    Pair{"workflow.Prometheus.name", "^[a-zA-Z_][a-zA-Z0-9_]*$"},
    Pair{"workflow.Template.name", "^[a-zA-Z0-9][-a-zA-Z0-9]*$"},
    Pair{"workflow.WorkflowStep.name", "^[a-zA-Z0-9][-a-zA-Z0-9]*$"},
};

/// Lists that are merged by keys, by the names of their fields.
constexpr std::array kKeyedLists = {
    Pair{"claims", "name"},
    Pair{"conditions", "type"},
    Pair{"env", "name"},
    Pair{"ports", "containerPort protocol"},
    Pair{"volumeDevices", "devicePath"},
    Pair{"volumeMounts", "mountPath"},
};

/// Lists of Argo's own types are merged as a whole where these say so.
constexpr std::array<Text, 5> kAtomicLists = {
    "workflow.MutexStatus.holding", "workflow.MutexStatus.waiting",
    "workflow.SemaphoreHolding.holders", "workflow.Template.resourceClaims",
    "workflow.WorkflowSpec.resourceClaims"};

std::string name_of(const schema::Type& type) {
    std::string name;
    switch (type.package) {
    case schema::Package::kWorkflow:
        name = "workflow.";
        break;
    case schema::Package::kEvents:
        name = "events.";
        break;
    case schema::Package::kK8s:
        name = "k8s.";
        break;
    }
    name += type.name;
    return name;
}

std::string name_of(const Place& place) {
    return name_of(*place.type) + "." + std::string(place.field->name);
}

template <std::size_t n>
bool holds(const std::array<Text, n>& texts, Text text) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
}

template <std::size_t n>
std::optional<Text> found_in(const std::array<Pair, n>& pairs, Text key) {
    const auto found = std::find_if(pairs.begin(), pairs.end(),
                                    [&](const Pair& pair) { return pair.first == key; });
    return found == pairs.end() ? std::nullopt : std::optional(found->second);
}

/// Kubernetes' own, or one that embeds its Container.
bool is_of_kubernetes(const Place& place) {
    if (place.type->package == schema::Package::kK8s) return true;
    const Text name = place.type->name;
    const bool is_container =
        name == "ContainerNode" || name == "ScriptTemplate" || name == "UserContainer";
    return is_container && place.field->name != "dependencies";
}

} // namespace

std::span<const Names> names() {
    return kNames;
}

std::span<const Condition> conditions() {
    return kConditions;
}

bool has_enumeration(const Place& place) {
    return holds(kEnumerations, name_of(place));
}

bool has_range(const Place& place) {
    return holds(kRanges, name_of(place));
}

bool has_content(const Place& place) {
    return holds(kContents, name_of(place));
}

std::string_view integer_format(const Place& place) {
    const std::string name = name_of(place);
    if (holds(kPlainIntegers, name)) return "";
    return holds(kLongIntegers, name) ? "int64" : "int32";
}

std::optional<std::string_view> default_of(const Place& place) {
    return found_in(kDefaults, name_of(place));
}

bool is_open(const Place& place) {
    return holds(kOpen, name_of(place));
}

bool is_unknown(const Place& place) {
    if (!place.field->until.empty()) return true;
    const bool is_metadata =
        place.type->name == "ObjectMeta" || place.type->name == "SubmitMetadata";
    return is_metadata && holds(kUnknownMetadata, place.field->name);
}

std::string_view list_keys(const Place& place) {
    if (!is_of_kubernetes(place)) return "";
    return found_in(kKeyedLists, place.field->name).value_or("");
}

std::string_view list_type(const Place& place) {
    if (!is_of_kubernetes(place)) return holds(kAtomicLists, name_of(place)) ? "atomic" : "";
    if (place.type->name == "ObjectMeta") return "";
    if (place.type->name == "ContainerRestartRuleOnExitCodes") return "set";
    return list_keys(place).empty() ? "atomic" : "map";
}

bool is_atomic(const schema::Type& type) {
    return holds(kAtomic, name_of(type));
}

std::optional<std::string_view> required_fields(const schema::Type& type) {
    return found_in(kRequired, name_of(type));
}

bool is_nameless(const Place& place) {
    const std::string name = name_of(place);
    return name == "workflow.Template.container" || name == "workflow.Template.script";
}

std::string_view pattern(const Place& place) {
    return found_in(kPatterns, name_of(place)).value_or("");
}

std::string_view quantity_pattern() {
    return R"(^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+)))"
           R"((([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$)";
}

} // namespace tiphys::codegen::published
