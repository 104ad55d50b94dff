#pragma once
// What must survive the process: all runs of a state folder, with the events that made them what
// they are. A run's state is the fold of its events, so nothing else of it is kept.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "runtime/core/step.h"
#include "runtime/journal/database.h"

namespace tiphys::run {

/// One file of the manifest, as it was read.
struct StoredFile {
    std::string path;
    std::string text;
    bool is_explicit = false;
    bool is_known = false;
    bool is_module = false;
};

/// Everything from which a run's plan can be built again.
struct StoredInputs {
    std::vector<StoredFile> files;
    std::string environment;
    std::string entrypoint;
    std::vector<std::pair<std::string, std::string>> parameters;
    /// Of the process backend: "none" or "namespace".
    std::string isolation;
    std::int64_t grace_ms = 0;
    /// "process" or "oci"; empty: the former.
    std::string backend;
    /// Of the OCI backend: where images are, by name, and a folder of them. Absolute paths.
    std::vector<std::pair<std::string, std::string>> images;
    std::string image_folder;
    /// Which document runs, as `--from` names it; empty: the first that can.
    std::string from;
    /// Beside those of the document.
    std::vector<std::pair<std::string, std::string>> labels;
};

/// What `list` shows without looking into a run.
struct RunSummary {
    RunPhase phase = RunPhase::kPending;
    std::string message;
    std::int64_t started_ms = 0;
    std::int64_t finished_ms = 0;
    bool suspended = false;
    std::uint32_t n_done = 0;
    std::uint32_t n_all = 0;
};

struct RunRecord {
    /// Of its row.
    std::int64_t id = 0;
    std::string name;
    std::string namespace_name;
    std::string uid;
    std::string generate_name;
    /// The run that this one repeats; empty: none.
    std::string previous;
    std::int64_t created_ms = 0;
    /// How often it was begun; 1 unless it was retried.
    std::int64_t generation = 1;
    /// Its last task has ended and nothing is left to do.
    bool closed = false;
    /// Of its final state; 0 while there is none.
    std::uint64_t state_hash = 0;
    RunSummary summary;
    StoredInputs inputs;
};

/// A wish that waits until the process of the run takes it.
struct PendingRequest {
    std::int64_t id = 0;
    EventKind what;
};

class Journal {
public:
    /// For open().
    explicit Journal(std::unique_ptr<Database> database) : database_(std::move(database)) {}

    /// `folder` is made if `may_create`. Errors: it cannot be written; the journal is damaged or
    /// was written by a later version.
    [[nodiscard]] static Result<std::unique_ptr<Journal>> open(const std::string& folder,
                                                               bool may_create);
    /// Whether the folder has one.
    [[nodiscard]] static bool exists(const std::string& folder);

    /// Latest first.
    [[nodiscard]] Result<std::vector<RunRecord>> runs();
    /// Nothing where there is none of the name. Errors: its inputs are asked for, and damaged.
    [[nodiscard]] Result<std::optional<RunRecord>> find(const std::string& name,
                                                        bool with_inputs = true);
    /// Replaces a run of the same name. Sets the record's id. `first`: the event that it begins
    /// with, where that is known already.
    [[nodiscard]] Result<Done> add(RunRecord& record, const Event* first = nullptr);
    /// Forgets the run's events and begins it anew with this one.
    [[nodiscard]] Result<Done> restart(RunRecord& record, const Event& first);
    [[nodiscard]] Result<Done> remove(std::int64_t run);
    /// From number `first` on. Errors: one is damaged, or missing.
    [[nodiscard]] Result<std::vector<Event>> events(std::int64_t run, std::int64_t first = 0);
    /// That what is kept of the run is damaged, and what can be done.
    [[nodiscard]] Error unreadable(std::int64_t run);

    [[nodiscard]] Result<Done> request(std::int64_t run, const EventKind& what);
    [[nodiscard]] Result<std::vector<PendingRequest>> requests(std::int64_t run);

    /// All at once: events from number `first` on, the requests up to `last_request` are done.
    struct Batch {
        std::int64_t first = 0;
        std::span<const Event> events;
        std::int64_t last_request = 0;
        RunSummary summary;
    };
    [[nodiscard]] Result<Done> append(std::int64_t run, const Batch& batch);
    [[nodiscard]] Result<Done> close(std::int64_t run, std::uint64_t state_hash);

private:
    [[nodiscard]] Result<Done> prepare();
    [[nodiscard]] Result<Done> remove_rows(std::int64_t run);
    [[nodiscard]] Result<Done> insert_events(std::int64_t run, std::int64_t first,
                                             std::span<const Event> events);

    std::unique_ptr<Database> database_;
    std::optional<Statement> insert_event_;
    std::optional<Statement> update_run_;
};

} // namespace tiphys::run
