#pragma once
// YAML and JSON inside of texts: manifests of resource templates, patches, configurations.

#include <string>
#include <vector>

#include "analyzer/context.h"
#include "compiler/doc/read.h"

namespace tiphys::analyze {

/// The YAML in a text, read. Tags were replaced by letters of the same length, so that they are
/// plain words in it.
class EmbeddedYaml {
public:
    EmbeddedYaml(const ir::Scalar& scalar, const Context& context);

    [[nodiscard]] const std::vector<doc::Tree>& documents() const { return documents_; }
    /// Whether the bytes of a tree's span hold a tag, in part at least.
    [[nodiscard]] bool has_tag(Span inner) const;
    /// The place in the file of a span of one of the trees; never empty.
    [[nodiscard]] Span place(Span inner) const;

private:
    Arena arena_;
    /// Of a file of the language, whose texts are made of several places; else empty.
    std::string_view language_;
    Span whole_;
    std::string text_;
    std::string masked_;
    std::vector<std::uint32_t> offsets_;
    FileId file_;
    std::vector<doc::Tree> documents_;
};

/// The value of a key of a mapping's node, or kNone.
[[nodiscard]] doc::NodeId child_of(const doc::Tree& tree, doc::NodeId mapping,
                                   std::string_view key);

} // namespace tiphys::analyze
