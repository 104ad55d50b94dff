#pragma once
// Which runs commands are about, with the options that say so.

#include <cstdint>
#include <string>
#include <vector>

#include "cli/cluster/choice.h"
#include "cli/runs/stored_run.h"

namespace tiphys::cli {

struct RunFilter {
    std::vector<std::string> phases;
    std::string prefix;
    /// Durations: `30m`, `2d`.
    std::string older;
    std::string since;
    bool completed = false;
    bool running = false;
    bool resubmitted = false;
};

/// Adds `--completed`, `--running`, `--status`, `--prefix`, `--older`, `--since`, `--resubmitted`.
void add_filter_options(CLI::App& command, RunFilter& filter);

/// How old a run must be at least, and when it must have begun at the earliest; 0: it matters not.
struct AgeLimits {
    std::int64_t older_ms = 0;
    std::int64_t since_ms = 0;
};
/// Errors: a duration that is none, or filters that leave nothing.
[[nodiscard]] Result<AgeLimits> age_limits(const RunFilter& filter);

/// Those of the journal that match, and whose labels and fields match the selectors; the latest
/// first. Errors: a duration or a condition that is none.
[[nodiscard]] Result<std::vector<run::RunRecord>>
filtered_runs(run::Journal& journal, const RunFilter& filter, const ListQuery& selectors);

/// The names of the runs that are named, in their order, and of those that the selectors choose
/// among what the filter lets through; each once. Errors: a name that no run has, no such run.
[[nodiscard]] Result<std::vector<std::string>> chosen_runs(run::Journal& journal,
                                                           const std::vector<std::string>& names,
                                                           const RunFilter& filter,
                                                           const ListQuery& selectors);

/// `2d`, `1h30m`, `90s`.
[[nodiscard]] Result<std::int64_t> parse_age_ms(const std::string& text);

/// `3d`, `5h`, `2m`, `10s`.
[[nodiscard]] std::string age_text(std::int64_t milliseconds);

} // namespace tiphys::cli
