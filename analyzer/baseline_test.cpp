// Accepted findings: moved, repeated, gone; and files that are no baselines.
#include <string>

#include <catch2/catch.hpp>

#include "analyzer/baseline.h"
#include "compiler/front/load.h"

namespace tiphys::analyze {
namespace {

constexpr std::string_view kHead = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n"
                                   "metadata: {name: hello}\nspec:\n  entrypoint: main\n"
                                   "  templates:\n  - name: main\n    suspend: {}\n";

/// A Workflow with templates that nothing calls.
std::string workflow(std::initializer_list<std::string_view> unused) {
    std::string text(kHead);
    for (const std::string_view name : unused)
        text += "  - name: " + std::string(name) + "\n    suspend: {}\n";
    return text;
}

struct Linted {
    SourceMap sources;
    Verdict verdict;
};

void lint(const std::string& text, Linted& linted) {
    const front::InputFile file{linted.sources.add("a.yaml", text), true};
    const ir::Project project = front::load_project(linted.sources, {&file, 1}, 1);
    Options options;
    options.only = {"unused-template"};
    linted.verdict = judge(project, options);
}

Baseline baseline_of(const std::string& text) {
    Linted linted;
    lint(text, linted);
    const auto baseline = read_baseline(baseline_text(linted.sources, linted.verdict.shown));
    REQUIRE(baseline.has_value());
    return *baseline;
}

} // namespace

TEST_CASE("accepted findings are silent wherever they stand") {
    const Baseline baseline = baseline_of(workflow({"old"}));
    Linted linted;
    lint("# a line more\n\n" + workflow({"new", "old"}), linted);
    CHECK(apply_baseline(baseline, linted.sources, linted.verdict) == 0);
    REQUIRE(linted.verdict.shown.size() == 1);
    CHECK(linted.verdict.shown[0].message.find("`new`") != std::string::npos);
    CHECK(linted.verdict.excluded.size() == 1);
}

TEST_CASE("findings that are gone are counted") {
    const Baseline baseline = baseline_of(workflow({"one", "two"}));
    Linted linted;
    lint(workflow({"two"}), linted);
    CHECK(apply_baseline(baseline, linted.sources, linted.verdict) == 1);
    CHECK(linted.verdict.shown.empty());
}

TEST_CASE("an equal finding more is shown") {
    const Baseline baseline = baseline_of(workflow({"one"}));
    Linted linted;
    lint(workflow({"one"}) + "---\n" + workflow({"one"}), linted);
    static_cast<void>(apply_baseline(baseline, linted.sources, linted.verdict));
    CHECK(linted.verdict.shown.size() == 1);
}

TEST_CASE("files that are no baselines are refused") {
    for (const char* text :
         {"", "[]", "{}", "{\"version\": 2, \"findings\": []}", "{\"version\": 1}",
          "{\"version\": 1, \"findings\": [1]}", "{\"version\": 1, \"findings\": [{}]}"}) {
        INFO(text);
        CHECK_FALSE(read_baseline(text).has_value());
    }
    CHECK(read_baseline("{\"version\": 1, \"findings\": []}").has_value());
}

} // namespace tiphys::analyze
