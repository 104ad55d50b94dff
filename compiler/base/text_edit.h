#pragma once
// Changes to source text, as fixes carry them.

#include <string>
#include <vector>

#include "compiler/base/span.h"

namespace tiphys {

/// Replaces the bytes of `span` by `text`; an empty span inserts.
struct TextEdit {
    Span span;
    std::string text;
    friend bool operator==(const TextEdit&, const TextEdit&) = default;
};

/// Applies edits of one file to its text. Edits may come in any order; of two that overlap the
/// later in source order is left out, so that a fix is applied whole or not at all by its caller.
[[nodiscard]] std::string apply_edits(const std::string& text, std::vector<TextEdit> edits);

} // namespace tiphys
