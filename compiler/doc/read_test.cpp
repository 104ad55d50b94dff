// Tests of reading documents: structure and spans.
#include <catch2/catch.hpp>

#include "compiler/doc/read.h"

namespace tiphys::doc {

TEST_CASE("a document keeps the spans of keys, values and comments") {
    const std::string_view text = "a: 1 # c\nb: [x, y]\n";
    const std::vector<Span> documents = split_documents(FileId{0}, text);
    REQUIRE(documents.size() == 1);
    Arena arena;
    const Tree tree = read_document(documents[0], text, arena);
    REQUIRE(tree.nodes.size() == 7);
    REQUIRE(tree.comments.size() == 1);
    CHECK(tree.comments[0].begin == 5);
    CHECK(tree.span_of(NodeId{4}) == Span{FileId{0}, 12, 18});
}

} // namespace tiphys::doc
