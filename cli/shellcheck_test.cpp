// ShellCheck's findings at their places; a stand-in takes its part.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "cli/shellcheck.h"
#include "compiler/front/load.h"

namespace tiphys::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kManifest = R"(apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: a-}
spec:
  entrypoint: main
  templates:
  - name: main
    script:
      image: alpine:3.20
      command: [sh]
      source: |
        set -e
        rm $FILE
)";

/// A folder with a program `shellcheck` that prints what it is told, alone on the PATH.
class StandIn {
public:
    explicit StandIn(const std::string& output) {
        std::string name = (fs::temp_directory_path() / "tiphys-test-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        folder_ = name;
        if (!output.empty()) {
            std::ofstream(folder_ / "shellcheck") << "#!/bin/sh\necho '" << output << "'\nexit 1\n";
            fs::permissions(folder_ / "shellcheck", fs::perms::owner_all);
        }
        const char* path = std::getenv("PATH");
        path_ = path == nullptr ? "" : path;
        setenv("PATH", folder_.c_str(), 1);
    }
    StandIn(const StandIn&) = delete;
    StandIn& operator=(const StandIn&) = delete;
    ~StandIn() {
        setenv("PATH", path_.c_str(), 1);
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }

private:
    fs::path folder_;
    std::string path_;
};

struct Outcome {
    bool has_failed = false;
    std::string message;
    std::vector<Diagnostic> found;
    std::string place;
};

Outcome run(ShellCheck when) {
    SourceMap sources;
    const front::InputFile file{sources.add("a.yaml", kManifest), true};
    const ir::Project project = front::load_project(sources, {&file, 1}, 1);
    Outcome outcome;
    Result<std::vector<Diagnostic>> result = run_shellcheck(project, when);
    if (!result.has_value()) {
        outcome.has_failed = true;
        outcome.message = result.error().message;
        return outcome;
    }
    outcome.found = std::move(*result);
    std::stable_sort(outcome.found.begin(), outcome.found.end(), comes_before);
    for (const Diagnostic& diagnostic : outcome.found) {
        const Position at = sources.position(file.file, diagnostic.span.begin);
        outcome.place += std::to_string(at.line) + ":" + std::to_string(at.column) + " " +
                         std::string(sources.text(diagnostic.span)) + ";";
    }
    return outcome;
}

constexpr const char* kTwo =
    R"({"comments":[{"file":"/a/0.sh","line":3,"endLine":3,"column":4,"endColumn":9,)"
    R"("level":"warning","code":2086,"message":"Quote this."},)"
    R"({"file":"/a/0.sh","line":2,"endLine":2,"column":1,"endColumn":4,)"
    R"("level":"style","code":2001,"message":"Hm."}]})";

TEST_CASE("findings stand at their place in the manifest, and hints are information") {
    const StandIn stand_in(kTwo);
    const Outcome outcome = run(ShellCheck::kAlways);
    REQUIRE_FALSE(outcome.has_failed);
    REQUIRE(outcome.found.size() == 2);
    CHECK(outcome.place == "12:9 set;13:12 $FILE;");
    CHECK(outcome.found[0].severity == Severity::kInfo);
    CHECK(outcome.found[1].rule == "shellcheck-SC2086");
    CHECK(outcome.found[1].severity == Severity::kWarning);
    CHECK(outcome.found[1].message == "Quote this");
    CHECK(outcome.found[1].object.kind == "Workflow");
}

TEST_CASE("without the program `auto` finds nothing and `always` fails") {
    const StandIn stand_in("");
    CHECK_FALSE(run(ShellCheck::kAuto).has_failed);
    CHECK_FALSE(run(ShellCheck::kNever).has_failed);
    CHECK(run(ShellCheck::kAlways).message == "shellcheck is not installed");
}

TEST_CASE("what is not its output is an error") {
    const StandIn stand_in("hello");
    CHECK(run(ShellCheck::kAlways).has_failed);
}

} // namespace
} // namespace tiphys::cli
