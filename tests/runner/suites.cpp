// The suites and the generated documents: the only place that knows their commands.
#include "tests/runner/suites.h"

#include <array>

namespace tiphys::golden {
namespace {

constexpr std::array kSuites = {
    // One case for each rule, under its name: bad, good and suppressed documents in one input.
    // Other
    // rules are silent, so that a new one changes no case but its own.
    Suite{.name = "rules",
          .command = "lint --strict --only {case}",
          .ending = "txt",
          .fix_command = "lint --strict --only {case} --fix --unsafe-fixes",
          .is_for_rules = true},
    // Options and output formats of the linter: `args` names them.
    Suite{.name = "lint", .command = "lint", .ending = "txt"},
    // YAML as written: syntax, encodings, limits.
    Suite{.name = "parse", .command = "lint", .ending = "txt"},
    // What is wrong with the call or the world; `args` is the whole command line.
    Suite{.name = "errors", .command = "", .ending = "txt"},
    Suite{.name = "graph", .command = "graph", .ending = "txt"},
    Suite{.name = "stats", .command = "stats", .ending = "txt"},
    // YAML to IR to YAML.
    Suite{.name = "emit", .command = "compile -o -", .ending = "yaml"},
    // Sources in the language: objects, and what is said about text that is not the language.
    Suite{.name = "compile", .command = "compile -o -", .ending = "yaml"},
    // Files that use others: relative ones, WorkflowTemplates in YAML, the standard library.
    Suite{.name = "modules", .command = "compile -o -", .ending = "yaml"},
    // YAML to the language.
    Suite{.name = "import", .command = "import", .ending = "tiphys"},
    Suite{.name = "syntax", .command = "lint", .ending = "txt"},
    // Standard input in the language's style: `args` is `-`, or asks for the difference.
    Suite{.name = "format", .command = "fmt", .ending = "txt"},
    // Objects of two inputs or environments: `args` names the second.
    Suite{.name = "diff", .command = "diff", .ending = "txt"},
    // Types and phases of the language: what is said about values in wrong places.
    Suite{.name = "types", .command = "lint", .ending = "txt"},
    Suite{.name = "run", .command = "run", .ending = "txt", .has_times = true},
    // What is due when, and runs that start at their time.
    Suite{.name = "cron", .command = "cron", .ending = "txt"},
    // Several command lines, one after the other in a state folder of their own: `args` holds them,
    // each after a `$`.
    Suite{
        .name = "sessions", .command = "", .ending = "txt", .has_times = true, .is_session = true},
    // Figures of runs in virtual time.
    Suite{.name = "simulate", .command = "simulate", .ending = "txt"},
    // Everything else; `args` is the whole command line.
    Suite{.name = "cli", .command = "", .ending = "txt"},
};

constexpr std::array kDocuments = {
    Document{"docs/rules.md", "rules --markdown"},
    Document{"docs/cli.md", "help --markdown"},
    Document{"docs/stdlib.md", "help --std"},
};

} // namespace

std::span<const Suite> all_suites() {
    return kSuites;
}

const Suite* find_suite(std::string_view name) {
    for (const Suite& suite : kSuites) {
        if (suite.name == name) return &suite;
    }
    return nullptr;
}

std::span<const Document> all_documents() {
    return kDocuments;
}

} // namespace tiphys::golden
