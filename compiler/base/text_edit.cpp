// Changes to source text, as fixes carry them.
#include "compiler/base/text_edit.h"

#include <algorithm>

namespace tiphys {

std::string apply_edits(const std::string& text, std::vector<TextEdit> edits) {
    std::stable_sort(edits.begin(), edits.end(), [](const TextEdit& a, const TextEdit& b) {
        return a.span.begin < b.span.begin;
    });
    std::string out;
    std::size_t at = 0;
    for (const TextEdit& edit : edits) {
        if (edit.span.begin < at || edit.span.end > text.size()) continue;
        out.append(text, at, edit.span.begin - at);
        out.append(edit.text);
        at = edit.span.end;
    }
    out.append(text, at, std::string::npos);
    return out;
}

} // namespace tiphys
