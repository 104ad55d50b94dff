#pragma once
// What a run executes: templates, the calls between them and the values known before it starts.
// Immutable once built, without references to documents or to the IR.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/plan/depends.h"
#include "runtime/plan/item.h"
#include "runtime/plan/text.h"

namespace tiphys::run {

/// Positions in Plan::templates and Plan::calls.
using TemplateId = std::uint32_t;
using CallId = std::uint32_t;
inline constexpr std::uint32_t kNoId = 0xffffffffU;

enum class TemplateKind : std::uint8_t {
    kContainer,
    kScript,
    kContainerSet,
    kSteps,
    kDag,
    kSuspend,
    kHttp,
    kData,
    /// Only where there is a cluster.
    kResource
};

/// Where a template is looked up and what `templateScope` of its children says.
struct TemplateScope {
    enum class Kind : std::uint8_t { kLocal, kNamespaced, kCluster };
    Kind kind = Kind::kLocal;
    /// Workflow, WorkflowTemplate or ClusterWorkflowTemplate.
    std::string name;
};

/// `configMapKeyRef` of a parameter.
struct ConfigMapKey {
    Text name;
    Text key;
};

/// An input of a template.
struct InputParameter {
    std::string name;
    std::optional<Text> value;
    std::optional<Text> default_value;
    std::optional<ConfigMapKey> config_map;
    /// Of valueFrom: used when the ConfigMap or its key is missing.
    std::optional<Text> source_default;
    std::vector<std::string> enum_values;
    std::string description;
};

/// An output of a template: exactly one of path, parameter, expression is filled, or supplied set.
struct OutputParameter {
    std::string name;
    Text path;
    Text parameter;
    std::string expression;
    bool supplied = false;
    std::optional<Text> default_value;
    /// In place of a source: of pods, whatever they do.
    std::optional<Text> value;
    Text global_name;
    std::string description;
};

/// How an artifact is packed in the store; it decides the name of its file.
enum class Archive : std::uint8_t { kDefault, kNone, kTar, kZip };

/// Where the bytes of an artifact are.
enum class ArtifactSource : std::uint8_t { kNowhere, kStore, kRaw, kHttp, kGit };

/// An artifact as declared or passed in a manifest.
struct ArtifactSpec {
    std::string name;
    Text path;
    Text from;
    std::string from_expression;
    Text sub_path;
    Text global_name;
    ArtifactSource source = ArtifactSource::kNowhere;
    /// kStore: the key. kRaw: the content. kHttp: the URL. kGit: the repository.
    Text location;
    /// How to reach the location: the manifest's `s3`, `http` or `git` as JSON. Of kStore, empty
    /// means the repository of the run.
    Text access;
    Archive archive = Archive::kDefault;
    /// Of kTar.
    std::optional<int> compression_level;
    std::optional<std::uint32_t> mode;
    bool recurse_mode = false;
    bool optional = false;
    /// Of `artifactGC` as declared: empty where it is not.
    std::string gc_strategy;
};

/// A variable of a container's environment: a text, a key of a ConfigMap or Secret, or something
/// that the kubelet knows about the pod.
struct EnvVar {
    enum class Source : std::uint8_t {
        kText,
        kConfigMap,
        kSecret,
        kResource, ///< a request or limit of a container
        kLines     ///< all labels or annotations of the pod
    };
    std::string name;
    /// kText. kResource: the divisor.
    Text value;
    Source source = Source::kText;
    /// kResource: the container; empty: that of the variable.
    Text object_name;
    /// kResource: `limits.cpu`, `requests.memory` and the like.
    Text key;
    bool optional = false;
    /// kLines, by name.
    std::map<std::string, Text> lines;
};

/// All keys of a ConfigMap or Secret as variables.
struct EnvFrom {
    EnvVar::Source source = EnvVar::Source::kConfigMap;
    Text object_name;
    std::string prefix;
    bool optional = false;
};

/// Something that a volume holds at first.
struct VolumeContent {
    /// The file, below the volume; empty: one for each key of the object.
    Text path;
    EnvVar content;
    /// Permission bits.
    std::uint32_t mode = 0644;
};

/// A directory that containers share.
struct VolumeSpec {
    std::string name;
    /// All tasks of the run see the same one: a claim. Otherwise each task has its own.
    bool shared = false;
    /// A place of the machine, in place of a directory of the run's own: its path, and what
    /// `hostPath.type` says of it.
    Text host_path;
    std::string host_type;
    /// Later ones stand over earlier ones.
    std::vector<VolumeContent> contents;
};

struct VolumeMount {
    std::string volume;
    Text mount_path;
    Text sub_path;
    bool read_only = false;
};

/// When a process of a task runs: before all others, as what counts, or beside it.
enum class ProcessRole : std::uint8_t { kInit, kMain, kSidecar };

/// What a container asks of its machine (0: nothing), or a machine has.
struct Resources {
    std::int64_t cpu_millis = 0;
    std::int64_t memory_bytes = 0;
    friend bool operator==(const Resources&, const Resources&) = default;
};
/// Notes a quantity of `cpu` or `memory`. Other resources, and what is no quantity, are passed
/// over.
void set_request(Resources& requests, std::string_view resource, std::string_view quantity);

/// A process: the only one of container and script templates, one of many in a container set.
struct ContainerSpec {
    std::string name = "main";
    Text image;
    std::vector<Text> command;
    std::vector<Text> args;
    std::vector<EnvVar> env;
    std::vector<EnvFrom> env_from;
    std::vector<VolumeMount> mounts;
    Text working_dir;
    /// Numbers of the user and the group that its `securityContext` or the pod's wants.
    Text run_as_user;
    Text run_as_group;
    /// Positions in Template::containers.
    std::vector<std::uint32_t> dependencies;
    ProcessRole role = ProcessRole::kMain;
    /// What it may use at most; 0: no limit.
    Resources limits;
    /// Of a containerSet: further attempts within the task, and the pause before each.
    Text retries;
    Text retry_pause;
    Resources requests;
    /// Of a readiness probe: the port of this machine that must answer.
    Text ready_port;
};

/// A mutex (`limit_key` unset) or a semaphore with its limit in a ConfigMap.
struct LockSpec {
    Text name;
    std::optional<Text> limit_key;
    /// Empty: that of the run.
    Text namespace_name;
};

struct MemoizeSpec {
    Text key;
    Text max_age;
    Text cache_name;
};

struct HttpSpec {
    Text method;
    Text url;
    /// Values are texts or keys of Secrets.
    std::vector<EnvVar> headers;
    Text body;
    Text timeout_seconds;
    std::string success_condition;
    bool insecure = false;
};

/// A list of the store's keys, and what is made of it.
struct DataSpec {
    ArtifactSpec source;
    std::vector<std::string> transformation;
};

enum class RetryPolicy : std::uint8_t { kAlways, kOnFailure, kOnError, kOnTransientError };

struct RetrySpec {
    std::optional<Text> limit;
    /// As written; empty: decided by `expression`. Argo: RetryPolicyActual.
    Text policy;
    std::string expression;
    bool has_backoff = false;
    Text backoff_duration;
    Text backoff_factor;
    Text backoff_cap;
    Text backoff_max_duration;
};

/// Tables of a dag template that depend on its tasks alone.
struct DagShape {
    /// Order in which Argo's walk from the targets reaches the tasks (positions in
    /// Template::calls).
    std::vector<std::uint32_t> order;
    /// Tasks that wait for the task at the same position, in `order`.
    std::vector<std::vector<std::uint32_t>> dependants;
    /// Direct and indirect dependencies of the task at the same position, sorted.
    std::vector<std::vector<std::uint32_t>> ancestors;
    /// Tasks that decide the phase of the dag, sorted by name.
    std::vector<std::uint32_t> targets;
};

struct Template {
    std::string name;
    TemplateKind kind = TemplateKind::kContainer;
    /// Index in Plan::scopes.
    std::uint32_t scope = 0;
    /// Of its nodes, in place of the one that follows from their name.
    Text display_name;
    std::vector<InputParameter> input_parameters;
    std::vector<ArtifactSpec> input_artifacts;
    std::vector<OutputParameter> output_parameters;
    std::vector<ArtifactSpec> output_artifacts;
    /// Not empty: an expression tag that cannot be read, so that no call of it succeeds.
    std::string unreadable;
    /// Not empty: what keeps its task from being made, whatever it is called with.
    std::string unmakable;
    std::optional<RetrySpec> retry;
    Text active_deadline;
    Text timeout;
    /// Of nodes that have not begun, from when they were made.
    Text pending_timeout;
    std::optional<std::int64_t> parallelism;
    bool fail_fast = false;
    /// Not of plans for pods: `podSpecPatch` of the workflow, then of the template.
    std::vector<Text> spec_patches;
    /// Others go on as soon as it runs; it ends with the template around it.
    bool daemon = false;
    std::vector<LockSpec> locks;
    std::optional<MemoizeSpec> memoize;

