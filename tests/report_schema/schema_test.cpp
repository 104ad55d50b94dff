// Reports in JSON keep to the published schema, and the schema refuses others.
#include <algorithm>
#include <filesystem>
#include <sstream>

#include <catch2/catch.hpp>

#include "cli/run_command.h"
#include "tests/ci/folder_and_shell.h"
#include "tests/ci/json_validator.h"

namespace tiphys {
namespace {

namespace fs = std::filesystem;

std::string run(const std::vector<std::string>& args) {
    std::istringstream in;
    std::ostringstream out;
    cli::Streams streams{in, out, out, false};
    static_cast<void>(cli::run_command(args, streams));
    return out.str();
}

std::vector<std::string> golden_inputs() {
    std::vector<std::string> paths;
    for (const auto& entry : fs::directory_iterator(source_folder() + "/tests/golden/rules")) {
        const fs::path input = entry.path() / "input.yaml";
        if (fs::exists(input)) paths.push_back(input.string());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

} // namespace

TEST_CASE("JSON reports of all rules keep to the schema") {
    const std::string schema = source_text("docs/diagnostics.schema.json");
    for (const std::string& path : golden_inputs()) {
        INFO(path);
        CHECK(schema_problem(run({"lint", path, "--strict", "--format", "json"}), schema) == "");
        std::istringstream lines(run({"lint", path, "--strict", "--format", "json-lines"}));
        for (std::string line; std::getline(lines, line);)
            CHECK(schema_problem(line, schema, "line") == "");
    }
}

TEST_CASE("the schema refuses what is no report") {
    const std::string schema = source_text("docs/diagnostics.schema.json");
    const std::string summary =
        R"("summary": {"files": 1, "errors": 0, "warnings": 0, "infos": 0}})";
    CHECK(schema_problem(R"({"version": 1, "diagnostics": [], )" + summary, schema) == "");
    CHECK(schema_problem(R"({"version": 2, "diagnostics": [], )" + summary, schema) != "");
    CHECK(schema_problem(R"({"version": 1, "diagnostics": [{}], )" + summary, schema) != "");
    CHECK(schema_problem(R"({"version": 1, "more": 1, "diagnostics": [], )" + summary, schema) !=
          "");
    CHECK(schema_problem(R"({"version": 1, "diagnostics": []})", schema) != "");
    CHECK(schema_problem("{", schema) != "");
}

} // namespace tiphys
