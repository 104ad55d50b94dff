#pragma once
// Tasks as processes of this machine.

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "runtime/artifacts/access.h"
#include "runtime/backends/backend.h"
#include "runtime/backends/oci/image_store.h"
#include "runtime/backends/process/admission.h"
#include "runtime/backends/process/find_command.h"
#include "runtime/backends/process/keeper.h"
#include "runtime/backends/process/view.h"
#include "runtime/io/worker_pool.h"

namespace tiphys::run {

struct ProcessOptions {
    /// Logs of the run, and the folders of its tasks while they run.
    std::string run_folder;
    std::string artifact_folder;
    /// For artifacts that are kept elsewhere.
    Secrets secrets;
    Isolation isolation = Isolation::kNone;
    std::size_t max_parallel = 16;
    /// What tasks may request together; 0: as much as they like.
    Resources capacity;
    std::int64_t grace_ms = 10'000;
    /// For kImage, with the tool that runs containers.
    ImageOptions images;
    std::string container_tool;
    /// Tasks' output is wanted as it comes.
    bool follow_output = false;
};

/// The strongest isolation that this machine grants.
[[nodiscard]] Isolation best_isolation();
/// "none", "user namespace", "overlay".
[[nodiscard]] std::string_view isolation_name(Isolation isolation);

class ProcessBackend : public Backend {
public:
    explicit ProcessBackend(ProcessOptions options);
    ~ProcessBackend() override;

    /// Makes the folders of the run and, for root, a scratch space in memory; or finds those of an
    /// earlier process of ours, with the tasks that it began. Comes before anything else.
    [[nodiscard]] Result<Done> prepare();

    [[nodiscard]] std::int64_t now_ms() override;
    void start(NodeId node, std::unique_ptr<TaskSpec> spec) override;
    void stop(NodeId node, bool at_once) override;
    [[nodiscard]] std::vector<BackendReport> wait(std::int64_t until_ms, int wake_fd) override;
    [[nodiscard]] std::size_t n_open() const override { return queue_.size() + tasks_.size(); }
    void release(NodeId node) override;
    [[nodiscard]] Result<Done> remove_artifact(const Artifact& artifact) override {
        return artifacts_.remove(artifact);
    }
    [[nodiscard]] std::vector<Output> take_output() override;

private:
    /// One process of a task.
    struct Process {
        enum class Stage : std::uint8_t { kWaiting, kRunning, kDone };
        std::unique_ptr<View> view;
        /// For kImage.
        const Image* image = nullptr;
        Stage stage = Stage::kWaiting;
        int exit_code = 0;
        /// A process that it depends on has failed: its code is that of the other one, but whoever
        /// asks how it ended is told that it was not begun.
        bool was_kept_back = false;
        [[nodiscard]] int told_exit_code() const {
            return was_kept_back ? kExecutorFailed : exit_code;
        }
        /// Said after the exit code in messages.
        std::string reason;
        std::uint32_t n_retries = 0;
        /// Not before this time; 0: as soon as it may.
        std::int64_t start_at_ms = 0;
        std::string stdout_path;
        std::string stderr_path;
        std::size_t stdout_shown = 0;
        std::size_t stderr_shown = 0;
    };
    struct Task {
        NodeId node = kNoId;
        std::unique_ptr<TaskSpec> spec;
        std::string folder;
        std::vector<Process> processes;
        bool stopping = false;
        /// The core knows that it runs.
        bool started = false;
        bool ending_sidecars = false;
        /// It was begun by an earlier process of ours, which has laid out its folder.
        bool adopted = false;
        /// Nobody knows how one of its processes ended.
        bool lost = false;
        /// The task at whose end this one begins; kNoId: it has a place of its own.
        NodeId follows = kNoId;
        /// The task that follows this one.
        NodeId follower = kNoId;
        /// When the grace period is over; 0: no end was asked for.
        std::int64_t kill_at_ms = 0;
        /// Its artifacts are on their way, which is given up where this becomes true.
        std::shared_ptr<std::atomic<bool>> transfer;
    };

    /// Argo's executor ends with this code when it could not run the command itself.
    static constexpr int kExecutorFailed = 64;
    /// No code of a process: an init container before it has failed.
    static constexpr int kNotStarted = -1;
    static constexpr const char* kLost =
        "lost: the machine or the keeper of the run ended while it "
        "ran, and nobody knows how it ended";
    static constexpr std::size_t kMostTransfers = 16;

