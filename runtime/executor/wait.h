#pragma once
// What stands beside main: it waits for its end, stores what it left and tells the controller.
// Argo: cmd/argoexec/commands/wait.go.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/executor/events.h"
#include "runtime/executor/exit.h"
#include "runtime/executor/pod_template.h"
#include "runtime/executor/task_result.h"

namespace tiphys::executor {

/// What the environment says of it.
struct WaitOptions {
    /// Unix time; nothing: no deadline.
    std::optional<std::int64_t> deadline_ms;
    bool wants_result = false;
    std::int64_t grace_ms = 30'000;
    /// Where main tells how far it is, and how often that is passed on; 0: never.
    std::string progress_file;
    std::int64_t progress_period_ms = 0;
};

[[nodiscard]] Result<WaitOptions> wait_options();

/// `12/100`, or nothing. Argo: ParseProgress.
[[nodiscard]] std::optional<std::string> parse_progress(std::string_view text);

class Waiter {
public:
    Waiter(PodPaths paths, PodTemplate pod, WaitOptions options, TaskResult result)
        : paths_(std::move(paths)), template_(std::move(pod)), options_(std::move(options)),
          result_(std::move(result)) {}

    [[nodiscard]] Exit run();

private:
    /// Until all main containers have ended, or nothing more is to be hoped for.
    [[nodiscard]] Result<Done> wait_for_main();
    [[nodiscard]] bool has_main_ended() const;
    /// Nothing in the pod can still fail: main has exited with 0, and nobody is beside it.
    [[nodiscard]] bool is_pod_sound() const;
    [[nodiscard]] std::int64_t timeout_ms() const;
    void end_main();
    void send_to_main(int signal);
    void read_progress();
    void report_progress();

    PodPaths paths_;
    PodTemplate template_;
    WaitOptions options_;
    TaskResult result_;
    std::unique_ptr<Events> events_;
    std::string progress_;
    std::string reported_progress_;
    std::int64_t next_report_ms_ = 0;
    /// When what was asked to end is ended, and when it is given up; negative: never.
    std::int64_t kill_at_ms_ = -1;
    std::int64_t give_up_at_ms_ = -1;
    bool is_over_deadline_ = false;
};

/// The whole command.
[[nodiscard]] Exit wait_for_task(const PodPaths& paths, const ApiOptions& options);

} // namespace tiphys::executor
