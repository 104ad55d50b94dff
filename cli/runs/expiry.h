#pragma once
// The end of runs: deleting them, and when that is due by itself. Argo: workflow/gccontroller.

#include <cstdint>
#include <optional>
#include <string>

#include "compiler/base/result.h"
#include "runtime/journal/journal.h"

namespace tiphys::cli {

struct LoadedRun;

/// Seconds for which `ttlStrategy` keeps a run that ended so; nothing: for ever.
[[nodiscard]] std::optional<std::int64_t> seconds_to_keep(const LoadedRun& loaded,
                                                          run::RunPhase phase);

/// Keeps in its folder how the run has ended: when it is to be deleted, then its object as JSON,
/// which it returns. A process that is killed before leaves this to the next one.
[[nodiscard]] Result<std::string> keep_outcome(const LoadedRun& loaded, const run::State& state,
                                               const std::string& folder);

/// With its logs, and its artifacts in the local store. Of those elsewhere, the ones whose
/// `artifactGC` says OnWorkflowDeletion go as well, unless `leaves_artifacts`. An Error: another
/// process has the run in hand, or an artifact could not be removed; the run is still there then.
[[nodiscard]] Result<Done> delete_run(const std::string& state, run::Journal& journal,
                                      const run::RunRecord& record, bool leaves_artifacts);

/// Deletes the runs whose time is over; those that cannot be deleted stay until the next time.
[[nodiscard]] Result<Done> delete_expired(const std::string& state, run::Journal& journal);

} // namespace tiphys::cli
