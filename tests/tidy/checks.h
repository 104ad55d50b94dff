#pragma once
// The checks. Each is a function from the tree to what is wrong with it; all_checks() calls them.

#include <string>
#include <vector>

#include "tests/tidy/tree.h"

namespace tiphys::tidy {

/// One defect. Line 0 means the file or folder as a whole.
struct Finding {
    std::string path;
    int line = 0;
    std::string message;
    friend bool operator==(const Finding&, const Finding&) = default;
};

using Findings = std::vector<Finding>;

/// What must not leave this machine: folders that no committed file may name.
struct Machine {
    std::vector<std::string> paths;
};

/// The machine that runs the check: the source folder, the folder of shared test data, the home.
[[nodiscard]] Machine this_machine(const std::string& source_root);

/// Who may include whom, and the walls around third parties (layers.cpp).
[[nodiscard]] Findings check_includes(const Tree& tree);
/// Length of functions, files and lines; purpose comments, `#pragma once` (layout.cpp).
[[nodiscard]] Findings check_layout(const Tree& tree);
/// Words that code may not hold outside their walls, and words that no text may hold (words.cpp).
[[nodiscard]] Findings check_words(const Tree& tree, const Machine& machine);
/// Names of files, types and tests (names.cpp).
[[nodiscard]] Findings check_names(const Tree& tree);
/// Titles and links of Markdown pages (documents.cpp).
[[nodiscard]] Findings check_documents(const Tree& tree);
/// Rules and their golden cases; files that no golden case uses (golden_cases.cpp).
[[nodiscard]] Findings check_golden_cases(const Tree& tree);

/// All of the above, sorted by place.
[[nodiscard]] Findings all_checks(const Tree& tree, const Machine& machine);

} // namespace tiphys::tidy