    /// Whether a process may start; a code other than 0 says that it never will.
    struct Readiness {
        bool may_start = false;
        int exit_code = 0;
        std::string reason;
    };

    [[nodiscard]] bool has_scratch_space() const;
    [[nodiscard]] Result<Done> prepare_folders();

    void start_queued();
    void line_up();
    [[nodiscard]] bool add_follower(NodeId& last);
    void leave_line(NodeId before, NodeId after);
    void take_place(Task& task);
    void begin_followers();
    void start_task(NodeId node, std::unique_ptr<TaskSpec> spec);
    [[nodiscard]] Result<Done> make_task_folder(const Task& task);
    void leave_task_folder(const std::string& folder);
    void place_log(const std::string& path);
    void leave_log(const std::string& path);
    [[nodiscard]] Result<Done> stage(Task& task, const std::vector<Mapping>& inputs);
    void laid_out(Task& task, const Result<Done>& staged);
    void fetch_inputs(Task& task);
    [[nodiscard]] static std::vector<Mapping> find_inputs(const Task& task);
    void save_outputs(Task& task, BackendReport&& report);
    void collect(Task& task, TaskReport& result);
    [[nodiscard]] static bool has_run_at_all(const Task& task);
    [[nodiscard]] static std::optional<std::size_t> main_process(const Task& task);
    [[nodiscard]] Result<Done> stage_request(Task& task);
    [[nodiscard]] Readiness readiness(const Task& task, std::size_t index) const;
    [[nodiscard]] Result<Done> stage_volumes(Task& task, std::vector<Mapping>& volumes);
    [[nodiscard]] Result<Done> make_view(Task& task, std::size_t index,
                                         const std::vector<Mapping>& shared,
                                         const std::vector<Mapping>& volumes);
    void start_ready_processes(Task& task);
    void end_sidecars(Task& task);
    void report_ready(Task& task);
    std::int64_t look_after_tasks(std::int64_t now_ms);
    void start_process(Task& task, std::size_t index);
    [[nodiscard]] std::vector<std::string> words_of(const Task& task, std::size_t index) const;
    [[nodiscard]] Result<Done> enclose(const Task& task, std::size_t index, Launch& what) const;
    [[nodiscard]] std::string leave_container(const ProcessKey& key) const;
    [[nodiscard]] std::string container_id(const ProcessKey& key) const;
    [[nodiscard]] std::string container_folder(const ProcessKey& key) const;
    void end_process(Task& task, std::size_t index, int exit_code, std::string reason);
    void process_ended(const ProcessKey& key, const ProcessEnd& end);
    void take_ends();
    void adopt(Task& task);
    [[nodiscard]] Result<Done> enter_old_scratch();
    [[nodiscard]] ProcessKey key_of(const Task& task, std::size_t index) const;
    void kill_overdue(std::int64_t now_ms);
    void signal_task(const Task& task, int signal) const;
    void finish_task(NodeId node);
    void close_task(NodeId node, BackendReport&& report);
    void judge_processes(const Task& task, TaskReport& result) const;
    void report_error(NodeId node, std::string message);
    void list_keys(const Artifact& wanted, TaskReport& report);
    std::string save_logs(const Task& task, TaskReport& report);
    void show_new_output(Task& task);
    [[nodiscard]] std::vector<std::string> environment(const Task& task, std::size_t index) const;

    ProcessOptions options_;
    Machine machine_;
    ImageStore images_;
    ArtifactAccess artifacts_;
    std::string scratch_;
    bool scratch_mounted_ = false;
    std::vector<std::string> spare_folders_;
    std::vector<std::string> spare_logs_;
    Admission admission_;
    CommandFinder commands_;
    bool prepared_ = false;
    std::unique_ptr<Keeper> keeper_;
    std::deque<std::pair<NodeId, std::unique_ptr<TaskSpec>>> queue_;
    std::map<NodeId, Task> tasks_;
    /// Those of them that have no place of their own yet.
    std::size_t n_following_ = 0;
    /// The logs of what is reported and not released yet.
    std::map<NodeId, std::vector<std::string>> unreleased_;
    std::vector<BackendReport> reports_;
    std::vector<Output> output_;
    /// Ends first: its jobs use everything above.
    WorkerPool transfers_{kMostTransfers};
};

} // namespace tiphys::run
