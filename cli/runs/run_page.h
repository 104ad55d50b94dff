#pragma once
// A run as people read it: what it is, how it stands, and its nodes as a tree.

#include <iosfwd>
#include <string>

#include "cli/runs/node_selector.h"
#include "cli/runs/stored_run.h"

namespace tiphys::cli {

struct PageOptions {
    bool with_colour = false;
    /// Also parameters and outputs of nodes, and what their processes used.
    bool is_wide = false;
    /// The tree alone.
    bool is_short = false;
    /// Null: all nodes.
    const NodeSelector* selector = nullptr;
};

void write_page(const std::string& state_path, const LoadedRun& loaded, const run::State& state,
                const PageOptions& options, std::ostream& out);

} // namespace tiphys::cli
