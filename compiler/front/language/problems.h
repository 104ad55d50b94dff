#pragma once
// What is wrong with a .tiphys file beyond its syntax, as defects of its unit.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/message.h"
#include "compiler/front/language_defect.h"

namespace tiphys::front {

/// Collects defects; texts are kept in the unit's arena.
class Problems {
public:
    Problems(Arena& arena, std::vector<ir::Defect>& defects) : arena_(arena), defects_(defects) {}

    /// `kind` is one of those of language_defect.h.
    void report(ir::DefectKind kind, Span span, const std::string& message,
                const std::string& help = {}, Span other = {});

    /// "did you mean `x`", or nothing.
    static std::string suggestion(std::string_view written,
                                  const std::vector<std::string_view>& names);

private:
    Arena& arena_;
    std::vector<ir::Defect>& defects_;
};

} // namespace tiphys::front
