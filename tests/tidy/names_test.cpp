// Names of files, types and tests.
#include <catch2/catch.hpp>

#include "tests/tidy/checks.h"

namespace tiphys::tidy {
namespace {

std::size_t n_findings(const char* path, const std::string& text) {
    Tree tree;
    tree.add(path, text);
    return check_names(tree).size();
}

TEST_CASE("files are in snake_case") {
    CHECK(n_findings("compiler/base/source_map.cpp", "") == 0);
    CHECK(n_findings("compiler/base/SourceMap.cpp", "") == 1);
    CHECK(n_findings("compiler/base/source-map.h", "") == 1);
    CHECK(n_findings("docs/github-action.md", "") == 0);
    CHECK(n_findings("docs/GitHub.md", "") == 1);
    CHECK(n_findings("README.md", "") == 0);
}

TEST_CASE("names say something") {
    CHECK(n_findings("analyzer/utils.h", "") == 1);
    CHECK(n_findings("analyzer/a.h", "class NodeManager {};") == 1);
    CHECK(n_findings("analyzer/a.h", "struct [[nodiscard]] NodeHelper {};") == 1);
    CHECK(n_findings("analyzer/a.h", "class Node {}; // no NodeManager\n") == 0);
}

TEST_CASE("tests stand in files that are named so") {
    const std::string test = "TEST_CASE(\"it holds\") {}";
    CHECK(n_findings("analyzer/a_test.cpp", test) == 0);
    CHECK(n_findings("analyzer/a.cpp", test) == 1);
}

TEST_CASE("a test's name is there and has no full stop") {
    CHECK(n_findings("analyzer/a_test.cpp", "TEST_CASE(\"\") {}") == 1);
    CHECK(n_findings("analyzer/a_test.cpp", "TEST_CASE(\"it parses.\") {}") == 1);
}

} // namespace
} // namespace tiphys::tidy
