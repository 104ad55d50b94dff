// Fuzz target: any bytes are read into trees that keep their promises.
//
// Promises: spans lie within the document and within their parent's, siblings stand in order, a
// mapping's children come in pairs, scalars decode to the same value again, defects point into the
// file, and what is complete has no defect that stops the reading.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "compiler/base/assert.h"
#include "compiler/base/limits.h"
#include "compiler/doc/read.h"
#include "compiler/doc/scalar_text.h"

namespace {

using tiphys::Span;
using tiphys::doc::Node;
using tiphys::doc::NodeId;
using tiphys::doc::NodeKind;
using tiphys::doc::ScalarText;
using tiphys::doc::Tree;

void check_scalar(const Tree& tree, const Node& node, std::string_view text) {
    if (node.begin == node.end) return;
    const Span span{tree.file, node.begin, node.end};
    const ScalarText decoded = tiphys::doc::decode_scalar(text, span, node.style);
    const bool is_binary = text.find("binary") != text.npos;
    TIPHYS_ASSERT(is_binary || decoded.value == node.text, "a scalar decodes to its value");
    TIPHYS_ASSERT(decoded.offsets.size() == decoded.value.size() + 1, "each byte has an offset");
    for (std::size_t i = 0; i < decoded.value.size(); ++i)
        TIPHYS_ASSERT(decoded.offsets[i] <= decoded.offsets[i + 1], "offsets do not go back");
    TIPHYS_ASSERT(decoded.offsets.back() <= text.size(), "offsets lie in the text");
    const Span whole = tiphys::doc::span_in_scalar(text, span, node.style, 0, decoded.value.size());
    TIPHYS_ASSERT(whole.begin <= whole.end && whole.end <= text.size(), "pieces lie in the text");
}

void check_node(const Tree& tree, NodeId id, Span around, std::string_view text,
                std::uint32_t depth) {
    const Node& node = tree.node(id);
    TIPHYS_ASSERT(around.begin <= node.begin, "a node begins within its parent");
    TIPHYS_ASSERT(node.begin <= node.end, "a node ends behind its beginning");
    TIPHYS_ASSERT(node.end <= around.end, "a node ends within its parent");
    TIPHYS_ASSERT(depth <= tiphys::limits::kYamlDepth, "the depth is limited");
    if (node.kind == NodeKind::kScalar) return check_scalar(tree, node, text);
    std::uint32_t at = node.begin;
    std::size_t n_children = 0;
    for (NodeId child = node.first_child; child != NodeId::kNone;
         child = tree.node(child).next_sibling) {
        check_node(tree, child, {tree.file, at, node.end}, text, depth + 1);
        at = tree.node(child).end;
        ++n_children;
    }
    const bool is_whole = tree.is_complete && node.kind == NodeKind::kMapping;
    TIPHYS_ASSERT(!is_whole || n_children % 2 == 0, "keys have values");
}

void check_tree(const Tree& tree, std::string_view text) {
    if (tree.root != NodeId::kNone) check_node(tree, tree.root, tree.span, text, 0);
    std::uint32_t at = tree.span.begin;
    for (const tiphys::doc::Comment& comment : tree.comments) {
        TIPHYS_ASSERT(at <= comment.begin && comment.begin < comment.end, "comments are in order");
        TIPHYS_ASSERT(text[comment.begin] == '#', "comments begin with a #");
        at = comment.end;
    }
    for (const tiphys::doc::Defect& defect : tree.defects) {
        TIPHYS_ASSERT(tree.span.begin <= defect.span.begin, "defects lie in the document");
        TIPHYS_ASSERT(defect.span.begin <= defect.span.end, "defects end behind their beginning");
        TIPHYS_ASSERT(defect.span.end <= tree.span.end, "defects end in the document");
    }
    TIPHYS_ASSERT(tree.is_complete || !tree.defects.empty(), "a reading stops for a reason");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::uint32_t at = 0;
    for (const Span document : tiphys::doc::split_documents(tiphys::FileId{0}, text)) {
        TIPHYS_ASSERT(at <= document.begin && document.end <= size, "documents are in order");
        at = document.end;
        tiphys::Arena arena;
        check_tree(tiphys::doc::read_document(document, text, arena), text);
    }
    return 0;
}
