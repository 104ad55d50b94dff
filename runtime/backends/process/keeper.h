#pragma once
// The keeper of a run: a process of its own that starts the run's processes, waits for them and
// writes down that they began and how they ended. It outlives the runner, so that the next one
// finds out what became of them; nothing that has begun is ever begun again.

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/backends/process/launch.h"
#include "runtime/core/step.h"

namespace tiphys::run {

/// One process of a run, for all time.
struct ProcessKey {
    NodeId node = kNoId;
    std::uint32_t index = 0;
    /// How often it was begun before.
    std::uint32_t attempt = 0;
    friend auto operator<=>(const ProcessKey&, const ProcessKey&) = default;
};

struct ProcessEnd {
    enum class Kind : std::uint8_t {
        kRunning,
        kExited,
        kSignalled,
        kNotStarted, ///< `reason` says why
        kLost        ///< nobody knows how it ended
    };
    Kind kind = Kind::kRunning;
    /// kExited: the exit code.
    int code = 0;
    /// What it and its children used: processor time, and the most memory.
    std::int64_t cpu_ms = 0;
    std::int64_t memory_kib = 0;
    std::string reason;
};

/// The runner's side. Destroying it leaves the keeper with what still runs; without anything to
/// keep it ends.
class Keeper {
public:
    /// Connects to the keeper that an earlier runner left in the folder, or starts one. `prepare`
    /// is called before one is started, in this process.
    [[nodiscard]] static Result<std::unique_ptr<Keeper>>
    open(const std::string& run_folder, const std::function<Result<Done>()>& prepare);
    /// For open().
    Keeper() = default;
    Keeper(const Keeper&) = delete;
    Keeper& operator=(const Keeper&) = delete;
    ~Keeper();

    /// Whether it was there already.
    [[nodiscard]] bool is_old() const { return is_old_; }
    [[nodiscard]] pid_t pid() const { return pid_; }

    /// Begins the process, or lets it begin by itself when the process `after` has ended; one that
    /// has not begun is forgotten when its runner goes.
    void launch(const ProcessKey& key, const Launch& what, const ProcessKey& after);
    /// A process that would begin after another begins now.
    void begin(const ProcessKey& key);
    /// A process that makes the request and writes the answer to `answer_path`.
    void request(const ProcessKey& key, const HttpRequest& what, const std::string& answer_path);
    /// To the process group; nothing happens where the process has ended. One that has not begun
    /// yet does not begin any more, and ends by the signal.
    void signal(const ProcessKey& key, int signal);
    /// What became of the node's processes is safe elsewhere. The keeper hears of it with the next
    /// message, or by flush().
    void forget(NodeId node);
    void flush();

    /// Can be read when there are ends.
    [[nodiscard]] int file() const { return file_; }
    /// Those that have come since the last call.
    [[nodiscard]] std::vector<std::pair<ProcessKey, ProcessEnd>> take_ends();
    /// What is known of the node's processes from before.
    [[nodiscard]] std::map<ProcessKey, ProcessEnd> known(NodeId node) const;

private:
    /// Waits until it has told what it knows; false where it is gone.
    [[nodiscard]] bool becomes_ready();
    [[nodiscard]] Result<Done> start(const std::string& run_folder);
    void send(const std::string& message);
    bool receive(bool wait);
    void lose_all();

    int file_ = -1;
    pid_t pid_ = 0;
    bool is_old_ = false;
    bool is_ready_ = false;
    std::string received_;
    std::string to_send_;
    std::map<ProcessKey, ProcessEnd> known_;
    std::vector<std::pair<ProcessKey, ProcessEnd>> ends_;
};

/// Ends everything that a keeper in the folder keeps, and the keeper.
void end_keeper(const std::string& run_folder);

} // namespace tiphys::run
