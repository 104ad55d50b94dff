// Decoding, width and visibility of text, and lines laid out from it.
#include <catch2/catch.hpp>

#include "analyzer/report/row.h"
#include "analyzer/report/utf8.h"

namespace tiphys::report {
namespace {

TEST_CASE("bytes that are not UTF-8 become one replacement for each maximal subpart") {
    // The example of the Unicode standard, table 3-8.
    CHECK(valid_utf8("a\xF1\x80\x80\xE1\x80\xC2"
                     "b\x80"
                     "c\x80\xBF"
                     "d") == "a\uFFFD\uFFFD\uFFFDb\uFFFDc\uFFFD\uFFFDd");
    CHECK(valid_utf8("\xC0\xAF\xE0\x80\xBF\xED\xA0\x80\xF4\x91\x92\x93") ==
          "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");
    CHECK(valid_utf8("ü名\U0001F680\U0010FFFF") == "ü名\U0001F680\U0010FFFF");
    CHECK(valid_utf8("名\xE5\x90") == "名\uFFFD");
}

TEST_CASE("every code point survives encoding and decoding") {
    for (char32_t value = 0; value < 0x110000; value += 7) {
        if (value >= 0xd800 && value < 0xe000) continue;
        std::string text;
        append_utf8(text, value);
        const CodePoint point = code_point_at(text, 0);
        REQUIRE(point.value == value);
        REQUIRE(point.size == text.size());
    }
}

TEST_CASE("display width") {
    CHECK(display_width(U'a') == 1);
    CHECK(display_width(U'ü') == 1);
    CHECK(display_width(U'\u0301') == 0);
    CHECK(display_width(U'\u20dd') == 0);
    CHECK(display_width(U'名') == 2);
    CHECK(display_width(U'Ａ') == 2);
    CHECK(display_width(U'한') == 2);
    CHECK(display_width(U'\u1161') == 0);
    CHECK(display_width(U'\U0001F680') == 2);
    CHECK(display_width(U'\U0002FFFD') == 2);
    CHECK(display_width(U'→') == 1);
    CHECK(display_width(U'…') == 1);
}

TEST_CASE("what could hide or reorder text, or drive a terminal, is made visible") {
    CHECK(printable("a\x1b[2J\tb\n\x7f") == "a␛[2J␉b␊␡");
    CHECK(printable("a\u202eb\u200bc\u2066\ufeff") == "a\uFFFDb\uFFFDc\uFFFD\uFFFD");
    CHECK(printable("\u0085") == "\uFFFD");
    CHECK(printable_lines("a\nb\tc", "  ") == "a\n  b␉c");
}

TEST_CASE("line breaks and the blanks around them become one space") {
    CHECK(on_one_line("a  b\t c") == "a  b\t c");
    CHECK(on_one_line("a \n\n  b\r\nc\n") == "a b c");
    CHECK(on_one_line("\n a") == "a");
    CHECK(on_one_line("").empty());
}

TEST_CASE("text is cut between code points") {
    CHECK(shortened("abc", 3) == "abc");
    CHECK(shortened("abcdef", 5) == "ab…");
    CHECK(shortened("名名名", 8) == "名…");
}

TEST_CASE("rows: combining marks join, wide characters take two columns") {
    Row row;
    row.put(2, "名e\u0301x");
    CHECK(row.size() == 6);
    CHECK(row.text(false) == "  名e\u0301x");
    row.put(4, "E");
    CHECK(row.text(false) == "  名Ex");
    CHECK(row.is_blank(0));
    CHECK_FALSE(row.is_blank(3));
    CHECK(row.is_blank(99));
}

TEST_CASE("rows: joined emoji are shown apart") {
    Row row;
    row.append("\U0001F469\u200d\U0001F680");
    CHECK(row.size() == 4);
}

TEST_CASE("laid lines know the column of each byte") {
    const LaidLine laid = lay_out("a\t名b", 0, 1, 80);
    CHECK(laid.row.text(false) == "a   名b");
    CHECK(laid.column_of(0) == 0);
    CHECK(laid.column_of(1) == 1);
    CHECK(laid.column_of(2) == 4);
    CHECK(laid.column_of(5) == 6);
    CHECK(laid.column_of(6) == 7);
    CHECK(laid.column_of(99) == 7);
}

TEST_CASE("laid lines keep within the width wherever they are cut") {
    std::string line;
    for (int i = 0; i < 300; ++i) {
        line += i % 3 == 0 ? "名" : "ab";
    }
    for (std::size_t at = 0; at < line.size(); at += 11) {
        const LaidLine laid = lay_out(line, at, at + 3, 50);
        REQUIRE(laid.row.size() <= 50);
        REQUIRE(laid.begin <= at);
        REQUIRE(laid.end >= std::min(at + 3, line.size()));
        REQUIRE(valid_utf8(laid.row.text(false)) == laid.row.text(false));
    }
}

} // namespace
} // namespace tiphys::report
