// tiphys_tidy ROOT: checks the source tree against the house rules of STYLE.md. Prints each
// finding as PATH:LINE: MESSAGE; exits 0 when there is none, 1 otherwise, 2 when ROOT is
// unreadable.
#include <iostream>

#include "tests/tidy/checks.h"

int main(int argc, char** argv) {
    using namespace tiphys::tidy;
    if (argc != 2) {
        std::cerr << "usage: tiphys_tidy ROOT\n";
        return 2;
    }
    const std::optional<Tree> tree = read_tree(argv[1]);
    if (!tree || tree->files().empty()) {
        std::cerr << "tiphys_tidy: cannot read `" << argv[1] << "`\n";
        return 2;
    }
    const Findings findings = all_checks(*tree, this_machine(argv[1]));
    for (const Finding& finding : findings) {
        std::cout << finding.path << ":" << finding.line << ": " << finding.message << "\n";
    }
    std::cout << "tidy: " << tree->files().size() << " files, " << findings.size() << " findings\n";
    return findings.empty() ? 0 : 1;
}
