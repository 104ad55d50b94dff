#pragma once
// YAML as written: a flat tree of one document with the byte span of every key and value, the
// style of every scalar, anchors, aliases, comments and duplicate keys.

#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/base/scalar.h"
#include "compiler/base/span.h"

namespace tiphys::doc {

enum class NodeId : std::uint32_t { kNone = 0xffffffffU };

enum class NodeKind : std::uint8_t { kScalar, kSequence, kMapping, kAlias };

/// One node. Children of a mapping alternate: key, value, key, value. The span of a scalar
/// includes its quotes or block header (`|`) and ends after its last content line's text; that of
/// a flow collection includes its brackets; that of a block collection goes from its first key or
/// dash to the end of its last value; that of an alias is `*name`. An empty value has an empty
/// span directly after its key's colon (or after the dash). Anchors and tags stand outside.
struct Node {
    NodeKind kind = NodeKind::kScalar;
    ScalarStyle style = ScalarStyle::kPlain;
    /// Of scalars: their type by the rules of YAML 1.1 as Kubernetes applies them, tag respected.
    ScalarType type = ScalarType::kString;
    bool is_flow = false;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    NodeId first_child = NodeId::kNone;
    NodeId next_sibling = NodeId::kNone;
    /// Of an alias: the node it stands for; kNone if there is none, or if it contains the alias.
    NodeId target = NodeId::kNone;
    /// Of scalars: the value, decoded (`!!binary` too); of aliases: the name. Points into the
    /// source text or into the arena that was given to the reader.
    std::string_view text;
};

/// An `&name` in the document, whether used or not.
struct Anchor {
    std::string_view name;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    NodeId node = NodeId::kNone;
    bool is_used = false;
};

/// A `# …` comment, from the `#` to the end of its line. `on_own_line`: only blanks before it.
struct Comment {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool on_own_line = false;
};

enum class DefectKind : std::uint8_t {
    kSyntax,           ///< not YAML, or not what Kubernetes takes; `detail` says why in our words
    kNotUtf8,          ///< a byte that is not UTF-8
    kControlCharacter, ///< a character that YAML forbids (binary file)
    kTooDeep,          ///< nests deeper than limits::kYamlDepth
    kAliasExpansion,   ///< aliases expand to more than limits::kAliasExpansion values, or to
                       ///< themselves
    kUnknownAlias,     ///< `*name` without an `&name` before it; `detail` is the name
    kDuplicateKey,     ///< `detail` is the key, `other` the first one
    kUnquotedBraces,   ///< a value begins with `{{` unquoted, which YAML reads as a nested mapping;
                       ///< it is in the tree as a plain string
    kTemplatedSource ///< source of Helm: `{{ .Values…`, `{{- if …` outside of quotes; then it is
                     ///< the document's only defect
};

/// Something wrong with the text of a document, at its place.
struct Defect {
    DefectKind kind = DefectKind::kSyntax;
    Span span;
    Span other;
    std::string_view detail;
};

/// One document. `root` is kNone for an empty one and where nothing could be read.
struct Tree {
    FileId file = FileId::kNone;
    /// The document's bytes, without the `---` before it; from its `%` directives on if it has any.
    Span span;
    NodeId root = NodeId::kNone;
    std::vector<Node> nodes;
    std::vector<Anchor> anchors;
    std::vector<Comment> comments;
    std::vector<Defect> defects;
    /// False after a defect behind which nothing was read (syntax that could not be passed over,
    /// depth, aliases, bytes, templates): then things may be missing from the tree.
    bool is_complete = true;

    [[nodiscard]] const Node& node(NodeId id) const { return nodes[static_cast<std::size_t>(id)]; }
    [[nodiscard]] Span span_of(NodeId id) const { return {file, node(id).begin, node(id).end}; }
};

} // namespace tiphys::doc