    /// kContainer, kScript, kContainerSet.
    std::vector<ContainerSpec> containers;
    std::vector<VolumeSpec> volumes;
    /// Logs become artifacts: `main-logs`.
    bool archive_logs = false;
    /// Where artifacts go that have no location: the first part of their keys, and
    /// ArtifactSpec::access.
    Text archive_key;
    Text archive_access;
    Text script_source;
    /// How long a simulated task takes: the annotation `tiphys/duration` of the pod.
    std::string simulated_duration;

    /// kSuspend.
    Text suspend_duration;

    HttpSpec http;
    DataSpec data;

    /// Of plans for pods, as JSON: the template, or of steps and dags what their children's pods
    /// take over from them.
    Text manifest;

    /// kSteps: calls by group. kDag: one group that holds the tasks.
    std::vector<std::vector<CallId>> groups;
    DagShape dag;
    /// kDag: `target` where it has tags, and `dag` is the one of all tasks.
    Text dag_target;
    bool dag_fail_fast = true;
};

/// A parameter that a caller passes.
struct ArgumentParameter {
    std::string name;
    std::optional<Text> value;
    std::optional<ConfigMapKey> config_map;
    std::optional<Text> source_default;
};

enum class LoopKind : std::uint8_t { kNone, kItems, kParam, kSequence };

struct LoopSpec {
    LoopKind kind = LoopKind::kNone;
    /// kItems: the list as JSON; `items` holds it parsed when it has no tags. kParam: the text.
    Text source;
    ItemList items;
    Text sequence_start;
    Text sequence_end;
    Text sequence_count;
    Text sequence_format;
};

/// What a node says about the template that it was made from.
struct TemplateReference {
    /// Name in `template:`; empty for inline templates and templateRef.
    std::string name;
    /// Of templateRef.
    std::string resource;
    std::string resource_template;
    bool cluster_scope = false;
};

/// A step, a task, the entrypoint, or a handler: a template with arguments.
struct Call {
    enum class Kind : std::uint8_t { kStep, kTask, kOther };
    std::string name;
    Kind kind = Kind::kOther;
    TemplateReference reference;
    /// kNoId when there is no such template: an error when the call is made.
    TemplateId template_id = kNoId;
    std::vector<ArgumentParameter> parameters;
    std::vector<ArtifactSpec> artifacts;
    Text when;
    LoopSpec loop;
    bool continue_on_failed = false;
    bool continue_on_error = false;
    /// The template around this call mentions `outputs.result` of it.
    bool result_wanted = false;
    /// Called when this one has completed; kNoId without.
    CallId on_exit = kNoId;
    /// Called while this one runs, as soon as their expression is true; in the order of names.
    std::vector<CallId> hooks;
    /// Of a hook: it is called only if this is true; empty, of an exit hook: always.
    std::string expression;
    /// Some argument or `when` has a tag with a part of `item`, which an element may lack.
    bool item_parts = false;

