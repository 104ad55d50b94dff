// Paths of the state folder.
#include "cli/runs/state_folder.h"

#include <cstdlib>
#include <filesystem>

#include <CLI/CLI.hpp>

#include "runtime/io/files.h"

namespace tiphys::cli {

namespace fs = std::filesystem;

std::string state_folder(const std::string& wanted) {
    // Tasks run in folders of their own.
    if (!wanted.empty()) return fs::absolute(wanted).lexically_normal().string();
    const char* state = std::getenv("XDG_STATE_HOME");
    if (state != nullptr && *state == '/') return std::string(state) + "/tiphys";
    const char* home = std::getenv("HOME");
    return std::string(home == nullptr ? "/tmp" : home) + "/.local/state/tiphys";
}

std::string run_folder(const std::string& state, const std::string& run) {
    return state + "/runs/" + run;
}

void clear_run_folder(const std::string& folder, bool with_logs) {
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        const std::string name = entry.path().filename().string();
        const bool is_log = name == "logs" || name == "times";
        if (name == "lock" || name == "doorbell" || (is_log && !with_logs)) continue;
        run::remove_tree(entry.path().string());
    }
}

void add_state_option(CLI::App& command, std::string& folder) {
    command.add_option("--state", folder,
                       "Folder of runs, logs and artifacts (default: $XDG_STATE_HOME/tiphys)");
}

} // namespace tiphys::cli
