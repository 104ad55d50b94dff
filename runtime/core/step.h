#pragma once
// The core of the runtime: a run is a state, and events change it. No clock, no input or output, no
// randomness: the same events give the same state and the same actions.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/core/state.h"

namespace tiphys::run {

/// One process of a task.
struct ProcessSpec {
    std::string name;
    std::string image;
    std::vector<std::string> command;
    std::vector<std::string> args;
    std::vector<std::pair<std::string, std::string>> env;
    std::string working_dir;
    /// `USER`, `USER:GROUP` or `:GROUP`, in containers; empty: the one of the image.
    std::string run_as;
    struct Mount {
        std::string volume;
        std::string path;
        std::string sub_path;
        bool read_only = false;
    };
    std::vector<Mount> mounts;
    /// Positions in TaskSpec::processes that must succeed before.
    std::vector<std::uint32_t> dependencies;
    ProcessRole role = ProcessRole::kMain;
    /// How often it is started again when it fails, and the pause before.
    std::uint32_t n_retries = 0;
    std::int64_t retry_pause_ms = 0;
    /// The process is ready when this port of the machine answers; 0: at once.
    std::uint16_t ready_port = 0;
};

/// A request that is made in place of running processes.
struct HttpRequest {
    std::string method;
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::int64_t timeout_ms = 0;
    bool insecure = false;
};

/// The answer. Names of headers are as Go writes them: `Content-Type`.
struct HttpResponse {
    int status = 0;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    /// Not empty: there was no answer.
    std::string error;
};

/// A file that becomes an output parameter.
struct ParameterFile {
    std::string name;
    std::string path;
    std::optional<std::string> default_value;
    std::string global_name;
};

/// A directory that processes of the task share, or all tasks of the run, or a place of the
/// machine.
struct TaskVolume {
    struct File {
        /// Below the volume.
        std::string path;
        std::string content;
        /// Permission bits.
        std::uint32_t mode = 0644;
    };
    std::string name;
    bool shared = false;
    /// VolumeSpec::host_path and its type; empty: none.
    std::string host_path;
    std::string host_type;
    /// What it holds at first; later ones stand over earlier ones.
    std::vector<File> files;
};

/// What a pod is made from: JSON of the manifest with everything substituted. Empty where there is
/// none.
struct PodManifest {
    std::string template_json;
    /// `templateDefaults`, over which the template stands.
    std::string defaults_json;
    /// Of the steps or dag template around: where its pods are to run.
    std::string boundary_json;
    /// Specs of workflows without their templates; later ones stand over earlier ones.
    std::vector<std::string> specs;
    /// Where artifacts go that have no location: the first part of their keys, Artifact::access.
    std::string archive_key;
    std::string archive_access;
    bool archives_logs = false;
    /// It is carried out by requests to the API server.
    bool is_resource = false;
    /// Where earlier attempts failed.
    std::vector<std::string> failed_hosts;
    /// It belongs to an exit handler, and outlives deadlines.
    bool on_exit = false;
    /// Unix time at which the executor is to give up; 0: never.
    std::int64_t deadline_ms = 0;
    /// Unix time at which the run has to be over; 0: never.
    std::int64_t run_deadline_ms = 0;
};

/// Everything a backend needs to run a task; nothing in it refers to the plan.
struct TaskSpec {
    std::string node_name;
    std::string node_id;
    std::string pod_name;
    std::string display_name;
    std::string template_name;
    /// Of all its processes together.
    Resources requests;
    std::vector<ProcessSpec> processes;
    /// The file that is passed to the command as last argument.
    std::optional<std::string> script;
    std::vector<TaskVolume> volumes;
    std::vector<Artifact> input_artifacts;
    std::vector<ParameterFile> parameter_files;
    /// `location` is the key under which the store keeps it.
    std::vector<Artifact> output_artifacts;
    bool capture_result = false;
    /// Logs of main processes are stored with keys that begin so; empty: nowhere.
    std::string log_folder;
    /// Artifact::access of logs.
    std::string log_access;
    /// Its main processes have nodes of their own.
    bool is_set = false;
    /// It runs until it is stopped, and has started only once it is ready.
    bool is_daemon = false;
    /// In place of processes.
    std::optional<HttpRequest> http;
    /// In place of processes: the keys of the store that begin as this one's are wanted.
    std::optional<Artifact> listed;
    /// Only of plans for pods. `processes` then have a name, a role and dependencies alone.
    std::optional<PodManifest> pod;
};

/// How one process of a container set ended.
struct ProcessReport {
    enum class End : std::uint8_t { kSucceeded, kFailed, kError, kKilled };
    End end = End::kSucceeded;
    std::string message;
};

/// How a task ended.
struct TaskReport {
    Phase phase = Phase::kSucceeded;
    std::string message;
    std::optional<std::int16_t> exit_code;
    std::optional<std::string> result;
    /// In the order of TaskSpec::parameter_files; empty when none were read.
    std::vector<ParameterValue> parameters;
    std::vector<Artifact> artifacts;
    /// Of container sets: in the order of TaskSpec::processes.
    std::vector<ProcessReport> processes;
    /// Of TaskSpec::http.
    std::optional<HttpResponse> http;
    /// Of TaskSpec::listed, sorted.
    std::vector<std::string> keys;
};

/// What caches hold that templates may ask for, and what an earlier run of the workflow has done.
struct RunStarted {
    Caches caches;
    KeptNodes kept;
};
struct TaskStarted {
    NodeId node = kNoId;
    /// Where its pod runs.
    Placement place;
};
/// The backend has no room for the task yet.
struct TaskWaiting {
    NodeId node = kNoId;
    std::string reason;
};
struct TaskFinished {
    NodeId node = kNoId;
    TaskReport report;
};
enum class TimerKind : std::uint8_t { kBackoff, kTaskDeadline, kTimeout, kSuspend, kRunDeadline };
struct TimerFired {
    TimerKind kind = TimerKind::kBackoff;
    NodeId node = kNoId;
};
struct ShutdownRequested {
    Shutdown shutdown = Shutdown::kStop;
};

/// While a run is suspended, what runs goes on and nothing new begins.
struct SuspensionChanged {
    bool suspended = false;
    /// Going on also ends all suspend nodes that run, as `argo resume` does.
    bool with_nodes = false;
};
/// Of a suspend node that runs; others stay as they are. Argo: updateSuspendedNode in
/// workflow/util/util.go.
struct SuspendedNodeSet {
    NodeId node = kNoId;
    std::optional<Phase> phase;
    std::string message;
    std::vector<std::pair<std::string, std::string>> outputs;
};

/// How often locks are held by other runs now; those that are not named are not.
struct LocksChanged {
    std::map<std::string, std::int64_t> held_outside;
};

using EventKind = std::variant<RunStarted, TaskStarted, TaskFinished, TimerFired, ShutdownRequested,
                               SuspensionChanged, SuspendedNodeSet, TaskWaiting, LocksChanged>;

/// Something that happened, with the time at which it was seen (Unix time).
struct Event {
    std::int64_t now_ms = 0;
    EventKind what;
};

struct StartTask {
    NodeId node = kNoId;
    std::unique_ptr<TaskSpec> spec;
};
/// The task is to end: a polite signal, a grace period, a rude one. Its report is still awaited.
struct KillTask {
    NodeId node = kNoId;
};
/// A TimerFired with the same kind and node is wanted then. Timers are never cancelled; the core
/// ignores those that no longer matter.
struct SetTimer {
    TimerKind kind = TimerKind::kBackoff;
    NodeId node = kNoId;
    std::int64_t at_ms = 0;
};
/// The entry is to be kept for other runs.
struct SaveCacheEntry {
    std::string cache;
    std::string key;
    CacheEntry entry;
};
/// The artifact is to be removed from the store.
struct DeleteArtifact {
    Artifact artifact;
};
/// The node is new, or its phase or message has changed.
struct NodeChanged {
    NodeId node = kNoId;
};
/// The run has ended; State::phase tells how. Tasks that still run were told to end.
struct RunFinished {};

using Action = std::variant<StartTask, KillTask, SetTimer, SaveCacheEntry, DeleteArtifact,
                            NodeChanged, RunFinished>;

/// Applies `event`; the actions are to be carried out in their order.
[[nodiscard]] std::vector<Action> step(State& state, const Event& event);

/// Takes actions as they come, so that a loop of a million elements need not have all of them in
/// memory at once. It must not call step().
using ActionSink = std::function<void(std::vector<Action>&& actions)>;
/// The same, but the actions are handed over part by part.
void step(State& state, const Event& event, const ActionSink& sink);

} // namespace tiphys::run