    /// Tasks: positions in the dag's group, and the condition.
    std::vector<std::uint32_t> dependencies;
    Depends depends;
    /// Not empty: why the condition cannot be evaluated.
    std::string depends_error;
};

/// Keys of a ConfigMap, or of a Secret (decoded).
using ObjectData = std::map<std::string, std::string>;

/// What all pods of a run take over from its workflow, as JSON. Later ones stand over earlier ones.
struct PodDefaults {
    Text template_defaults;
    /// Of the WorkflowTemplate that the workflow refers to, and its own.
    std::vector<Text> specs;
};

struct Plan {
    std::string workflow_name;
    std::string namespace_name;
    std::string uid;
    std::vector<TemplateScope> scopes;
    std::vector<Template> templates;
    std::vector<Call> calls;
    CallId entrypoint = kNoId;
    CallId on_exit = kNoId;
    /// Called as soon as their expression is true, in the order of names.
    std::vector<CallId> hooks;
    /// Of the whole run: held from its start to its end.
    std::vector<LockSpec> locks;
    std::optional<std::int64_t> parallelism;
    std::optional<std::int64_t> active_deadline_seconds;
    /// Of artifacts that do not say it themselves.
    std::string gc_strategy;
    /// `workflow.*` variables known from the start, by full name.
    std::map<std::string, std::string, std::less<>> globals;
    /// Labels that the workflow computes for itself: `workflowMetadata.labelsFrom`.
    std::map<std::string, std::string> computed_labels;
    std::map<std::string, ObjectData> config_maps;
    /// Their `binaryData`, which only volumes hold.
    std::map<std::string, ObjectData> config_binaries;
    std::map<std::string, ObjectData> secrets;
    /// What a task may have at most, as its pod's node would say it.
    Resources machine;
    /// The file of a time zone by name, for expressions; may be absent.
    std::function<std::optional<std::string>(std::string_view)> zone_file;
    /// A parameter of the workflow that has no value: the run fails with this message.
    std::string error;
    /// Of plans for pods, as JSON; otherwise empty.
    std::optional<PodDefaults> pod_defaults;

    [[nodiscard]] const Template& template_of(const Call& call) const {
        return templates[call.template_id];
    }
};

/// Whether the call may continue although its node has the given outcome.
[[nodiscard]] inline bool continues_on_failure(const Call& call, bool errored) {
    return errored ? call.continue_on_error : call.continue_on_failed;
}

/// Names in `target`, which one blank stands between. Argo: executeDAG.
[[nodiscard]] std::vector<std::string> split_targets(std::string_view target);
/// The first of `targets` that no task is called; empty: there is none.
[[nodiscard]] std::string unknown_target(const Plan& plan, const std::vector<CallId>& tasks,
                                         const std::vector<std::string>& targets);
/// The tables of a dag. `targets`: names as in `target`; empty: the tasks nobody waits for.
[[nodiscard]] DagShape shape_dag(const Plan& plan, const std::vector<CallId>& tasks,
                                 const std::vector<std::string>& targets);

} // namespace tiphys::run
