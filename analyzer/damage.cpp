// What could not be decoded.
#include "analyzer/damage.h"

#include <algorithm>
#include <cctype>

#include "compiler/base/limits.h"

namespace tiphys::analyze {
namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
}

bool holds_word(std::string_view text, std::string_view word) {
    for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        const bool begins = at == 0 || !is_word(text[at - 1]);
        const bool ends = end == text.size() || !is_word(text[end]);
        if (begins && ends) return true;
    }
    return false;
}

bool is_loss(const ir::Defect& defect) {
    return defect.kind == ir::DefectKind::kUnknownField ||
           defect.kind == ir::DefectKind::kWrongType ||
           defect.kind == ir::DefectKind::kImplicitBool;
}

/// The value that was lost.
Span lost_span(const ir::Defect& defect) {
    if (defect.kind == ir::DefectKind::kWrongType) {
        return defect.value == nullptr ? defect.span : defect.value->span;
    }
    // A name that was read as a bool stands at the defect itself.
    const bool is_field = defect.kind == ir::DefectKind::kUnknownField;
    const ir::Object* object = is_field ? ir::any_object_as(defect.value) : nullptr;
    if (object == nullptr) return defect.span;
    for (const ir::Entry& entry : object->unknown) {
        if (entry.key_begin == defect.span.begin) return entry.value->span;
    }
    return defect.span;
}

/// More is not shown of a file; looking through all of it for each name would take for ever.
bool is_beyond_telling(const Context& context) {
    return context.unit().defects.size() > limits::kDiagnosticsPerFile;
}

bool is_inside(Span inner, Span outer) {
    return inner.file == outer.file && outer.begin <= inner.begin && inner.end <= outer.end;
}

} // namespace

bool is_in_damage(const Context& context, std::string_view name, Span except) {
    if (context.document() == nullptr || name.empty()) return false;
    if (!context.document()->is_complete || is_beyond_telling(context)) return true;
    const auto& defects = context.unit().defects;
    return std::any_of(defects.begin(), defects.end(), [&](const ir::Defect& defect) {
        if (!is_loss(defect) || !is_inside(defect.span, context.document()->span)) return false;
        const Span lost = lost_span(defect);
        return !(except.is_known() && is_inside(except, lost)) &&
               holds_word(context.text(lost), name);
    });
}

bool is_damaged(const Context& context, Span span) {
    if (is_beyond_telling(context)) return true;
    const auto& defects = context.unit().defects;
    return std::any_of(defects.begin(), defects.end(), [&](const ir::Defect& defect) {
        return is_loss(defect) && is_inside(defect.span, span);
    });
}

} // namespace tiphys::analyze
