// The table of Argo's own examples: which of them run here, which in virtual time, what the others
// need. With TIPHYS_UPDATE=1 the page is written anew.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <vector>

#include <catch2/catch.hpp>

#include "cli/read_sources.h"
#include "runtime/plan/build.h"
#include "runtime/simulation.h"

namespace tiphys {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHead =
    R"(# Argo's examples

What `tiphys run` and `tiphys simulate` make of the manifests in the folder `examples` of Argo
Workflows. A test writes this table.

- *runs here*: as processes of this machine, with nothing but a shell and the usual small tools.
- *runs here with* …: these commands must be installed; Argo takes them from the image.
- *runs simulated*: in virtual time; what `tiphys run` lacks is said behind it.
- *refused*: Argo does not take it either, or not without objects that are not in the file.

)";

/// What every Linux system has.
const std::set<std::string>& usual_commands() {
    static const std::set<std::string> kCommands = {
        "sh",   "bash",  "/bin/sh", "/bin/bash", "cat",  "echo", "/bin/echo", "true", "false",
        "ls",   "sleep", "date",    "printf",    "grep", "sed",  "awk",       "env",  "expr",
        "seq",  "tail",  "head",    "mkdir",     "cp",   "mv",   "rm",        "tar",  "find",
        "test", "touch", "wc",      "sort",      "dd",   "id",   "whoami",    "gzip", "chmod"};
    return kCommands;
}

struct Row {
    std::string file;
    std::string outcome;
};

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string joined(const std::set<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text;
}

const ir::Document* workflow_in(const ir::Project& project, const std::string& path) {
    for (const char* kind :
         {"Workflow", "CronWorkflow", "WorkflowTemplate", "ClusterWorkflowTemplate"}) {
        for (const ir::Document* document : project.all(kind)) {
            if (project.sources().file(document->file).path == path) return document;
        }
    }
    return nullptr;
}

/// Commands of the plan that not every machine has.
std::set<std::string> special_commands(const run::Plan& plan) {
    std::set<std::string> special;
    for (const run::Template& made : plan.templates) {
        for (const run::ContainerSpec& container : made.containers) {
            const auto& words = container.command.empty() ? container.args : container.command;
            if (words.empty() || words[0].has_tags()) continue;
            const std::string& command = words[0].source();
            if (!usual_commands().contains(command)) special.insert("`" + command + "`");
        }
    }
    return special;
}

/// Empty where the run comes to an end in virtual time.
std::string trouble_in_simulation(const ir::Project& project, run::RunRequest request) {
    request.is_simulated = true;
    run::BuiltPlan built = run::build_plan(project, request);
    if (!built.unsupported.empty()) return built.unsupported[0].reason;
    for (run::Template& made : built.plan.templates) {
        const bool waits = made.kind == run::TemplateKind::kSuspend;
        if (waits && made.suspend_duration.empty()) made.suspend_duration = run::Text("60");
    }
    run::TaskModel model;
    run::add_missing_outputs(built.plan, model);
    run::SimulatedOptions options;
    options.behaviour = run::behaviour_of(model);
    run::SimulatedBackend backend(std::move(options));
    run::State state(built.plan);
    const auto done = run::simulate_to_end(state, backend);
    return done ? "" : done.error().message;
}

std::string outcome_of(const fs::path& path) {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    cli::Streams streams{in, out, err, false};
    const auto sources = cli::read_sources({path.string()}, streams, "<stdin>", 1);
    if (!sources) return "cannot be read: " + sources.error().message;
    const ir::Project& project = (*sources)->project;
    run::RunRequest request;
    request.workflow = workflow_in(project, path.string());
    request.name = "example";
    if (request.workflow == nullptr) return "nothing to run in it";
    const run::BuiltPlan built = run::build_plan(project, request);
    std::set<std::string> needs;
    for (const run::Unsupported& field : built.unsupported) {
        if (field.is_refused) return "refused: " + field.reason;
        needs.insert(field.reason);
    }
    const std::string trouble = trouble_in_simulation(project, request);
    if (!needs.empty()) {
        return (trouble.empty() ? "runs simulated; " : "needs more: ") + joined(needs);
    }
    if (!built.plan.error.empty()) return "refused: " + built.plan.error;
    const std::set<std::string> special = special_commands(built.plan);
    if (special.empty()) return "runs here";
    return "runs here with " + joined(special);
}

std::vector<Row> rows_for(const fs::path& folder) {
    std::vector<Row> rows;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.path().extension() != ".yaml") continue;
        rows.push_back({fs::relative(entry.path(), folder).string(), outcome_of(entry.path())});
    }
    std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.file < b.file; });
    return rows;
}

std::string in_cell(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    for (std::size_t at = text.find('|'); at != text.npos; at = text.find('|', at + 2)) {
        text.insert(at, "\\");
    }
    return text;
}

std::string page_of(const std::vector<Row>& rows) {
    std::size_t n_here = 0;
    std::size_t n_simulated = 0;
    for (const Row& row : rows) {
        if (row.outcome.starts_with("runs here")) ++n_here;
        if (row.outcome.starts_with("runs simulated")) ++n_simulated;
    }
    std::string page = kHead;
    page += "Of " + std::to_string(rows.size()) + " files " + std::to_string(n_here) +
            " run here and " + std::to_string(n_simulated) +
            " more simulated.\n\n| example | outcome |\n|---|---|\n";
    for (const Row& row : rows) {
        page += "| `" + row.file + "` | " + in_cell(row.outcome) + " |\n";
    }
    return page;
}

TEST_CASE("the table of Argo's examples is up to date") {
    const char* source = std::getenv("TIPHYS_SOURCE_DIR");
    const fs::path root = source == nullptr ? fs::current_path() : fs::path(source);
    const char* shared = std::getenv("TIPHYS_SHARED");
    const fs::path corpus =
        (shared != nullptr ? fs::path(shared) : root.parent_path() / "shared") / "corpus";
    const fs::path folder = corpus / "argo-workflows";
    if (!fs::is_directory(folder)) {
        std::cout << "skipped: there is no folder of examples; set TIPHYS_SHARED\n";
        return;
    }
    const std::vector<Row> rows = rows_for(folder);
    REQUIRE(rows.size() > 200);
    const std::string page = page_of(rows);
    const fs::path path = root / "docs" / "argo-examples.md";
    if (std::getenv("TIPHYS_UPDATE") != nullptr) std::ofstream(path, std::ios::binary) << page;
    CHECK(read(path) == page);
}

} // namespace
} // namespace tiphys
