// Unified diffs.
#include <catch2/catch.hpp>

#include "tests/runner/diff.h"

namespace tiphys::golden {
namespace {

std::string diff(const std::string& before, const std::string& after) {
    return unified_diff("a", before, "b", after);
}

TEST_CASE("equal texts have no diff") {
    CHECK(diff("", "").empty());
    CHECK(diff("a\nb\n", "a\nb\n").empty());
}

TEST_CASE("changed, added and removed lines are marked") {
    CHECK(diff("a\nb\nc\n", "a\nx\nc\n") == "--- a\n+++ b\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n");
    CHECK(diff("", "a\n") == "--- a\n+++ b\n@@ -0,0 +1,1 @@\n+a\n");
    CHECK(diff("a\n", "") == "--- a\n+++ b\n@@ -1,1 +0,0 @@\n-a\n");
}

TEST_CASE("distant changes stand in hunks of their own") {
    const std::string before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    CHECK(diff(before, "x\n2\n3\n4\n5\n6\n7\n8\ny\n") ==
          "--- a\n+++ b\n@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n"
          "@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+y\n");
    CHECK(diff(before, "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n") ==
          "--- a\n+++ b\n@@ -7,3 +7,4 @@\n 7\n 8\n 9\n+10\n");
}

TEST_CASE("the shortest way is found") {
    CHECK(diff("a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n") ==
          "--- a\n+++ b\n@@ -1,7 +1,6 @@\n-a\n-b\n c\n+b\n a\n b\n-b\n a\n+c\n");
}

TEST_CASE("a missing last line break is a difference") {
    CHECK(diff("a\n", "a") ==
          "--- a\n+++ b\n@@ -1,1 +1,1 @@\n-a\n+a\n\\ no line break at the end\n");
}

TEST_CASE("texts with nothing in common are replaced") {
    std::string before;
    std::string after;
    for (int i = 0; i < 3'000; ++i) {
        before += "a" + std::to_string(i) + "\n";
        after += "b" + std::to_string(i) + "\n";
    }
    const std::string text = diff(before, after);
    CHECK(text.starts_with("--- a\n+++ b\n@@ -1,3000 +1,3000 @@\n-a0\n-a1\n"));
    CHECK(text.ends_with("+b2998\n+b2999\n"));
}

} // namespace
} // namespace tiphys::golden
