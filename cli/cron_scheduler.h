#pragma once
// Starts the runs of CronWorkflows when they are due, on the clock of this machine.

#include <cstdint>
#include <map>
#include <signal.h>
#include <string>
#include <sys/types.h>
#include <vector>

#include "cli/command.h"
#include "runtime/cron.h"

namespace tiphys::cli {

/// A CronWorkflow and where it stands in the project.
struct ScheduledCron {
    const ir::Document* document = nullptr;
    run::CronJob job;
};

struct SchedulerOptions {
    /// The manifests, given to each run as its world.
    std::vector<std::string> files;
    /// Options of `run` that each run gets.
    std::vector<std::string> run_options;
    std::string state_folder;
    bool is_quiet = false;
};

/// Each run is a process of its own.
class CronScheduler {
public:
    CronScheduler(std::vector<ScheduledCron> crons, SchedulerOptions options, Streams& streams)
        : crons_(std::move(crons)), options_(std::move(options)), streams_(streams) {}

    /// Until all CronWorkflows have stopped for good, or a signal comes: SIGINT and SIGTERM stop
    /// the runs and are passed on to them.
    [[nodiscard]] int run();

private:
    struct Child {
        std::size_t cron = 0;
        std::string run;
        std::int64_t started_s = 0;
        bool is_ended = false;
    };

    [[nodiscard]] Result<Done> catch_signals();
    void take_signals();
    void start_missed(std::int64_t now_s);
    void fire(std::size_t cron, std::int64_t at_s, std::int64_t now_s);
    [[nodiscard]] Result<Done> start(std::size_t cron, const std::string& run, std::int64_t at_s,
                                     std::int64_t now_s);
    [[noreturn]] void become_run(const std::string& manifest, const std::string& run);
    void reap(std::int64_t now_s);
    void end(pid_t pid, bool succeeded, std::int64_t now_s);
    void signal_runs(int signal) const;
    void delete_runs(const std::vector<std::string>& runs);
    void keep_status(std::size_t cron);
    void tell(const std::string& text);
    [[nodiscard]] bool is_over() const;
    void plan_next(std::size_t cron, std::int64_t after_s);
    [[nodiscard]] std::string folder_of(std::size_t cron) const;

    std::vector<ScheduledCron> crons_;
    SchedulerOptions options_;
    Streams& streams_;
    /// When each fires next; 0: never again.
    std::vector<std::int64_t> next_s_;
    std::map<pid_t, Child> children_;
    int signal_file_ = -1;
    sigset_t signals_before_{};
    int n_signals_ = 0;
};

/// Where the status of a CronWorkflow is kept.
[[nodiscard]] std::string cron_folder(const std::string& state_folder, const run::CronSpec& spec);

} // namespace tiphys::cli
