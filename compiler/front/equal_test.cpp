// Equality of values, and the place of the first difference.
#include <string>

#include <catch2/catch.hpp>

#include "compiler/front/equal.h"
#include "compiler/front/load.h"

namespace tiphys::front {
namespace {

/// The path of the first difference between two documents, "equal" where there is none.
std::string compare(const std::string& left, const std::string& right) {
    SourceMap sources;
    const InputFile files[] = {{sources.add("left", left), true},
                               {sources.add("right", right), true}};
    const ir::Project project = load_project(sources, files, 1);
    const auto& units = project.units();
    REQUIRE(units[0].documents.size() == 1);
    REQUIRE(units[1].documents.size() == 1);
    const auto difference =
        first_difference(*units[0].documents[0].root, *units[1].documents[0].root);
    return difference ? difference->path : "equal";
}

TEST_CASE("notation does not count") {
    CHECK(compare("{a: 1e3, b: yes, c: ~, d: 0x10}", "d: 16\nc:\nb: true\na: 1000\n") == "equal");
    CHECK(compare("a: |\n  x\n", "a: \"x\\n\"") == "equal");
    CHECK(compare("a: 1.50", "a: 1.5") == "equal");
    CHECK(compare("a: .inf", "a: .inf") == "equal");
    CHECK(compare("a: &x [1]\nb: *x\n", "{a: [1], b: [1]}") == "equal");
}

TEST_CASE("types count") {
    CHECK(compare("a: \"1\"", "a: 1") == "a");
    CHECK(compare("a: yes", "a: 'yes'") == "a");
    CHECK(compare("a: true", "a: 1") == "a");
    CHECK(compare("a: .inf", "a: -.inf") == "a");
    CHECK(compare("a: {}", "a: []") == "a");
}

TEST_CASE("presence counts") {
    CHECK(compare("{a: null, b: 1}", "{b: 1}") == "a");
    CHECK(compare("{b: 1}", "{b: 1, c: {}}") == "c");
    CHECK(compare("a: {}", "a: null") == "a");
    CHECK(compare("a: \"\"", "a: null") == "a");
}

TEST_CASE("the path names the place") {
    CHECK(compare("a: {b: [1, {c: 2}]}", "a: {b: [1, {c: 3}]}") == "a.b[1].c");
    CHECK(compare("a: [[1], [2, 3]]", "a: [[1], [2]]") == "a[1][1]");
    CHECK(compare("- a", "- b") == "[0]");
    CHECK(compare("x", "y").empty());
}

TEST_CASE("typed and untyped values compare by key") {
    const std::string typed = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n"
                              "spec: {entrypoint: a}\nother: 1\n";
    CHECK(compare(typed, "kind: Workflow\nother: 1\nspec: {entrypoint: b}\n"
                         "apiVersion: argoproj.io/v1alpha1\n") == "spec.entrypoint");
    CHECK(compare(typed, "kind: Workflow\nother: 1\nspec: {entrypoint: a}\n"
                         "apiVersion: other/v1\n") == "apiVersion");
}

/// The paths of all differences, in order.
std::vector<std::string> paths(const std::string& left, const std::string& right) {
    SourceMap sources;
    const InputFile files[] = {{sources.add("left", left), true},
                               {sources.add("right", right), true}};
    const ir::Project project = load_project(sources, files, 1);
    std::vector<std::string> found;
    for (const Difference& difference : all_differences(*project.units()[0].documents.at(0).root,
                                                        *project.units()[1].documents.at(0).root)) {
        const std::string side = difference.left == nullptr    ? "+"
                                 : difference.right == nullptr ? "-"
                                                               : "";
        found.push_back(side + difference.path);
    }
    return found;
}

using Paths = std::vector<std::string>;

TEST_CASE("all differences are found, as deep as both sides have them") {
    CHECK(paths("{a: 1, b: {c: 2, d: 3}}", "{b: {d: 4, c: 2}, a: 1}") == Paths{"b.d"});
    CHECK(paths("{a: 1, b: {c: 2}}", "{b: 3, e: 1}") == Paths{"-a", "b", "+e"});
    CHECK(paths("{m: {a.b/c: 1}}", "{m: {a.b/c: 2}}") == Paths{"m[\"a.b/c\"]"});
}

TEST_CASE("elements with names are matched by them") {
    CHECK(paths("l: [{name: a, v: 1}, {name: b, v: 1}]", "l: [{name: b, v: 2}]") ==
          Paths{"-l[a]", "l[b].v"});
    CHECK(paths("l: [{name: a}, {name: b}]", "l: [{name: b}, {name: a}]") == Paths{"l"});
    CHECK(paths("l: [{name: a}, {name: a}]", "l: [{name: a}]") == Paths{"-l[1]"});
}

TEST_CASE("of other lists the equal ends are left out") {
    CHECK(paths("l: [1, 2, 3]", "l: [1, 3]") == Paths{"-l[1]"});
    CHECK(paths("l: [1, 2, 3]", "l: [1, 4, 3]") == Paths{"l[1]"});
    CHECK(paths("l: [[1], [2]]", "l: [[1], [3]]") == Paths{"l[1][0]"});
    CHECK(paths("l: []", "l: [1]") == Paths{"+l[0]"});
}

} // namespace
} // namespace tiphys::front
