// The action, the hooks, the snippets and the recipes, run with what the platforms give them.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/folder_for_test.h"
#include "compiler/front/load.h"
#include "tests/ci/folder_and_shell.h"
#include "tests/ci/json_validator.h"

namespace tiphys {
namespace {

using cli::workflow_for_test;
using Json = nlohmann::json;

std::string read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The value of a line "name=value" that a step wrote.
std::string output_of(const std::string& text, const std::string& name) {
    const std::size_t at = text.find(name + "=");
    if (at == text.npos) return {};
    const std::size_t from = at + name.size() + 1;
    return text.substr(from, text.find('\n', from) - from);
}

/// YAML of ours as a tree of values.
struct Yaml {
    explicit Yaml(const std::string& text) {
        const front::InputFile file{sources.add("file.yaml", text), true};
        project = front::load_project(sources, {&file, 1}, 1);
    }
    /// The text at a path of keys and indices; empty where there is none.
    [[nodiscard]] std::string at(std::initializer_list<std::string_view> path) const {
        if (project.units()[0].documents.empty()) return {};
        const ir::Value* value = project.units()[0].documents[0].root;
        for (const std::string_view step : path) {
            if (const auto* map = ir::map_as(value)) {
                value = map->find(step);
            } else if (value != nullptr && value->kind == ir::ValueKind::kList) {
                const auto& items = static_cast<const ir::List*>(value)->items;
                const auto index = static_cast<std::size_t>(std::stoul(std::string(step)));
                value = index < items.size() ? items[index] : nullptr;
            } else {
                return {};
            }
        }
        const auto* scalar = ir::scalar_as(value);
        return scalar == nullptr ? std::string() : std::string(scalar->text);
    }
    SourceMap sources;
    ir::Project project{sources};
};

/// What GitHub sets for a step of an action, with files in `folder`.
std::map<std::string, std::string> github_variables(const FolderForTest& folder) {
    return {{"GITHUB_ACTIONS", "true"},
            {"GITHUB_ACTION_PATH", source_folder()},
            {"GITHUB_WORKSPACE", folder.at("workspace")},
            {"GITHUB_STEP_SUMMARY", folder.at("summary.md")},
            {"GITHUB_OUTPUT", folder.at("output")},
            {"RUNNER_TEMP", folder.path()},
            {"TIPHYS_PATHS", "."},
            {"TIPHYS_BINARY", program()}};
}

/// Steps of action.yml, as the runner starts them.
std::string step_of_action(std::string_view index) {
    return Yaml(source_text("action.yml")).at({"runs", "steps", index, "run"});
}

} // namespace

TEST_CASE("the action annotates, sums up and hands over SARIF") {
    const FolderForTest folder;
    folder.write("workspace/a b.yaml", workflow_for_test("missing"));
    folder.write("summary.md", "what other steps wrote\n");
    auto variables = github_variables(folder);
    const ShellOutcome lint = run_shell(step_of_action("0"), folder.path(), variables);
    INFO(lint.out);
    CHECK(lint.code == 0);
    CHECK(lint.out.find("::error file=a b.yaml,line=8,") == 0);
    const std::string summary = read(folder.at("summary.md"));
    CHECK(summary.find("what other steps wrote\n## Tiphys: 1 error") == 0);
    CHECK(summary.find("| error | a b.yaml:8:") != std::string::npos);
    const std::string outputs = read(folder.at("output"));
    CHECK(output_of(outputs, "exit-code") == "1");
    const Json sarif = Json::parse(read(output_of(outputs, "sarif")), nullptr, false);
    REQUIRE_FALSE(sarif.is_discarded());
    CHECK(sarif["runs"][0]["results"].size() == 1);
    variables["TIPHYS_EXIT_CODE"] = output_of(outputs, "exit-code");
    CHECK(run_shell(step_of_action("2"), folder.path(), variables).code == 1);
}

TEST_CASE("the action passes where nothing is found, and fails where nothing can be checked") {
    const FolderForTest folder;
    folder.write("workspace/a.yaml", workflow_for_test("missing"));
    auto variables = github_variables(folder);
    variables["TIPHYS_ARGS"] = "--ignore undefined-variable";
    variables["TIPHYS_FAIL_ON"] = "warning";
    CHECK(run_shell(step_of_action("0"), folder.path(), variables).code == 0);
    CHECK(output_of(read(folder.at("output")), "exit-code") == "0");
    folder.write("output", "");
    variables["TIPHYS_PATHS"] = "no-such-folder";
    CHECK(run_shell(step_of_action("0"), folder.path(), variables).code == 0);
    CHECK(output_of(read(folder.at("output")), "exit-code") == "2");
    variables.erase("TIPHYS_BINARY");
    variables["TIPHYS_VERSION"] = "0.1.0";
    const ShellOutcome unchecked = run_shell(step_of_action("0"), folder.path(), variables);
    CHECK(unchecked.code != 0);
    CHECK(unchecked.out.find("needs `sha256`") != std::string::npos);
}

TEST_CASE("the action hands its inputs to the script") {
    const Yaml action(source_text("action.yml"));
    for (const auto& [input, variable] :
         std::map<std::string, std::string>{{"paths", "TIPHYS_PATHS"},
                                            {"args", "TIPHYS_ARGS"},
                                            {"fail-on", "TIPHYS_FAIL_ON"},
                                            {"binary", "TIPHYS_BINARY"},
                                            {"version", "TIPHYS_VERSION"},
                                            {"sha256", "TIPHYS_SHA256"}}) {
        INFO(input);
        CHECK_FALSE(action.at({"inputs", input, "description"}).empty());
        CHECK(action.at({"runs", "steps", "0", "env", variable}) == "${{ inputs." + input + " }}");
        CHECK(source_text("scripts/github_action").find(variable) != std::string::npos);
    }
    CHECK(action.at({"runs", "using"}) == "composite");
    CHECK(action.at({"runs", "steps", "1", "with", "sarif_file"}) ==
          "${{ steps.lint.outputs.sarif }}");
}

TEST_CASE("the hooks of pre-commit lint and fix the project") {
    const Yaml hooks(source_text(".pre-commit-hooks.yaml"));
    const FolderForTest folder;
    folder.write("a.yaml", workflow_for_test("missing"));
    // pre-commit runs the entry in the repository's root; names are not passed.
    CHECK(hooks.at({"0", "pass_filenames"}) == "false");
    const ShellOutcome lint = run_shell(hooks.at({"0", "entry"}), folder.path());
    CHECK(lint.code == 1);
    CHECK(lint.out.find("undefined-variable") != std::string::npos);
    folder.write("a.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: CronWorkflow\n"
                           "metadata: {name: nightly}\nspec:\n  schedule: '0 2 * * *' # at night\n"
                           "  timezone: UTC\n  concurrencyPolicy: Forbid\n  workflowSpec:\n"
                           "    entrypoint: main\n    templates:\n"
                           "    - {name: main, suspend: {}}\n");
    CHECK(run_shell(hooks.at({"1", "entry"}), folder.path()).code == 0);
    CHECK(read(folder.at("a.yaml")).find("  schedules: [\"0 2 * * *\"] # at night\n") !=
          std::string::npos);
    const std::regex files(hooks.at({"0", "files"}));
    CHECK(std::regex_search("apps/a.yaml", files));
    CHECK(std::regex_search("tiphys.toml", files));
    CHECK_FALSE(std::regex_search("README.md", files));
}

TEST_CASE("GitLab gets its report") {
    const Yaml snippet(fenced_block(source_text("docs/ci.md"), "yaml gitlab"));
    const std::string report = snippet.at({"tiphys", "artifacts", "reports", "codequality"});
    const FolderForTest folder;
    folder.write("a.yaml", workflow_for_test("missing"));
    const ShellOutcome run = run_shell(snippet.at({"tiphys", "script", "0"}), folder.path(),
                                       {{"GITLAB_CI", "true"}, {"CI_PROJECT_DIR", folder.path()}});
    INFO(run.out);
    CHECK(run.code == 1);
    CHECK(run.out.find("a.yaml:8:") != std::string::npos);
    const Json json = Json::parse(read(folder.at(report)), nullptr, false);
    REQUIRE(json.is_array());
    REQUIRE(json.size() == 1);
    CHECK(json[0]["location"]["path"] == "a.yaml");
}

TEST_CASE("problem matchers read what `concise` writes") {
    const FolderForTest folder;
    folder.write("a.yaml", workflow_for_test("missing"));
    const Json github = Json::parse(source_text("editors/github/problem-matcher.json"));
    const Json task = Json::parse(source_text("editors/vscode/tasks.json"))["tasks"][0];
    std::string command = task["command"];
    for (const Json& word : task["args"])
        command += " " + word.get<std::string>();
    const std::string plain = run_shell(command, folder.path()).out;
    const std::string coloured = run_shell(command + " --color always", folder.path()).out;
    CHECK(coloured != plain);
    const auto check = [](const Json& pattern, const std::string& output) {
        const std::regex regex(pattern["regexp"].get<std::string>());
        std::smatch match;
        const std::string line = output.substr(0, output.find('\n'));
        INFO(line);
        REQUIRE(std::regex_match(line, match, regex));
        CHECK(match[pattern["file"].get<std::size_t>()] == "./a.yaml");
        CHECK(match[pattern["line"].get<std::size_t>()] == "8");
        CHECK(match[pattern["severity"].get<std::size_t>()] == "error");
        CHECK(match[pattern["code"].get<std::size_t>()] == "undefined-variable");
        CHECK(match[pattern["message"].get<std::size_t>()].length() > 10);
    };
    check(task["problemMatcher"]["pattern"], plain);
    check(github["problemMatcher"][0]["pattern"][0], plain);
    check(github["problemMatcher"][0]["pattern"][0], coloured);
}

TEST_CASE("Neovim's recipe reads what the program writes") {
    // The command as tiphys.lua has it, with the words that it reads from the report.
    const std::string recipe = source_text("editors/nvim/tiphys.lua");
    std::smatch match;
    REQUIRE(std::regex_search(recipe, match, std::regex("return \\{ (\"tiphys\".*) \\}")));
    std::string command = match[1];
    command = std::regex_replace(command, std::regex("\","), "\"");
    command = std::regex_replace(command, std::regex("path,"), "a.yaml");
    const FolderForTest folder;
    const ShellOutcome run = run_shell(command, folder.path(), {}, workflow_for_test("missing"));
    INFO(command << "\n" << run.out);
    CHECK(run.code == 1);
    CHECK(schema_problem(run.out, source_text("docs/diagnostics.schema.json")).empty());
    const Json json = Json::parse(run.out, nullptr, false);
    REQUIRE(json["diagnostics"].size() == 1);
    const Json& finding = json["diagnostics"][0];
    for (const char* word : {"range", "message", "help", "severity", "rule"}) {
        CHECK(finding.contains(word));
        CHECK(recipe.find(std::string("finding.") + word) != std::string::npos);
    }
}

} // namespace tiphys
