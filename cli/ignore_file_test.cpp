// .gitignore patterns as gitignore(5) describes them.
#include <catch2/catch.hpp>

#include "cli/ignore_file.h"

namespace tiphys::cli {
namespace {

using Verdict = IgnoreFile::Verdict;

TEST_CASE("globs: a star stops at a slash, two do not") {
    CHECK(matches_glob("*.yaml", "a.yaml"));
    CHECK_FALSE(matches_glob("*.yaml", "b/a.yaml"));
    CHECK(matches_glob("**/a.yaml", "a.yaml"));
    CHECK(matches_glob("**/a.yaml", "x/y/a.yaml"));
    CHECK(matches_glob("x/**", "x/y/a.yaml"));
    CHECK(matches_glob("x/**/a", "x/a"));
    CHECK(matches_glob("x/*/a", "x/y/a"));
    CHECK_FALSE(matches_glob("x/*/a", "x/y/z/a"));
}

TEST_CASE("globs: question marks, sets and escapes") {
    CHECK(matches_glob("?.yml", "a.yml"));
    CHECK_FALSE(matches_glob("?.yml", "/.yml"));
    CHECK(matches_glob("[a-c]x", "bx"));
    CHECK_FALSE(matches_glob("[!a-c]x", "bx"));
    CHECK(matches_glob("[]]x", "]x"));
    CHECK(matches_glob("\\*x", "*x"));
    CHECK_FALSE(matches_glob("\\*x", "ax"));
    CHECK(matches_glob("[x", "[x"));
}

TEST_CASE("a pattern without a slash matches at any depth, one with a slash from the folder on") {
    const IgnoreFile file("*.tmp\n/top.yaml\ndocs/*.yaml\n");
    CHECK(file.judge("a/b/c.tmp", false) == Verdict::kIgnored);
    CHECK(file.judge("top.yaml", false) == Verdict::kIgnored);
    CHECK(file.judge("a/top.yaml", false) == Verdict::kNone);
    CHECK(file.judge("docs/a.yaml", false) == Verdict::kIgnored);
    CHECK(file.judge("x/docs/a.yaml", false) == Verdict::kNone);
}

TEST_CASE("the last pattern that matches decides; folders need their slash") {
    const IgnoreFile file("# comment\n\n*.yaml\n!keep.yaml\nbuild/\r\n");
    CHECK(file.judge("a.yaml", false) == Verdict::kIgnored);
    CHECK(file.judge("keep.yaml", false) == Verdict::kKept);
    CHECK(file.judge("build", true) == Verdict::kIgnored);
    CHECK(file.judge("build", false) == Verdict::kNone);
}

} // namespace
} // namespace tiphys::cli
