// Tests of reading JSON.
#include <string>

#include <catch2/catch.hpp>

#include "compiler/base/limits.h"
#include "compiler/doc/read_for_test.h"
#include "compiler/doc/read_json.h"

namespace tiphys::doc {

TEST_CASE("JSON becomes the same tree as YAML in braces") {
    const ReadText read("\n{\n\t\"a\": [1, -2.5e3, true, null, \"b\"],\n\t\"c\": {}\n}\n");
    CHECK(read.defects().empty());
    CHECK(read.tree.is_complete);
    CHECK(read.values() == Strings{"string a", "int 1", "float -2.5e3", "bool true", "null null",
                                   "string b", "string c"});
    CHECK(read.sources()[2] == "[1, -2.5e3, true, null, \"b\"]");
    CHECK(read.sources()[7] == "\"b\"");
    CHECK(read.sources()[9] == "{}");
    CHECK(read.tree.node(read.tree.root).is_flow);
}

TEST_CASE("JSON has escapes that YAML has not") {
    const ReadText read("{\"a\\/b\": \"\\uD83D\\uDE00\\u00e9\\b\\\"\\ud800\"}");
    CHECK(read.defects().empty());
    CHECK(read.values() ==
          Strings{"string a/b", "string \xf0\x9f\x98\x80\xc3\xa9\b\"\xef\xbf\xbd"});
}

TEST_CASE("JSON's duplicate keys are reported") {
    CHECK(ReadText("{\"a\": 1, \"a\": 2}").defects() == Strings{"1:10 duplicate-key [\"a\"] a"});
}

TEST_CASE("what is not quite JSON is read as YAML") {
    CHECK(ReadText("{\"a\": 1,}").values() == Strings{"string a", "int 1"});
    CHECK(ReadText("{\"a\": b, c: 010}").values() ==
          Strings{"string a", "string b", "string c", "int 010"});
    CHECK(ReadText("[a, 'b']\n").values() == Strings{"string a", "string b"});
    CHECK(ReadText("{\"a\": \"b\n  c\"}").values() == Strings{"string a", "string b c"});
    CHECK(ReadText("[01, +1, 0x1, 1., 1_0]").defects().empty());
}

TEST_CASE("broken JSON is explained in JSON's words") {
    CHECK(ReadText("{\"a\": 1 \"b\": 2}").defects() ==
          Strings{"1:9 syntax [\"] a `,` or `}` is expected here"});
    CHECK(ReadText("{\"a\": {\"b\": [1, 2}").defects() ==
          Strings{"1:18 syntax [}] a `,` or `]` is expected here"});
    CHECK(ReadText("{\"a\": {\"b\": 1}").defects() ==
          Strings{"1:1 syntax [{] the `{` opened here is never closed"});
    CHECK(ReadText("{\"a\": \"b}").defects() ==
          Strings{"1:7 syntax [\"] the quote opened here is never closed"});
    const ReadText partial("{\"a\": 1, \"b\": {\"c\": 2 \"d\": 3}}");
    CHECK_FALSE(partial.tree.is_complete);
    CHECK(partial.values() == Strings{"string a", "int 1", "string b", "string c", "int 2"});
}

TEST_CASE("JSON's nesting is limited") {
    std::string deep;
    for (int i = 0; i < 10'000; ++i)
        deep += "{\"a\":";
    const ReadText read(deep);
    CHECK(read.defects() == Strings{"1:1001 too-deep [{]"});
    CHECK_FALSE(read.tree.is_complete);
}

} // namespace tiphys::doc
