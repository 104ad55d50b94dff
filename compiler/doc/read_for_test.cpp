// Reads a text for the unit tests of this folder.
#include "compiler/doc/read_for_test.h"

#include <cstdlib>
#include <filesystem>
#include <utility>

#include <catch2/catch.hpp>

#include "compiler/base/source_map.h"
#include "compiler/doc/read.h"

namespace tiphys::doc {
namespace {

std::string name_of(ScalarType type) {
    switch (type) {
    case ScalarType::kNull:
        return "null";
    case ScalarType::kBool:
        return "bool";
    case ScalarType::kInt:
        return "int";
    case ScalarType::kFloat:
        return "float";
    case ScalarType::kString:
        break;
    }
    return "string";
}

std::string name_of(DefectKind kind) {
    switch (kind) {
    case DefectKind::kSyntax:
        return "syntax";
    case DefectKind::kNotUtf8:
        return "not-utf8";
    case DefectKind::kControlCharacter:
        return "control-character";
    case DefectKind::kTooDeep:
        return "too-deep";
    case DefectKind::kAliasExpansion:
        return "alias-expansion";
    case DefectKind::kUnknownAlias:
        return "unknown-alias";
    case DefectKind::kDuplicateKey:
        return "duplicate-key";
    case DefectKind::kUnquotedBraces:
        return "unquoted-braces";
    case DefectKind::kTemplatedSource:
        break;
    }
    return "templated-source";
}

// Nodes in the order of the tree, parents before children.
void collect(const Tree& tree, NodeId id, std::vector<NodeId>& ids) {
    if (id == NodeId::kNone) return;
    ids.push_back(id);
    for (NodeId child = tree.node(id).first_child; child != NodeId::kNone;
         child = tree.node(child).next_sibling)
        collect(tree, child, ids);
}

std::vector<NodeId> ids_of(const Tree& tree) {
    std::vector<NodeId> ids;
    collect(tree, tree.root, ids);
    return ids;
}

} // namespace

ReadText::ReadText(std::string yaml) : text(std::move(yaml)) {
    const std::vector<Span> documents = split_documents(FileId{0}, text);
    if (!documents.empty()) tree = read_document(documents.front(), text, arena);
}

Strings ReadText::sources() const {
    Strings sources;
    for (const NodeId id : ids_of(tree)) {
        const Node& node = tree.node(id);
        sources.push_back(text.substr(node.begin, node.end - node.begin));
    }
    return sources;
}

Strings ReadText::values() const {
    Strings values;
    for (const NodeId id : ids_of(tree)) {
        const Node& node = tree.node(id);
        if (node.kind == NodeKind::kScalar)
            values.push_back(name_of(node.type) + " " + std::string(node.text));
        else if (node.kind == NodeKind::kAlias)
            values.push_back("*" + std::string(node.text));
    }
    return values;
}

Strings ReadText::defects() const {
    SourceMap sources;
    const FileId file = sources.add("a.yaml", text);
    Strings defects;
    for (const Defect& defect : tree.defects) {
        const Position position = sources.position(file, defect.span.begin);
        std::string line = std::to_string(position.line) + ":" + std::to_string(position.column) +
                           " " + name_of(defect.kind) + " [" +
                           text.substr(defect.span.begin, defect.span.size()) + "]";
        if (!defect.detail.empty()) line += " " + std::string(defect.detail);
        defects.push_back(line);
    }
    return defects;
}

Strings ReadText::comments() const {
    Strings comments;
    for (const Comment& comment : tree.comments)
        comments.push_back((comment.on_own_line ? "own " : "") +
                           text.substr(comment.begin, comment.end - comment.begin));
    return comments;
}

std::string shared_folder() {
    const char* shared = std::getenv("TIPHYS_SHARED");
    const char* root = std::getenv("TIPHYS_SOURCE_DIR");
    const std::string folder = shared != nullptr ? shared
                               : root != nullptr ? std::string(root) + "/../shared"
                                                 : "../shared";
    if (std::filesystem::is_directory(folder)) return folder;
    WARN("SKIPPED: no folder " << folder << " (TIPHYS_SHARED)");
    return "";
}

} // namespace tiphys::doc
