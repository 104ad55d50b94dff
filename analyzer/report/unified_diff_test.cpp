// Unified diffs: form, context, line breaks at the end, and that they lead from one text to the
// other.
#include <random>

#include <catch2/catch.hpp>

#include "analyzer/report/unified_diff.h"

namespace tiphys::report {
namespace {

std::string side(const std::vector<DiffLine>& lines, LineChange other) {
    std::string text;
    for (const DiffLine& line : lines) {
        if (line.change != other) text += line.text;
    }
    return text;
}

std::size_t n_changes(const std::vector<DiffLine>& lines) {
    std::size_t n = 0;
    for (const DiffLine& line : lines) {
        if (line.change != LineChange::kSame) ++n;
    }
    return n;
}

TEST_CASE("equal texts have no difference") {
    CHECK(unified_diff("a\nb\n", "a\nb\n", "x", "y").empty());
    CHECK(unified_diff("", "", "x", "y").empty());
}

TEST_CASE("a changed line stands between three lines of context") {
    CHECK(unified_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", "a/f",
                       "b/f") == "--- a/f\n"
                                 "+++ b/f\n"
                                 "@@ -2,7 +2,7 @@\n"
                                 " 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST_CASE("near changes share a hunk, distant ones do not") {
    const std::string before = "1\n2\n3\n4\n5\n6\n7\n8\n";
    CHECK(unified_diff(before, "one\n2\n3\n4\n5\n6\n7\neight\n", "f", "f", 3) ==
          "--- f\n+++ f\n"
          "@@ -1,8 +1,8 @@\n-1\n+one\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+eight\n");
    CHECK(unified_diff(before, "one\n2\n3\n4\n5\n6\n7\neight\n", "f", "f", 2) ==
          "--- f\n+++ f\n"
          "@@ -1,3 +1,3 @@\n-1\n+one\n 2\n 3\n"
          "@@ -6,3 +6,3 @@\n 6\n 7\n-8\n+eight\n");
}

TEST_CASE("empty sides and missing line breaks at the end are said") {
    CHECK(unified_diff("", "a\nb\n", "f", "f") == "--- f\n+++ f\n@@ -0,0 +1,2 @@\n+a\n+b\n");
    CHECK(unified_diff("a\n", "", "f", "f") == "--- f\n+++ f\n@@ -1 +0,0 @@\n-a\n");
    CHECK(unified_diff("a", "a\n", "f", "f") ==
          "--- f\n+++ f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
    CHECK(unified_diff("a\r\nb\r\n", "a\r\nc\r\n", "f", "f") ==
          "--- f\n+++ f\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n");
}

TEST_CASE("names with special characters are quoted as git does") {
    CHECK(unified_diff("a\n", "b\n", "a \"x\"\n", "ü")
              .starts_with("--- \"a \\\"x\\\"\\012\"\n+++ ü\n"));
}

TEST_CASE("lines between changes without context are left out") {
    CHECK(unified_diff("1\n2\n3\n", "1\n3\n4\n", "f", "f", 0) ==
          "--- f\n+++ f\n@@ -2 +1,0 @@\n-2\n@@ -3,0 +3 @@\n+4\n");
}

TEST_CASE("the difference is the smallest") {
    const auto lines = diff_lines("a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n");
    CHECK(n_changes(lines) == 5);
}

TEST_CASE("both texts can be read from the difference") {
    std::mt19937 random(20'240'917);
    for (int round = 0; round < 300; ++round) {
        std::string before;
        std::string after;
        for (std::string* text : {&before, &after}) {
            const auto n_lines = random() % 12;
            for (std::size_t i = 0; i < n_lines; ++i) {
                *text += static_cast<char>('a' + random() % 3);
                if (i + 1 < n_lines || random() % 2 == 0) *text += '\n';
            }
        }
        const auto lines = diff_lines(before, after);
        REQUIRE(side(lines, LineChange::kAdded) == before);
        REQUIRE(side(lines, LineChange::kRemoved) == after);
    }
}

TEST_CASE("texts that differ in every line are replaced whole") {
    std::string before;
    std::string after;
    for (int i = 0; i < 3000; ++i) {
        before += "earlier " + std::to_string(i) + "\n";
        after += "later " + std::to_string(i) + "\n";
    }
    const auto lines = diff_lines(before, after);
    CHECK(lines.size() == 6000);
    CHECK(side(lines, LineChange::kAdded) == before);
    CHECK(side(lines, LineChange::kRemoved) == after);
}

} // namespace
} // namespace tiphys::report
