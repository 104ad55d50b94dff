// Pieces of values and where they were written.
#include <catch2/catch.hpp>

#include "compiler/syntax/text_places.h"

namespace tiphys::syntax {
namespace {

/// What stands where the piece of the value was written.
std::string place(const std::string& written, const std::string& value, const std::string& piece) {
    const std::string file = "  x: " + written + "\n";
    const Span span{FileId{0}, 5, 5 + static_cast<std::uint32_t>(written.size())};
    const std::size_t at = value.find(piece);
    REQUIRE(at != value.npos);
    const Span found = place_in_text(file, span, value, at, at + piece.size());
    return file.substr(found.begin, found.size());
}

TEST_CASE("a piece of a fence is found on its line") {
    const std::string fence = "```sh\n    a\n\n      echo a\n    ```";
    CHECK(place(fence, "a\n\n  echo a\n", "echo a") == "echo a");
    CHECK(place(fence, "a\n\n  echo a\n", "a\n\n  echo") == "a\n\n      echo");
}

TEST_CASE("a tag is found where its code stands") {
    CHECK(place("\"${x} and ${y}\"", "{{a}} and {{b}}", "{{b}}") == "${y}");
    CHECK(place("\"${f({a: 1})} ${y}\"", "{{a}} {{b}}", "{{a}}") == "${f({a: 1})}");
    CHECK(place("\"{{a}} ${y}\"", "{{a}} {{b}}", "b") == "${y}");
    CHECK(place("\"{{a}} {{a}}\"", "{{a}} {{a}}", "a}} {{a") == "a}} {{a");
}

TEST_CASE("what cannot be told is the whole value") {
    CHECK(place("name", "{{inputs.parameters.name}}", "inputs.parameters.name") == "name");
}

} // namespace
} // namespace tiphys::syntax
