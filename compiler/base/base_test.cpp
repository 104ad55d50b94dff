// The vocabulary of the compiler: places, memory, messages, suggestions, edits.
#include <array>

#include <catch2/catch.hpp>

#include "compiler/base/arena.h"
#include "compiler/base/message.h"
#include "compiler/base/nearest.h"
#include "compiler/base/result.h"
#include "compiler/base/source_map.h"
#include "compiler/base/text_edit.h"

namespace tiphys {
namespace {

TEST_CASE("positions count bytes from 1, a BOM takes no column") {
    SourceMap sources;
    const FileId id = sources.add("a.yaml", "\xef\xbb\xbf"
                                            "ab\r\nc\xc3\xa4"
                                            "d\n");
    CHECK(sources.position(id, 3) == Position{1, 1});
    CHECK(sources.position(id, 4) == Position{1, 2});
    CHECK(sources.position(id, 7) == Position{2, 1});
    CHECK(sources.position(id, 10) == Position{2, 4});
    CHECK(sources.utf16_column(id, 10) == 3);
    CHECK(sources.line(id, 1) == "ab");
    CHECK(sources.line(id, 2) == "c\xc3\xa4"
                                 "d");
    CHECK(sources.line_count(id) == 2);
}

TEST_CASE("the end of a text without a line break has a position") {
    SourceMap sources;
    const FileId id = sources.add("a", "x");
    CHECK(sources.position(id, 1) == Position{1, 2});
    CHECK(sources.line_count(id) == 1);
    CHECK(sources.line_count(sources.add("empty", "")) == 1);
}

TEST_CASE("an arena keeps what it is given, also large and aligned things") {
    Arena arena;
    const std::string large(300'000, 'x');
    const std::string_view small_copy = arena.copy("abc");
    const std::string_view large_copy = arena.copy(large);
    const auto* number = arena.make<double>(1.5);
    CHECK(small_copy == "abc");
    CHECK(large_copy == large);
    CHECK(reinterpret_cast<std::uintptr_t>(number) % alignof(double) == 0);
    CHECK(arena.reserved_bytes() >= large.size());
}

TEST_CASE("messages put arguments in their places") {
    constexpr Message<std::string_view, std::int64_t> kMessage{"`{}` has {} tasks"};
    CHECK(format_message(kMessage, std::string_view("a{}b"), std::int64_t{3}) ==
          "`a{}b` has 3 tasks");
}

TEST_CASE("the nearest name forgives a typing mistake and no more") {
    const std::array<std::string_view, 4> names{"container", "containerSet", "script", "steps"};
    CHECK(nearest_name("contaner", names) == "container");
    CHECK(nearest_name("setps", names) == "steps");
    CHECK(nearest_name("CONTAINER", names) == "container");
    CHECK(nearest_name("volume", names).empty());
    CHECK(edit_distance("ab", "ba") == 1);
    CHECK(edit_distance("", "abc") == 3);
}

TEST_CASE("edits apply in source order and never twice to one place") {
    const auto edit = [](std::uint32_t begin, std::uint32_t end, std::string text) {
        return TextEdit{{FileId{0}, begin, end}, std::move(text)};
    };
    CHECK(apply_edits("abcdef", {edit(4, 5, "E"), edit(0, 1, "A")}) == "AbcdEf");
    CHECK(apply_edits("abcdef", {edit(0, 3, "x"), edit(2, 4, "y")}) == "xdef");
    CHECK(apply_edits("ab", {edit(2, 2, "c")}) == "abc");
    CHECK(apply_edits("ab", {edit(1, 9, "c")}) == "ab");
}

Result<int> half(int number) {
    if (number % 2 != 0) return Error{"`" + std::to_string(number) + "` is odd"};
    return number / 2;
}

Result<int> quarter(int number) {
    TIPHYS_TRY(first, half(number));
    TIPHYS_TRY(second, half(first));
    return second;
}

TEST_CASE("a failed step returns its error") {
    CHECK(quarter(8).value() == 2);
    CHECK(quarter(6).error().message == "`3` is odd");
}

} // namespace
} // namespace tiphys
