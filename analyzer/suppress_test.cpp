// Which lines a suppression covers, and what counts as one.
#include <string>

#include <catch2/catch.hpp>

#include "analyzer/suppress.h"

namespace tiphys::analyze {
namespace {

std::vector<Suppression> suppressions(SourceMap& sources, const std::string& text) {
    return find_suppressions(sources, sources.add("a.yaml", text));
}

/// The lines of a text whose findings of `unused-template` are silenced, as "3 5".
std::string silent_lines(const std::string& text) {
    SourceMap sources;
    std::vector<Suppression> found = suppressions(sources, text);
    std::string lines;
    for (std::uint32_t line = 1; line <= sources.line_count(FileId{0}); ++line) {
        if (!is_suppressed(found, "unused-template", line)) continue;
        lines += (lines.empty() ? "" : " ") + std::to_string(line);
    }
    return lines;
}

/// The text without the first name of its first suppression.
std::string without_first(const std::string& text) {
    SourceMap sources;
    const std::vector<Suppression> found = suppressions(sources, text);
    REQUIRE_FALSE(found.empty());
    return apply_edits(text, {remove_from(found[0], found[0].rules.at(0), sources)});
}

} // namespace

TEST_CASE("a suppression behind a line covers it") {
    CHECK(silent_lines("a: 1\nb: 2 # tiphys: ignore[unused-template] why\nc: 3\n") == "2");
    CHECK(silent_lines("a: 1\r\nb: 2 # tiphys: ignore[unused-template]\r\nc: 3\r\n") == "2");
    CHECK(silent_lines("b: 2 #tiphys:ignore[x , unused-template]") == "1");
}

TEST_CASE("a suppression on its own line covers the next line with content") {
    CHECK(silent_lines("# tiphys: ignore[unused-template]\n\n# words\n  a: 1\nb: 2\n") == "4");
    CHECK(silent_lines("# tiphys: ignore[unused-template]\n# tiphys: ignore[x]\na: 1\n") == "3");
    CHECK(silent_lines("a: 1\n# tiphys: ignore[unused-template]\n").empty());
}

TEST_CASE("a suppression at the head of a block scalar covers its lines") {
    const std::string head = "source: | # tiphys: ignore[unused-template]\n  one\n\n  two\nb: 1\n";
    CHECK(silent_lines(head) == "1 2 3 4");
    CHECK(silent_lines("- | # tiphys: ignore[unused-template]\n  one\n- b\n") == "1 2");
    CHECK(silent_lines("# tiphys: ignore[unused-template]\n- x: >-\n    one\n  y: 1\n") == "2 3");
}

TEST_CASE("suppressions stand in the comments of scripts") {
    CHECK(silent_lines("s: |\n  // tiphys: ignore[unused-template]\n  x()\n  y()\n") == "3");
    CHECK(silent_lines("s: |\n  -- tiphys: ignore[unused-template]\n  select\n") == "3");
    CHECK(silent_lines("s: |\n  x // tiphys: ignore[unused-template]\n").empty());
}

TEST_CASE("suppressions of files cover all lines") {
    CHECK(silent_lines("a: 1\n# tiphys: ignore-file[unused-template] why\nb: 1\n") == "1 2 3");
}

TEST_CASE("other words are no suppressions") {
    CHECK(silent_lines("a: x# tiphys: ignore[unused-template]\n").empty());
    CHECK(silent_lines("a: tiphys: ignore[unused-template]\n").empty());
    CHECK(silent_lines("a: 1 # tiphys: ignore[unused-template\n").empty());
    CHECK(silent_lines("a: 1 # tiphys: ignored[unused-template]\n").empty());
    SourceMap sources;
    CHECK(suppressions(sources, "tiphys:\n#tiphys:\n# tiphys: steers\n").empty());
    CHECK(suppressions(sources, "# tiphys: ignored[x]\n").size() == 1);
}

TEST_CASE("names are removed with their comma, comments with their line") {
    CHECK(without_first("a: 1 # tiphys: ignore[x, y] why\n") == "a: 1 # tiphys: ignore[y] why\n");
    CHECK(without_first("a: 1  # tiphys: ignore[x] why\nb: 1\n") == "a: 1\nb: 1\n");
    CHECK(without_first("a: 1\n  # tiphys: ignore[x]\nb: 1\n") == "a: 1\nb: 1\n");
    CHECK(without_first("a: 1\r\n# tiphys: ignore[x]\r\nb: 1\r\n") == "a: 1\r\nb: 1\r\n");
    CHECK(without_first("# tiphys: ignore[x]").empty());
}

} // namespace tiphys::analyze
