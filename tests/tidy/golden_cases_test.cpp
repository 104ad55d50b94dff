// Rules and golden cases.
#include <catch2/catch.hpp>

#include "tests/tidy/checks.h"

namespace tiphys::tidy {
namespace {

Findings golden(std::initializer_list<const char*> paths) {
    Tree tree;
    for (const char* path : paths) {
        tree.add(path, "");
    }
    return check_golden_cases(tree);
}

TEST_CASE("a rule has a golden case and a golden case has a rule") {
    CHECK(golden({"analyzer/rules/sec/inline_secret.cpp",
                  "tests/golden/rules/inline-secret/input.yaml",
                  "tests/golden/rules/inline-secret/expected.txt"})
              .empty());
    CHECK(golden({"analyzer/rules/sec/inline_secret.cpp"}).size() == 1);
    CHECK(golden({"tests/golden/rules/inline-secret/input.yaml",
                  "tests/golden/rules/inline-secret/expected.txt"})
              .size() == 1);
}

TEST_CASE("a rule stands in a group, under a name of its own") {
    CHECK(golden({"analyzer/rules/registry.cpp"}).size() == 1);
    CHECK(golden({"analyzer/rules/sec/a.cpp", "analyzer/rules/rel/a.cpp",
                  "tests/golden/rules/a/input.yaml", "tests/golden/rules/a/expected.txt"})
              .size() == 1);
    CHECK(golden({"analyzer/rules/rules_test.cpp", "analyzer/rules/names.h"}).empty());
}

TEST_CASE("a case has an input, an expectation, and nothing that is never read") {
    CHECK(golden({"tests/golden/lint/a/input/x.yaml", "tests/golden/lint/a/expected.json",
                  "tests/golden/lint/a/args", "tests/golden/lint/a/exit"})
              .empty());
    CHECK(golden({"tests/golden/lint/a/input.yaml"}).size() == 1);
    CHECK(golden({"tests/golden/lint/a/expected.txt"}).size() == 1);
    CHECK(golden({"tests/golden/lint/a/input.yaml", "tests/golden/lint/a/expected.txt",
                  "tests/golden/lint/a/old_expected.txt"})
              .size() == 1);
    CHECK(golden({"tests/golden/lint/input.yaml"}).size() == 1);
    CHECK(
        golden({"tests/golden/lint/A b/input.yaml", "tests/golden/lint/A b/expected.txt"}).size() ==
        1);
}

} // namespace
} // namespace tiphys::tidy
