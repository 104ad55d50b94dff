// All checks together.
#include "tests/tidy/checks.h"

#include <algorithm>
#include <cstdlib>
#include <tuple>

namespace tiphys::tidy {

Machine this_machine(const std::string& source_root) {
    Machine machine;
    for (const char* variable : {"HOME", "TIPHYS_SHARED"}) {
        const char* value = std::getenv(variable);
        if (value != nullptr) machine.paths.emplace_back(value);
    }
    machine.paths.push_back(source_root);
    // A single component (`/src`, `/root`) is a word that documents may well use.
    std::erase_if(machine.paths,
                  [](const std::string& path) { return split(path, '/').size() < 2; });
    return machine;
}

Findings all_checks(const Tree& tree, const Machine& machine) {
    Findings all;
    for (Findings part : {check_includes(tree), check_layout(tree), check_words(tree, machine),
                          check_names(tree), check_documents(tree), check_golden_cases(tree)}) {
        all.insert(all.end(), part.begin(), part.end());
    }
    std::sort(all.begin(), all.end(), [](const Finding& a, const Finding& b) {
        return std::tie(a.path, a.line, a.message) < std::tie(b.path, b.line, b.message);
    });
    return all;
}

} // namespace tiphys::tidy
