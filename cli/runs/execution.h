#pragma once
// Carrying out a run on this machine: what `run`, `resume`, `retry` and `resubmit` have in common.

#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/read_sources.h"
#include "runtime/io/folder_lock.h"
#include "runtime/journal/journal.h"
#include "runtime/plan/build.h"
#include "runtime/status.h"

namespace CLI {
class App;
}

namespace tiphys::cli {

struct ExecutionOptions {
    std::string state;
    std::string isolation = "auto";
    std::string backend = "process";
    /// `NAME=PATH`
    std::vector<std::string> images;
    std::string image_folder;
    std::string output;
    std::size_t n_jobs = 0;
    double grace_seconds = 10;
    bool with_log = false;
    bool is_quiet = false;
    /// In the background, by a process of its own.
    bool is_detached = false;
    /// Of runs whose tasks are pods: which cluster, and what runs beside them.
    std::string kubeconfig;
    std::string context;
    std::string name_space;
    std::string executor_image = "tiphys-executor:latest";
};

/// Adds the options to a command.
void add_execution_options(CLI::App& command, ExecutionOptions& options);

/// A run whose plan is made. Not movable once loaded, hence by pointer.
struct LoadedRun {
    run::RunRecord record;
    std::unique_ptr<Sources> sources;
    const ir::Document* document = nullptr;
    run::BuiltPlan built;
    /// What has happened; the state that it leads to is made by replay().
    std::vector<run::Event> history;
    /// Where that is open already; otherwise it is opened for the run.
    std::unique_ptr<run::Journal> journal;
};

/// Builds the run's plan from the inputs in its record; the project is in `sources`.
void build(LoadedRun& loaded);

/// What the object of the run holds besides its state. The plan is made.
[[nodiscard]] run::WorkflowObject object_of(const LoadedRun& loaded);

/// Takes the lock of a run, which is made known to nobody else. Errors: another process has it.
[[nodiscard]] Result<Done> lock_run(run::FolderLock& lock, const std::string& state,
                                    const std::string& name);

/// Whether this machine has what the run's backend needs; an Error says what is missing.
[[nodiscard]] Result<Done> check_backend(const run::StoredInputs& inputs);

/// Carries the run on to its end, whose exit code it returns. The caller holds its lock and has put
/// it into the journal; no journal is open.
[[nodiscard]] int execute(LoadedRun& loaded, const ExecutionOptions& options, Streams& streams);

/// The letters that Kubernetes puts behind generated names.
[[nodiscard]] std::string random_letters(std::size_t n_letters);
[[nodiscard]] std::string new_uid();
[[nodiscard]] std::int64_t unix_ms();
/// Of this machine.
[[nodiscard]] std::string host_name();

using Parameters = std::vector<std::pair<std::string, std::string>>;
/// `name=value` each.
[[nodiscard]] Result<Parameters> parse_parameters(const std::vector<std::string>& texts);
/// `name=value,name=value`. Errors: what Kubernetes would not take as a label.
[[nodiscard]] Result<Parameters> parse_labels(const std::string& text);
/// `name=value` each, into `known`, in place of those of the same names.
[[nodiscard]] Result<Done> override_parameters(Parameters& known,
                                               const std::vector<std::string>& texts);

} // namespace tiphys::cli
