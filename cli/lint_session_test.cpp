// Sessions: which configuration counts, unsaved buffers, files read again; what is written where.
#include <sstream>

#include <catch2/catch.hpp>

#include "cli/find_config.h"
#include "cli/folder_for_test.h"
#include "cli/lint_outputs.h"
#include "cli/run_command.h"
#include "cli/watch.h"

namespace tiphys::cli {
namespace {

struct Outcome {
    int code = 0;
    std::string out;
    std::string err;
};

Outcome run(const std::vector<std::string>& args, const std::string& in = "") {
    std::istringstream in_stream(in);
    std::ostringstream out;
    std::ostringstream err;
    Streams streams{in_stream, out, err, false};
    const int code = run_command(args, streams);
    return {code, out.str(), err.str()};
}

/// "rule: message" of all findings, one on each line.
std::string listing(const LintResult& result) {
    std::string text;
    for (const Diagnostic& diagnostic : result.verdict.shown)
        text += std::string(diagnostic.rule) + ": " + diagnostic.message + "\n";
    return text;
}

Result<LintSession> open(const FolderForTest& folder) {
    std::istringstream in;
    std::ostringstream out;
    Streams streams{in, out, out, false};
    LintOptions options;
    options.paths = {folder.path()};
    return LintSession::open(options, streams);
}

} // namespace

TEST_CASE("the nearest configuration counts, up to the repository's root") {
    const FolderForTest folder;
    folder.write("tiphys.toml", "");
    folder.write("repository/.git/HEAD", "");
    folder.write("repository/apps/a.yaml", "");
    CHECK(*find_config({folder.at("repository/apps")}) == std::nullopt);
    folder.write("repository/tiphys.toml", "");
    CHECK(*find_config({folder.at("repository/apps/a.yaml")}) ==
          folder.at("repository/tiphys.toml"));
    CHECK(*find_config({folder.at("repository/apps/not-there.yaml")}) ==
          folder.at("repository/tiphys.toml"));
    folder.write("repository/apps/tiphys.toml", "");
    CHECK(*find_config({folder.at("repository/apps/")}) ==
          folder.at("repository/apps/tiphys.toml"));
    CHECK_FALSE(find_config({folder.at("repository"), folder.at("repository/apps")}).has_value());
    CHECK(project_folder(folder.at("repository/apps/a.yaml")) == folder.at("repository/apps"));
}

TEST_CASE("an unsaved buffer is judged within its project") {
    const FolderForTest folder;
    folder.write("template.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\n"
                                  "metadata: {name: shared}\nspec:\n  templates:\n"
                                  "  - name: greet\n    suspend: {}\n");
    folder.write("tiphys.toml", "");
    folder.write("broken.yaml", workflow_for_test("other"));
    const auto buffer = [](const std::string& name) {
        return "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {generateName: x-}\n"
               "spec:\n  entrypoint: main\n  templates:\n  - name: main\n    steps:\n"
               "    - - {name: a, templateRef: {name: shared, template: " +
               name + "}}\n";
    };
    const std::vector<std::string> args{
        "lint",     "-",       "--stdin-filename", folder.at("buffer.yaml"),
        "--format", "concise", "--fail-on",        "error"};
    CHECK(run(args, buffer("greet")).code == 0);
    CHECK(run(args, buffer("greet")).out.empty());
    const Outcome wrong = run(args, buffer("greeet"));
    CHECK(wrong.code == 1);
    CHECK(wrong.out.find("buffer.yaml:9:") != std::string::npos);
    CHECK(wrong.out.find("broken.yaml") == std::string::npos);
}

TEST_CASE("a file read again is judged like one read afresh") {
    const FolderForTest folder;
    folder.write("a.yaml", workflow_for_test("first"));
    folder.write("b.yaml", workflow_for_test("second"));
    Result<LintSession> session = open(folder);
    REQUIRE(session.has_value());
    const std::string texts[] = {"# a line\n" + workflow_for_test("third"), "a: [\n", "",
                                 workflow_for_test("fourth")};
    for (const std::string& text : texts) {
        folder.write("b.yaml", text);
        const Sources& sources = session->sources();
        for (const front::InputFile& input : sources.inputs) {
            if (sources.map.file(input.file).path == folder.at("b.yaml")) {
                session->reread(input.file, text);
            }
        }
        const LintResult result = session->judge();
        CHECK(listing(result).find("`inputs.parameters.first`") != std::string::npos);
        Result<LintSession> fresh = open(folder);
        REQUIRE(fresh.has_value());
        // A file without interest is not read at all, and one that is open may be half written.
        if (!front::is_of_interest(text)) continue;
        CHECK(listing(result) == listing(fresh->judge()));
    }
}

TEST_CASE("formats and files are paired") {
    using Words = std::vector<OutputWord>;
    const OutputWord json{false, "json"};
    const OutputWord sarif{false, "sarif"};
    const OutputWord a{true, "a"};
    const OutputWord b{true, "b"};
    const auto paths = [](const Words& words) {
        const auto outputs = pair_outputs(words);
        if (!outputs.has_value()) return std::string("error");
        std::string text;
        for (const LintOutput& output : *outputs)
            text += (output.path.empty() ? "-" : output.path) + " ";
        return text;
    };
    CHECK(paths({}) == "- ");
    CHECK(paths({a}) == "a ");
    CHECK(paths({json, a}) == "a ");
    CHECK(paths({a, json}) == "a ");
    CHECK(paths({json, sarif, a}) == "- a ");
    CHECK(paths({json, a, sarif}) == "a - ");
    CHECK(paths({json, sarif, a, b}) == "a b ");
    CHECK(paths({json, sarif}) == "error");
    CHECK(paths({json, a, sarif, a}) == "error");
    CHECK(paths({json, a, b}) == "error");
    CHECK(paths({a, json, sarif}) == "error");
}

TEST_CASE("several reports are written in one run") {
    const FolderForTest folder;
    folder.write("a.yaml", workflow_for_test("x"));
    const Outcome outcome =
        run({"lint", folder.at("a.yaml"), "--format", "github", "--format", "json", "--output",
             folder.at("out.json"), "--format", "sarif", "--output", folder.at("out.sarif")});
    CHECK(outcome.code == 1);
    CHECK(outcome.out.find("::error ") == 0);
    CHECK(std::filesystem::file_size(folder.at("out.json")) > 100);
    CHECK(std::filesystem::file_size(folder.at("out.sarif")) > 100);
    CHECK(run({"lint", folder.at("a.yaml"), "--output", folder.at("none/out")}).code == 2);
}

TEST_CASE("errors beyond the limit are counted, and still fail the run") {
    // Warnings fill the limit before the only error comes.
    std::string text = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n"
                       "metadata: {generateName: many-}\nspec:\n  entrypoint: main\n"
                       "  templates:\n  - name: main\n    suspend: {}\n";
    for (int i = 0; i < 1'005; ++i)
        text += "  - name: unused-" + std::to_string(i) + "\n    suspend: {}\n";
    text += "  - name: wrong\n    suspend: {duration: [1]}\n";
    const Outcome outcome = run({"lint", "-", "--no-config", "--only", "unused-template", "--only",
                                 "wrong-type", "--format", "grouped"},
                                text);
    CHECK(outcome.code == 1);
    CHECK(outcome.out.find("1000 warnings in 1 file (7 more not shown)") != std::string::npos);
}

TEST_CASE("watching reports what changes") {
    const FolderForTest folder;
    folder.write("a.yaml", workflow_for_test("first"));
    folder.write("b.yaml", workflow_for_test("second"));
    std::istringstream in;
    std::ostringstream out;
    Streams streams{in, out, out, false};
    LintOptions options;
    options.paths = {folder.path()};
    options.outputs = {{report::Format::kJsonLines, ""}};
    Result<LintSession> session = LintSession::open(options, streams);
    REQUIRE(session.has_value());
    Result<LintWatch> watch = LintWatch::open(options, std::move(*session), streams);
    REQUIRE(watch.has_value());
    CHECK(watch->report() == 1);
    CHECK(out.str().find("`inputs.parameters.first`") != std::string::npos);
    const auto after = [&](const std::string& name, const std::string& text) {
        out.str("");
        // As editors save: a new file takes the place of the old one.
        folder.write(name + "~", text);
        std::filesystem::rename(folder.at(name + "~"), folder.at(name));
        const Result<bool> step = watch->step(5'000);
        return step.has_value() && *step;
    };
    CHECK(after("a.yaml", workflow_for_test("changed")));
    CHECK(out.str().find("`inputs.parameters.changed`") != std::string::npos);
    CHECK(out.str().find("`inputs.parameters.second`") != std::string::npos);
    CHECK(out.str().find("`inputs.parameters.first`") == std::string::npos);
    CHECK_FALSE(after("a.yaml", workflow_for_test("changed")));
    CHECK(after("c.yaml", workflow_for_test("third")));
    CHECK(out.str().find("`inputs.parameters.third`") != std::string::npos);
    CHECK(after("tiphys.toml", "ignore = ['undefined-variable']\n"));
    CHECK(out.str().find("undefined-variable") == std::string::npos);
    CHECK_FALSE(after("notes.txt", "words"));
}

} // namespace tiphys::cli
