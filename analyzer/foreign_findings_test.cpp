// Findings of other tools, which comments and settings silence like our own.
#include <string>

#include <catch2/catch.hpp>

#include "analyzer/run.h"
#include "compiler/front/load.h"

namespace tiphys::analyze {
namespace {

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
        rm $FILE # tiphys: ignore[shellcheck-SC2086] words are meant
        cp $FILE /tmp
)";

/// A finding of ShellCheck at the first place of a text.
Diagnostic foreign(const SourceMap& sources, FileId file, std::string_view at) {
    const std::size_t begin = sources.file(file).text.find(at);
    Diagnostic diagnostic;
    diagnostic.rule = "shellcheck-SC2086";
    diagnostic.severity = Severity::kWarning;
    diagnostic.message = "quote this";
    diagnostic.span = {file, static_cast<std::uint32_t>(begin),
                       static_cast<std::uint32_t>(begin + at.size())};
    return diagnostic;
}

} // namespace

TEST_CASE("comments silence the findings of other tools") {
    SourceMap sources;
    const front::InputFile file{sources.add("a.yaml", kManifest), true};
    const ir::Project project = front::load_project(sources, {&file, 1}, 1);
    Options options;
    options.only = {"suppress-unknown-rule"};
    options.found_elsewhere = {foreign(sources, file.file, "rm $FILE"),
                               foreign(sources, file.file, "cp $FILE")};
    const Verdict verdict = judge(project, options);
    // The name in the comment is known, too.
    REQUIRE(verdict.shown.size() == 1);
    CHECK(sources.text(verdict.shown[0].span) == "cp $FILE");
    REQUIRE(verdict.suppressed.size() == 1);
    CHECK(sources.text(verdict.suppressed[0].span) == "rm $FILE");
}

TEST_CASE("settings for files exclude the findings of other tools") {
    SourceMap sources;
    const front::InputFile file{sources.add("a.yaml", kManifest), true};
    const ir::Project project = front::load_project(sources, {&file, 1}, 1);
    Options options;
    options.only = {"suppress-unknown-rule"};
    options.ignored_in[file.file] = {"shellcheck-SC2086"};
    options.found_elsewhere = {foreign(sources, file.file, "cp $FILE")};
    const Verdict verdict = judge(project, options);
    CHECK(verdict.shown.empty());
    CHECK(verdict.excluded.size() == 1);
}

} // namespace tiphys::analyze
