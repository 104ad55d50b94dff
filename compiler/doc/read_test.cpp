// Tests of reading documents: structure, spans, values, comments and anchors.
#include <catch2/catch.hpp>

#include "compiler/doc/read.h"
#include "compiler/doc/read_for_test.h"

namespace tiphys::doc {
namespace {

Strings split(const std::string& text) {
    Strings pieces;
    for (const Span span : split_documents(FileId{3}, text)) {
        CHECK(span.file == FileId{3});
        pieces.push_back(text.substr(span.begin, span.size()));
    }
    return pieces;
}

} // namespace

TEST_CASE("files are split at lines with three dashes") {
    CHECK(split("") == Strings{});
    CHECK(split("a: 1\n") == Strings{"a: 1\n"});
    CHECK(split("a: 1\n---\nb: 2\n") == Strings{"a: 1\n", "b: 2\n"});
    CHECK(split("---\na: 1\n---   \nb: 2") == Strings{"a: 1\n", "b: 2"});
    CHECK(split("a: 1\r\n---\r\nb: 2\r\n") == Strings{"a: 1\r\n", "b: 2\r\n"});
    CHECK(split("---a: 1\n") == Strings{"---a: 1\n"});
    CHECK(split("a: |\n  ---\n  x\n") == Strings{"a: |\n  ---\n  x\n"});
}

TEST_CASE("documents may begin on the line of the dashes") {
    CHECK(split("--- {a: b}\n--- |\n  x\n") == Strings{" {a: b}\n", " |\n  x\n"});
    CHECK(split("--- # why\na: 1\n") == Strings{" # why\na: 1\n"});
}

TEST_CASE("pieces without content are no documents") {
    CHECK(split("---\n# nothing\n---\n\n---\na: 1\n---\n") == Strings{"a: 1\n"});
    CHECK(split("# head\n---\na: 1\n") == Strings{"a: 1\n"});
    CHECK(split("---\n...\n---\na: 1\n") == Strings{"a: 1\n"});
}

TEST_CASE("a byte order mark belongs to no document") {
    CHECK(split("\xef\xbb\xbf"
                "a: 1\n") == Strings{"a: 1\n"});
    const ReadText read("\xef\xbb\xbf"
                        "a: b\n");
    CHECK(read.sources() == Strings{"a: b", "a", "b"});
    const std::string text = "a: 1\n---\n\xef\xbb\xbf"
                             "b: 2\n";
    Arena arena;
    const Tree tree = read_document(split_documents(FileId{0}, text)[1], text, arena);
    REQUIRE(tree.nodes.size() == 3);
    CHECK(tree.nodes[1].text == "b");
    CHECK(tree.nodes[1].begin == 12);
}

TEST_CASE("directives belong to the document behind them") {
    CHECK(split("%YAML 1.1\n---\na: 1\n---\nb: 2\n") ==
          Strings{"%YAML 1.1\n---\na: 1\n", "b: 2\n"});
    const ReadText read("%TAG !k! tag:example.org,2026:\n%YAML 1.1\n---\na: !k!b c\n");
    CHECK(read.sources() == Strings{"a: !k!b c", "a", "c"});
    CHECK(read.defects().empty());
}

TEST_CASE("block collections span from the first key or dash to the last value") {
    const ReadText read("\na: 1 # one\nb:\n- x\n- y: z\n  w:\n\n");
    CHECK(read.sources() == Strings{"a: 1 # one\nb:\n- x\n- y: z\n  w:", "a", "1", "b",
                                    "- x\n- y: z\n  w:", "x", "y: z\n  w:", "y", "z", "w", ""});
    CHECK_FALSE(read.tree.node(read.tree.root).is_flow);
}

TEST_CASE("flow collections span their brackets") {
    const ReadText read("a: [x, {b: c, d}, [], ] # e\nf: {\n  g: 1,\n  # h\n}\n");
    CHECK(read.sources() == Strings{"a: [x, {b: c, d}, [], ] # e\nf: {\n  g: 1,\n  # h\n}", "a",
                                    "[x, {b: c, d}, [], ]", "x", "{b: c, d}", "b", "c", "d", "",
                                    "[]", "f", "{\n  g: 1,\n  # h\n}", "g", "1"});
    CHECK(read.comments() == Strings{"# e", "own # h"});
    CHECK(read.tree.node(NodeId{2}).is_flow);
}

TEST_CASE("pairs in a flow sequence are mappings without brackets") {
    const ReadText read("[a: b, \"c\":d, {e: f}: g]");
    CHECK(read.sources() == Strings{"[a: b, \"c\":d, {e: f}: g]", "a: b", "a", "b", "\"c\":d",
                                    "\"c\"", "d", "{e: f}: g", "{e: f}", "e", "f", "g"});
}

TEST_CASE("empty values stand behind the colon or the dash") {
    const ReadText read("a:\nb: # c\n- \n");
    const ReadText list("-\n- # c\n-\n");
    REQUIRE(list.tree.nodes.size() == 4);
    CHECK(list.tree.span_of(NodeId{1}) == Span{FileId{0}, 1, 1});
    CHECK(list.tree.span_of(NodeId{2}) == Span{FileId{0}, 3, 3});
    CHECK(list.tree.span_of(NodeId{3}) == Span{FileId{0}, 9, 9});
    const ReadText map("a:\nnull: b\n? c\n");
    REQUIRE(map.tree.nodes.size() == 7);
    CHECK(map.tree.span_of(NodeId{2}) == Span{FileId{0}, 2, 2});
    CHECK(map.tree.span_of(NodeId{6}) == Span{FileId{0}, 14, 14});
    const ReadText flow("{a: , b, \"c\":}");
    REQUIRE(flow.tree.nodes.size() == 7);
    CHECK(flow.tree.span_of(NodeId{2}) == Span{FileId{0}, 3, 3});
    CHECK(flow.tree.span_of(NodeId{4}) == Span{FileId{0}, 7, 7});
    CHECK(flow.tree.span_of(NodeId{6}) == Span{FileId{0}, 13, 13});
}

TEST_CASE("written nulls have their own span") {
    const ReadText read("a: null\nb: ~\nc: NULL # d\ne: [~, null]\nf:\n  Null\n");
    CHECK(read.sources() == Strings{"a: null\nb: ~\nc: NULL # d\ne: [~, null]\nf:\n  Null", "a",
                                    "null", "b", "~", "c", "NULL", "e", "[~, null]", "~", "null",
                                    "f", "Null"});
}

TEST_CASE("words that begin like null are none") {
    const ReadText read("a:\n~ b: 1\nc:\nnull d: [~, null : 2]\n");
    CHECK(read.defects().size() == 1); // the key in the brackets
    CHECK(read.values() == Strings{"string a", "null ", "string ~ b", "int 1", "string c", "null ",
                                   "string null d", "null ~", "null null", "int 2"});
}

TEST_CASE("each style of scalar has its span and value") {
    const ReadText read("a: plain text # c\n"
                        "b: 'it''s'\n"
                        "c: \"x\\ty\"\n"
                        "d: |  # c\n  one\n   two\n\n"
                        "e: >-\n  one\n  two\n"
                        "f: more\n  lines # c\n"
                        "g: 'more\n\n  lines'\n");
    CHECK(read.sources() == Strings{read.text.substr(0, read.text.size() - 1), "a", "plain text",
                                    "b", "'it''s'", "c", "\"x\\ty\"", "d", "|  # c\n  one\n   two",
                                    "e", ">-\n  one\n  two", "f", "more\n  lines", "g",
                                    "'more\n\n  lines'"});
    CHECK(read.values() == Strings{"string a", "string plain text", "string b", "string it's",
                                   "string c", "string x\ty", "string d", "string one\n two\n",
                                   "string e", "string one two", "string f", "string more lines",
                                   "string g", "string more\nlines"});
    CHECK(read.comments() == Strings{"# c", "# c", "# c"});
    CHECK(read.tree.node(NodeId{2}).style == ScalarStyle::kPlain);
    CHECK(read.tree.node(NodeId{4}).style == ScalarStyle::kSingleQuoted);
    CHECK(read.tree.node(NodeId{6}).style == ScalarStyle::kDoubleQuoted);
    CHECK(read.tree.node(NodeId{8}).style == ScalarStyle::kLiteral);
    CHECK(read.tree.node(NodeId{10}).style == ScalarStyle::kFolded);
}

TEST_CASE("values in one piece are views of the source") {
    const ReadText read("a: 'b c'\nd: |-\n  e f\n");
    const auto is_inside = [&](std::string_view text) {
        return text.data() >= read.text.data() &&
               text.data() + text.size() <= read.text.data() + read.text.size();
    };
    for (const Node& node : read.tree.nodes) {
        if (node.kind == NodeKind::kScalar) CHECK(is_inside(node.text));
    }
}

TEST_CASE("carriage returns are line breaks") {
    const ReadText read("a: |\r\n  one\r\n  two\r\nb: 1 # c\r\n");
    CHECK(read.values() == Strings{"string a", "string one\ntwo\n", "string b", "int 1"});
    CHECK(read.comments() == Strings{"# c"});
    const ReadText old("a: 1\rb: 'x\r  y'\r");
    CHECK(old.values() == Strings{"string a", "int 1", "string b", "string x y"});
    CHECK(old.defects().empty());
}

TEST_CASE("comments are found wherever they may stand") {
    const ReadText read("# first\na: b#c # d\n  # e\nf: |  # g\n  # text\n# h\ni: [ # j\n  1, # "
                        "k\n]\n# last");
    CHECK(read.comments() ==
          Strings{"own # first", "# d", "own # e", "# g", "own # h", "# j", "# k", "own # last"});
}

TEST_CASE("tags change the type of a scalar and stand outside of its span") {
    const ReadText read("a: !!str 1\nb: !!int '2'\nc: !own 3\nd: ! 4\ne: !!float 5\nf: !!binary "
                        "aGVsbG8=\ng: !!str\nh: !<tag:yaml.org,2002:bool> y\n");
    CHECK(read.defects().empty());
    CHECK(read.values() == Strings{"string a", "string 1", "string b", "int 2", "string c",
                                   "string 3", "string d", "string 4", "string e", "float 5",
                                   "string f", "string hello", "string g", "string ", "string h",
                                   "bool y"});
    CHECK(read.sources()[2] == "1");
    CHECK(read.sources()[4] == "'2'");
}

TEST_CASE("anchors name the nodes behind them") {
    const ReadText read(
        "a: &one\n  &two b: &three c\nd: &four [x]\ne: &five\nf: *three\ng: &six # c\n  null\n");
    REQUIRE(read.tree.anchors.size() == 6);
    const auto name = [&](std::size_t i) { return std::string(read.tree.anchors[i].name); };
    const auto source = [&](std::size_t i) {
        const Span span = read.tree.span_of(read.tree.anchors[i].node);
        return read.text.substr(span.begin, span.size());
    };
    CHECK(name(0) == "one");
    CHECK(source(0) == "b: &three c");
    CHECK(source(1) == "b");
    CHECK(source(2) == "c");
    CHECK(source(3) == "[x]");
    CHECK(source(4).empty());
    CHECK(source(5) == "null");
    CHECK(read.tree.anchors[2].is_used);
    CHECK_FALSE(read.tree.anchors[3].is_used);
    CHECK(read.text.substr(read.tree.anchors[1].begin,
                           read.tree.anchors[1].end - read.tree.anchors[1].begin) == "&two");
}

TEST_CASE("aliases point at the latest anchor of their name") {
    const ReadText read("a: &x 1\nb: &x 2\nc: *x\n*x : d\n");
    REQUIRE(read.tree.nodes.size() == 9);
    const Node& alias = read.tree.node(NodeId{6});
    CHECK(alias.kind == NodeKind::kAlias);
    CHECK(alias.text == "x");
    CHECK(alias.target == NodeId{4});
    CHECK(read.sources()[6] == "*x");
}

TEST_CASE("merge keys stay ordinary keys") {
    const ReadText read("a: &x {b: 1}\nc:\n  <<: *x\n  <<: *x\n  d: 2\n");
    CHECK(read.defects().empty());
    CHECK(read.values() == Strings{"string a", "string b", "int 1", "string c", "string <<", "*x",
                                   "string <<", "*x", "string d", "int 2"});
}

TEST_CASE("explicit keys may be text blocks") {
    const ReadText read("? |\n  a\n: b\n? c\n: d\n");
    CHECK(read.values() == Strings{"string a\n", "string b", "string c", "string d"});
    CHECK(read.sources()[0] == "? |\n  a\n: b\n? c\n: d");
    CHECK(read.defects().empty());
}

TEST_CASE("block indentation is counted from the collection around it") {
    const ReadText read("- a: |1\n    b\n- - |2\n      c\n-\n  d: >1-\n     e\n    f\n");
    CHECK(read.defects().empty());
    CHECK(read.values() ==
          Strings{"string a", "string  b\n", "string   c\n", "string d", "string   e\n f"});
}

TEST_CASE("documents of comments have no root") {
    const std::string text = "# only\n";
    Arena arena;
    const Tree tree = read_document({FileId{0}, 0, 7}, text, arena);
    CHECK(tree.root == NodeId::kNone);
    CHECK(tree.comments.size() == 1);
    CHECK(tree.is_complete);
}

} // namespace tiphys::doc
