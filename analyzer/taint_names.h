#pragma once
// The variables whose text comes through a tag or an expression. Numbers, comparisons, hashes and
// encodings let nothing through that could be more than a word.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/expr/tags.h"

namespace tiphys::analyze {

/// A variable as in a simple tag: `inputs.parameters.message`.
struct CarriedName {
    std::string name;
    /// Comes as JSON: a literal of most languages, but not of a shell.
    bool is_json = false;
};

/// Of a tag in `text`.
[[nodiscard]] std::vector<CarriedName> names_carried_by(std::string_view text,
                                                        const expr::Tag& tag);
/// Of an expression of its own, as in `valueFrom.expression`. Nothing where it does not parse.
[[nodiscard]] std::vector<CarriedName> names_carried_by(std::string_view expression);

} // namespace tiphys::analyze
