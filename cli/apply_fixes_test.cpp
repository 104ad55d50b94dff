// Fixes are applied whole or not at all, and unsafe ones only on demand.
#include <catch2/catch.hpp>

#include "cli/apply_fixes.h"

namespace tiphys::cli {
namespace {

Diagnostic with_fix(bool is_safe, std::vector<TextEdit> edits) {
    Diagnostic diagnostic;
    diagnostic.fixes.push_back({"change it", is_safe, std::move(edits)});
    return diagnostic;
}

TEST_CASE("fixes that overlap wait for the next round as a whole") {
    SourceMap sources;
    const FileId file = sources.add("a.yaml", "one two three");
    const std::vector<Diagnostic> found{
        with_fix(true, {{{file, 0, 3}, "1"}}),
        with_fix(true, {{{file, 2, 5}, "X"}, {{file, 8, 13}, "3"}}),
        with_fix(true, {{{file, 4, 7}, "2"}}),
    };
    const auto texts = apply_fixes(found, sources, false);
    REQUIRE(texts.size() == 1);
    CHECK(texts.at(file) == "1 2 three");
}

TEST_CASE("unsafe fixes are applied only where they are wanted") {
    SourceMap sources;
    const FileId file = sources.add("a.yaml", "one");
    const std::vector<Diagnostic> found{with_fix(false, {{{file, 0, 3}, "1"}})};
    CHECK(apply_fixes(found, sources, false).empty());
    CHECK(apply_fixes(found, sources, true).at(file) == "1");
}

} // namespace
} // namespace tiphys::cli
