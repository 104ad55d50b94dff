#pragma once
// Runs the rules over a project.

#include <vector>

#include "analyzer/context.h"

namespace tiphys::analyze {

struct Options {
    Settings settings;
    unsigned n_threads = 1;
    /// Rules to run; empty means all.
    std::vector<std::string_view> only;
    /// Findings of the grade info are left out unless wanted.
    bool with_info = false;
};

/// All findings, in the order of `comes_before`, without duplicates. The result does not depend on
/// the number of threads.
[[nodiscard]] std::vector<Diagnostic> run_rules(const ir::Project& project, const Options& options);

} // namespace tiphys::analyze
