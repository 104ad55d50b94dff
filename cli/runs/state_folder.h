#pragma once
// Where runs are kept, and the parts of that folder.

#include <string>

#include "cli/command.h"

namespace CLI {
class App;
}

namespace tiphys::cli {

/// `wanted` as an absolute path; empty: `$XDG_STATE_HOME/tiphys`, else `~/.local/state/tiphys`.
[[nodiscard]] std::string state_folder(const std::string& wanted);

[[nodiscard]] std::string run_folder(const std::string& state, const std::string& run);

/// Removes what an earlier run left in its folder, except what other processes may wait on.
void clear_run_folder(const std::string& folder, bool with_logs);

/// Adds `--state`.
void add_state_option(CLI::App& command, std::string& folder);

} // namespace tiphys::cli
