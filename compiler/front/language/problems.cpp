// Defects of the language.
#include "compiler/front/language/problems.h"

#include <algorithm>

#include "compiler/base/nearest.h"

namespace tiphys::front {

void Problems::report(ir::DefectKind kind, Span span, const std::string& message,
                      const std::string& help, Span other) {
    const bool is_known = std::any_of(defects_.begin(), defects_.end(), [&](const auto& defect) {
        return defect.span == span && defect.kind == kind;
    });
    // What is evaluated twice is wrong once.
    if (is_known) return;
    defects_.push_back({.kind = kind,
                        .span = span,
                        .other = other,
                        .text = arena_.copy(help.empty() ? message : message + "\n" + help)});
}

std::string Problems::suggestion(std::string_view written,
                                 const std::vector<std::string_view>& names) {
    const std::string_view near = nearest_name(written, names);
    return near.empty() || near == written ? std::string{}
                                           : "did you mean `" + std::string(near) + "`";
}

} // namespace tiphys::front
