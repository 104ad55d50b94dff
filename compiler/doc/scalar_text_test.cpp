// Tests of the way from values back to source bytes.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include <catch2/catch.hpp>

#include "compiler/doc/read.h"
#include "compiler/doc/read_for_test.h"
#include "compiler/doc/scalar_text.h"

namespace tiphys::doc {
namespace {

// A text that is one scalar, and the source bytes that pieces of its value come from.
struct OneScalar {
    explicit OneScalar(const std::string& yaml) : read(yaml) {
        REQUIRE(read.tree.root != NodeId::kNone);
        const Node& root = read.tree.node(read.tree.root);
        NodeId id = read.tree.root;
        if (root.kind == NodeKind::kMapping) id = read.tree.node(root.first_child).next_sibling;
        span = read.tree.span_of(id);
        style = read.tree.node(id).style;
        decoded = decode_scalar(read.text, span, style);
        CHECK(decoded.value == read.tree.node(id).text);
        CHECK(decoded.offsets.size() == decoded.value.size() + 1);
    }

    std::string source_of(const std::string& piece) const {
        const std::size_t from = decoded.value.find(piece);
        REQUIRE(from != std::string::npos);
        const Span found = span_in_scalar(read.text, span, style, from, from + piece.size());
        return read.text.substr(found.begin, found.size());
    }

