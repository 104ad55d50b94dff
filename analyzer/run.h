#pragma once
// Runs the rules over a project.

#include <functional>
#include <map>
#include <vector>

#include "analyzer/context.h"

namespace tiphys::analyze {

struct Options {
    Settings settings;
    unsigned n_threads = 1;
    /// Rules to run; empty means all.
    std::vector<std::string_view> only;
    /// Rules that are not to run.
    std::vector<std::string_view> ignored;
    /// The same for single files.
    std::map<FileId, std::vector<std::string_view>> ignored_in;
    /// Severities that replace the rules' own, whatever a rule thinks of the single case.
    std::map<std::string_view, Severity> severities;
    /// Findings of the grade info are left out unless wanted.
    bool with_info = false;
    /// What another tool has found: comments and `ignored_in` are for its findings as well.
    std::vector<Diagnostic> found_elsewhere;
    /// Leaves out checks, by their number within the rule; for tests that must fail without them.
    std::function<bool(const RegisteredRule&, std::size_t)> is_left_out;
};

/// Findings in the order of `comes_before`, without duplicates.
struct Verdict {
    std::vector<Diagnostic> shown;
    /// Silenced by comments.
    std::vector<Diagnostic> suppressed;
    /// Silenced by `Options::ignored_in` or a baseline.
    std::vector<Diagnostic> excluded;
};

/// Runs the rules. The result does not depend on the number of threads.
[[nodiscard]] Verdict judge(const ir::Project& project, const Options& options);

/// What `judge` shows.
[[nodiscard]] std::vector<Diagnostic> run_rules(const ir::Project& project, const Options& options);

} // namespace tiphys::analyze
