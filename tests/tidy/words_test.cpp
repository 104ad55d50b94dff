// Words of code and of texts.
#include <catch2/catch.hpp>

#include "tests/tidy/checks.h"

namespace tiphys::tidy {
namespace {

Findings words(const char* path, const std::string& text, const Machine& machine = {}) {
    Tree tree;
    tree.add(path, text);
    return check_words(tree, machine);
}

TEST_CASE("code may not hold what belongs behind a wall") {
    for (const char* code : {"throw x;", "try {} catch (...) {}", "p = new T;", "std::cout << 1;",
                             "std::printf(s);", "delete p;", "goto end;"}) {
        CAPTURE(code);
        CHECK(words("analyzer/a.cpp", code).size() == 1);
    }
    CHECK(words("analyzer/a.cpp", "// throw new cout\nf(\"throw\"); renew(); a.new_name;").empty());
    CHECK(words("analyzer/a.h", "A(const A&) = delete;").empty());
    CHECK(words("analyzer/a_test.cpp", "#include <catch2/catch.hpp>\n").empty());
}

TEST_CASE("walls may hold it") {
    CHECK(
        words("compiler/syntax/parse.cpp", "try {} catch (const antlr4::Exception& e) {}").empty());
    CHECK(words("compiler/syntax/parse.cpp", "throw Stop{};").empty());
    CHECK(words("compiler/base/arena.h", "::new (p) T{};").empty());
    CHECK(words("cli/main.cpp", "std::cerr << 1;").empty());
    CHECK(words("tests/bench/lint.cpp", "std::cout << 1;").empty());
    CHECK(words("analyzer/a_test.cpp", "std::cout << 1;").empty());
    CHECK(words("analyzer/a_test.cpp", "throw 1;").size() == 1);
}

TEST_CASE("unfinished work is not marked but finished") {
    CHECK(words("analyzer/a.cpp", "// TODO: more\n").size() == 1);
    CHECK(words("schemas/a.schema", "# FIXME\n").size() == 1);
    CHECK(words("scripts/a", "mktemp /tmp/a.XXXXXX\n").empty());
    CHECK(words("STYLE.md", "No `TODO`.\n").empty());
}

TEST_CASE("texts speak of the program alone") {
    CHECK(words("README.md", "As decided in this session.\n").size() == 1);
    CHECK(words("docs/a.md", "a Coding Agent wrote it\n").size() == 1);
    CHECK(words("docs/a.md", "the agent pod of HTTP templates; sessionAffinity; user agent\n")
              .empty());
}

TEST_CASE("texts name no issues by number") {
    CHECK(words("README.md", "see issue 3\n").size() == 1);
    CHECK(words("README.md", "see Issues #12 for more\n").size() == 1);
    CHECK(words("analyzer/a.cpp", "// fixed (#7)\n").size() == 1);
    CHECK(
        words("README.md", "# 1. Title\n\nan issue, 3 of them, color: #333; &#39; a#12\n").empty());
    CHECK(words("analyzer/a.cpp", "// Argo: issue 12345 tells why\n").empty());
}

TEST_CASE("texts hold no path of the machine at hand") {
    const Machine machine{{"/srv/tree"}};
    CHECK(words("README.md", "cd /srv/tree\n", machine).size() == 1);
    CHECK(words("README.md", "cd /srv/other\n", machine).empty());
    CHECK(words("README.md", "cd /home/jane\n").size() == 1);
    CHECK(words("examples/a.yaml", "mountPath: /home/jovyan\n").empty());
    CHECK(words("README.md", "https://example.org/home/page and `/home/`\n").empty());
}

TEST_CASE("a short folder is not taken for this machine's") {
    for (const std::string& path : this_machine("/src").paths) {
        CHECK(path != "/src");
    }
    CHECK(this_machine("/builds/tiphys").paths.back() == "/builds/tiphys");
}

TEST_CASE("binary files are not read") {
    CHECK(words("tests/fuzz/corpus/a/b", std::string("\0 issue 3", 9)).empty());
}

} // namespace
} // namespace tiphys::tidy
