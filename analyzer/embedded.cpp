// YAML and JSON inside of texts.
#include "analyzer/embedded.h"

#include <algorithm>

#include "compiler/doc/scalar_text.h"
#include "compiler/syntax/parse.h"
#include "compiler/syntax/text_places.h"

namespace tiphys::analyze {
namespace {

/// Writes letters over tags. Argo: SubstituteResourceManifestExpressions in
/// workflow/validate/validate.go, and the placeholders of its first substitution.
std::string without_tags(std::string text) {
    for (std::size_t at = text.find("{{"); at != text.npos; at = text.find("{{", at)) {
        const std::size_t end = text.find("}}", at + 2);
        if (end == text.npos) break;
        std::fill(text.begin() + static_cast<std::ptrdiff_t>(at),
                  text.begin() + static_cast<std::ptrdiff_t>(end + 2), 'x');
        at = end + 2;
    }
    return text;
}

} // namespace

EmbeddedYaml::EmbeddedYaml(const ir::Scalar& scalar, const Context& context)
    : whole_(scalar.span), file_(scalar.span.file) {
    const SourceFile& source = context.project().sources().file(file_);
    if (syntax::is_source_name(source.path)) {
        language_ = source.text;
        text_ = scalar.text;
    } else {
        doc::ScalarText decoded = doc::decode_scalar(source.text, scalar.span, scalar.style);
        text_ = std::move(decoded.value);
        offsets_ = std::move(decoded.offsets);
    }
    masked_ = without_tags(text_);
    for (const Span span : doc::split_documents(file_, masked_)) {
        documents_.push_back(doc::read_document(span, masked_, arena_));
    }
}

bool EmbeddedYaml::has_tag(Span inner) const {
    return std::string_view(text_).substr(inner.begin, inner.size()) !=
           std::string_view(masked_).substr(inner.begin, inner.size());
}

Span EmbeddedYaml::place(Span inner) const {
    if (!language_.empty()) {
        const std::size_t end = std::max(inner.end, inner.begin + 1);
        return syntax::place_in_text(language_, whole_, text_, inner.begin, end);
    }
    const std::size_t last = offsets_.size() - 1;
    const std::uint32_t begin = offsets_[std::min<std::size_t>(inner.begin, last)];
    const std::uint32_t end = offsets_[std::min<std::size_t>(inner.end, last)];
    return {file_, begin, std::max(end, begin + 1)};
}

doc::NodeId child_of(const doc::Tree& tree, doc::NodeId mapping, std::string_view key) {
    doc::NodeId at = tree.node(mapping).first_child;
    while (at != doc::NodeId::kNone) {
        const doc::NodeId value = tree.node(at).next_sibling;
        // A text that breaks off may end with a key.
        if (tree.node(at).text == key || value == doc::NodeId::kNone) return value;
        at = tree.node(value).next_sibling;
    }
    return doc::NodeId::kNone;
}

} // namespace tiphys::analyze