    ReadText read;
    Span span;
    ScalarStyle style = ScalarStyle::kPlain;
    ScalarText decoded;
};

} // namespace

TEST_CASE("plain scalars map through folded lines") {
    const OneScalar scalar("a: one  two\n  three\n\n\n  four # c\n");
    CHECK(scalar.decoded.value == "one  two three\n\nfour");
    CHECK(scalar.source_of("two") == "two");
    CHECK(scalar.source_of("three") == "three");
    CHECK(scalar.source_of("two three") == "two\n  three");
    CHECK(scalar.source_of("four") == "four");
}

TEST_CASE("single-quoted scalars map through doubled quotes") {
    const OneScalar scalar("a: '  it''s \n\n   on  '\n");
    CHECK(scalar.decoded.value == "  it's\non  ");
    CHECK(scalar.source_of("it's") == "it''s");
    CHECK(scalar.source_of("'") == "''");
    CHECK(scalar.source_of("on  ") == "on  ");
}

TEST_CASE("double-quoted scalars map through escapes and continued lines") {
    const OneScalar scalar("a: \"x\\ty \\u00e9{{z}}\\\n    end \n  w\\  \"\n");
    CHECK(scalar.decoded.value == "x\ty \xc3\xa9{{z}}end w  ");
    CHECK(scalar.source_of("\t") == "\\t");
    CHECK(scalar.source_of("\xc3\xa9") == "\\u00e9");
    CHECK(scalar.source_of("{{z}}") == "{{z}}");
    CHECK(scalar.source_of("end") == "end");
    CHECK(scalar.source_of("w") == "w");
}

TEST_CASE("all escapes are decoded") {
    const OneScalar scalar(
        "\"\\0\\a\\b\\t\\n\\v\\f\\r\\e\\ \\\"\\\\\\N\\_\\L\\P\\x41\\U0001F600\"");
    CHECK(scalar.decoded.value == std::string("\0\a\b\t\n\v\f\r\x1b \"\\", 12) +
                                      "\xc2\x85\xc2\xa0\xe2\x80\xa8\xe2\x80\xa9"
                                      "A\xf0\x9f\x98\x80");
}

TEST_CASE("literal blocks map to their lines without the indentation") {
    const OneScalar scalar("a: |\n    echo {{x}}\n\n      y\n    z\n\n");
    CHECK(scalar.decoded.value == "echo {{x}}\n\n  y\nz\n");
    CHECK(scalar.source_of("{{x}}") == "{{x}}");
    CHECK(scalar.source_of("x}}\n") == "x}}\n");
    CHECK(scalar.source_of("  y") == "  y");
    CHECK(scalar.source_of("z\n") == "z\n");
}

TEST_CASE("blocks keep, clip or strip their last line breaks") {
    CHECK(OneScalar("a: |+\n  b\n\n\n").decoded.value == "b\n\n\n");
    CHECK(OneScalar("a: |\n  b\n\n\n").decoded.value == "b\n");
    CHECK(OneScalar("a: |-\n  b\n\n\n").decoded.value == "b");
    CHECK(OneScalar("a: |\n  b").decoded.value == "b");
    CHECK(OneScalar("a: |+\n\n\n").decoded.value == "\n\n");
    CHECK(OneScalar("a: >+\n  b\n\nc: d\n").decoded.value == "b\n\n");
}

TEST_CASE("blocks take their indentation from the header or the first line") {
    CHECK(OneScalar("a: |2\n    b\n   c\n").decoded.value == "  b\n c\n");
    CHECK(OneScalar("a: |\n \n   \n   b\n    c\n").decoded.value == "\n\nb\n c\n");
    CHECK(OneScalar("|1\n  b\n").decoded.value == " b\n");
    CHECK(OneScalar("a: |-\n  b\n    \n  c\n").decoded.value == "b\n  \nc");
}

TEST_CASE("folded blocks map through their folds") {
    const OneScalar scalar("a: >\n  one\n  two\n\n  three\n    code\n  four\n");
    CHECK(scalar.decoded.value == "one two\nthree\n  code\nfour\n");
    CHECK(scalar.source_of("one two") == "one\n  two");
    CHECK(scalar.source_of("three") == "three");
    CHECK(scalar.source_of("code") == "code");
}

TEST_CASE("carriage returns stay outside of spans") {
    const OneScalar scalar("a: |\r\n  one\r\n  two\r\n");
    CHECK(scalar.decoded.value == "one\ntwo\n");
    CHECK(scalar.source_of("one") == "one");
    CHECK(scalar.source_of("two") == "two");
}

TEST_CASE("places beyond the value are clamped") {
    const OneScalar scalar("a: 'b'\n");
    const Span span = span_in_scalar(scalar.read.text, scalar.span, scalar.style, 5, 9);
    CHECK(span == Span{FileId{0}, 5, 5});
}

namespace {

// What is wrong with the way back from a scalar's value, or nothing.
std::string fault_of(const Tree& tree, const Node& node, const std::string& text) {
    const ScalarText decoded = decode_scalar(text, {tree.file, node.begin, node.end}, node.style);
    if (decoded.value != node.text) return "decoded as " + decoded.value;
    if (decoded.offsets.size() != decoded.value.size() + 1) return "number of offsets";
    for (std::size_t i = 0; i < decoded.value.size(); ++i) {
        if (decoded.offsets[i] > decoded.offsets[i + 1]) return "offsets go back";
        const char written = text[decoded.offsets[i]];
        const bool is_break = decoded.value[i] == '\n' && written == '\r';
        if (node.style == ScalarStyle::kLiteral && written != decoded.value[i] && !is_break)
            return "a byte of a literal block is not in the source";
    }
    return "";
}

// The number of scalars of a document, each checked.
std::size_t check_document(Span document, const std::string& text) {
    Arena arena;
    const Tree tree = read_document(document, text, arena);
    if (!tree.is_complete) return 0;
    std::size_t n_scalars = 0;
    for (const Node& node : tree.nodes) {
        if (node.kind != NodeKind::kScalar) continue;
        const std::string fault = node.begin < node.end ? fault_of(tree, node, text) : "";
        if (!fault.empty()) FAIL_CHECK("at " << node.begin << ": " << fault);
        ++n_scalars;
    }
    return n_scalars;
}

} // namespace

TEST_CASE("every scalar of the example manifests maps to its source") {
    const std::string folder = shared_folder();
    if (folder.empty()) return;
    std::size_t n_scalars = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder + "/corpus")) {
        if (entry.path().extension() != ".yaml") continue;
        INFO(entry.path());
        std::ifstream stream(entry.path(), std::ios::binary);
        const std::string text(std::istreambuf_iterator<char>(stream), {});
        for (const Span document : split_documents(FileId{0}, text))
            n_scalars += check_document(document, text);
    }
    CHECK(n_scalars > 10'000);
}

} // namespace tiphys::doc
