// Ranges, paths, URIs and fingerprints.
#include <catch2/catch.hpp>

#include "analyzer/report/fingerprint.h"
#include "analyzer/report/place.h"
#include "analyzer/report/sample_report.h"

namespace tiphys::report {
namespace {

TEST_CASE("ranges are cut down to the file and leave out the byte order mark") {
    SourceMap sources;
    const FileId file = sources.add("a.yaml", "\xef\xbb\xbfkey: 1\r\n");
    const Range whole = exact_range(sources, {file, 0, 999}, Columns::kBytes);
    CHECK(whole.start == Position{1, 1});
    CHECK(whole.end == Position{2, 1});
    const Range shown = shown_range(sources, {file, 0, 999}, Columns::kBytes);
    CHECK(shown.end == Position{1, 7});
    const Range turned = exact_range(sources, {file, 8, 4}, Columns::kBytes);
    CHECK(turned.start == turned.end);
}

TEST_CASE("blanks alone are shown up to the line break") {
    SourceMap sources;
    const FileId file = sources.add("a.yaml", "a:  \n\n  b\n");
    CHECK(shown_range(sources, {file, 2, 6}, Columns::kBytes).end == Position{1, 5});
    CHECK(shown_range(sources, {file, 0, 8}, Columns::kBytes).end == Position{1, 3});
    CHECK(shown_range(sources, {file, 5, 6}, Columns::kBytes).end == Position{2, 1});
}

TEST_CASE("paths are the same however the file was given") {
    CHECK(relative_path("/project/ci/a.yaml", "/project") == "ci/a.yaml");
    CHECK(relative_path("/project/ci/a.yaml", "/project/") == "ci/a.yaml");
    CHECK(relative_path("./ci/a.yaml", "/project") == "ci/a.yaml");
    CHECK(relative_path("ci/a.yaml", "") == "ci/a.yaml");
    CHECK(relative_path("/projects/a.yaml", "/project") == "/projects/a.yaml");
    CHECK(relative_path("../a.yaml", "/project") == "../a.yaml");
}

TEST_CASE("URIs") {
    CHECK(uri_of("ci/a-b_c.yaml") == "ci/a-b_c.yaml");
    CHECK(uri_of("a b#c?d%e:f\\g[1].yaml") == "a%20b%23c%3Fd%25e%3Af%5Cg%5B1%5D.yaml");
    CHECK(uri_of("ü.yaml") == "%C3%BC.yaml");
    CHECK(uri_of("/a/b c") == "file:///a/b%20c");
}

TEST_CASE("a rule has a page, a name that is no rule has none") {
    Options options = sample_options();
    CHECK(rule_url(options, "unknown-template") ==
          "https://example.org/tiphys/rules#unknown-template");
    CHECK(rule_url(options, "odd-message").empty());
    options.rules_url.clear();
    CHECK(rule_url(options, "unknown-template").empty());
}

// The hashes were computed by codeql-action, src/fingerprints.ts.
TEST_CASE("line hashes are those that GitHub computes") {
    using Hashes = std::vector<std::string>;
    CHECK(line_hashes("") == Hashes{"c129715d7a2bc9a3:1"});
    CHECK(line_hashes(" a\nb\n  \t\tc\n d") == Hashes{"271789c17abda88f:1", "54703d4cd895b18:1",
                                                      "180aee12dab6264:1", "a23a3dc5e078b07b:1"});
    const Hashes mixed{"e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1",
                       "e20e36e16fcb0cc8:1", "b3edc88f2938467e:1", "c8e28b0b4002a3a0:1",
                       "c129715d7a2bc9a3:1"};
    CHECK(line_hashes(" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n") == mixed);
    std::string repeated;
    for (int i = 0; i < 10; ++i) {
        repeated += "Lorem ipsum dolor sit amet.\n";
    }
    const Hashes counted = line_hashes(repeated);
    REQUIRE(counted.size() == 11);
    CHECK(counted[5] == "a7f2ff13bc495cf2:6");
    CHECK(counted[6] == "a7f2ff1481e87703:1");
    CHECK(counted[9] == "cc97dc7b1d7d8f7b:1");
}

TEST_CASE("line hashes exist for every line of the source map") {
    for (const std::string_view text : {"", "\n", "\n\n", "a\r\n  \r\n\t", "\r\r\n", " \n \n "}) {
        SourceMap sources;
        const FileId file = sources.add("a", std::string(text));
        const auto last = static_cast<std::uint32_t>(text.size());
        CHECK(line_hashes(text).size() >= sources.position(file, last).line);
    }
}

TEST_CASE("stable fingerprints survive moves and tell rules, objects and texts apart") {
    SourceMap sources;
    const FileId a = sources.add("a.yaml", "name:   work\n");
    const FileId b = sources.add("b.yaml", "\n\n  name: work\n  more: 1\n");
    Diagnostic found;
    found.rule = "some-rule";
    found.object = {"Workflow", "", "hello"};
    found.span = {a, 0, 12};
    const std::string first = stable_fingerprint(sources, found);
    CHECK(first.size() == 16);
    found.span = {b, 4, 24};
    CHECK(stable_fingerprint(sources, found) == first);
    found.object.name = "other";
    const std::string other_object = stable_fingerprint(sources, found);
    CHECK(other_object != first);
    found.rule = "other-rule";
    CHECK(stable_fingerprint(sources, found) != other_object);
    found.span.begin += 2;
    CHECK(stable_fingerprint(sources, found) != first);
}

} // namespace
} // namespace tiphys::report
