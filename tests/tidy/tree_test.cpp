// The tree and its small text tools.
#include <catch2/catch.hpp>

#include "tests/tidy/tree.h"

namespace tiphys::tidy {
namespace {

TEST_CASE("files are found by path, folders by what they hold") {
    Tree tree;
    tree.add("b/x.cpp", "");
    tree.add("a/y.h", "");
    CHECK(tree.files()[0].path == "a/y.h");
    CHECK(tree.find("b/x.cpp") != nullptr);
    CHECK(tree.find("b") == nullptr);
    CHECK(tree.has("b"));
    CHECK_FALSE(tree.has("b/x"));
}

TEST_CASE("a path is below a folder only at a slash") {
    CHECK(is_below("a/b", "a"));
    CHECK(is_below("a", "a"));
    CHECK_FALSE(is_below("ab", "a"));
    CHECK(is_below_any("c/d", "a b c"));
    CHECK_FALSE(is_below_any("c/d", ""));
}

TEST_CASE("a folder that does not exist cannot be read") {
    CHECK_FALSE(read_tree("/there/is/no/such/folder").has_value());
}

TEST_CASE("lines, trimming and splitting keep what they should") {
    CHECK(lines_of("a\n\nb\n") == std::vector<std::string_view>{"a", "", "b"});
    CHECK(lines_of("a").size() == 1);
    CHECK(trim(" \ta b\n") == "a b");
    CHECK(trim("  ").empty());
    CHECK(split("a//b/", '/') == std::vector<std::string_view>{"a", "b"});
    CHECK(line_at("a\nb\nc", 4) == 3);
}

} // namespace
} // namespace tiphys::tidy
