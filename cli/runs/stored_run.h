#pragma once
// Runs of the journal, as commands work with them.

#include <memory>
#include <string>
#include <vector>

#include "cli/runs/execution.h"
#include "runtime/core/state.h"

namespace tiphys::cli {

/// The files of `sources`, for the journal.
[[nodiscard]] std::vector<run::StoredFile> stored_files(const Sources& sources);

/// Errors: there is no journal in the folder.
[[nodiscard]] Result<std::unique_ptr<run::Journal>> open_journal(const std::string& state);

/// The record of a run; `@latest` is the one begun last. Errors: there is none of the name, and
/// which one may have been meant; its inputs are asked for, and damaged.
[[nodiscard]] Result<run::RunRecord> find_run(run::Journal& journal, const std::string& name,
                                              bool with_inputs = true);

/// The plan of a run, without its history. Errors: its inputs make none that can be carried out.
[[nodiscard]] Result<std::unique_ptr<LoadedRun>> load_plan(run::RunRecord record);

/// The plan of a run and what has happened in it.
[[nodiscard]] Result<std::unique_ptr<LoadedRun>> load_run(run::Journal& journal,
                                                          run::RunRecord record);

/// Whether a process carries the run on now.
[[nodiscard]] bool is_live(const std::string& state, const run::RunRecord& record);
/// Its process has ended before it had.
[[nodiscard]] bool is_interrupted(const std::string& state, const run::RunRecord& record);

/// `Succeeded`, `Running (suspended)`, `Running (interrupted)`.
[[nodiscard]] std::string status_text(const std::string& state, const run::RunRecord& record);

} // namespace tiphys::cli
