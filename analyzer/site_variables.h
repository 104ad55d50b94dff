#pragma once
// What the expressions of each place may name, and of which type it is.

#include <optional>

#include "analyzer/sites.h"

namespace tiphys::analyze {

/// A text with a word in place of each of its tags, of the same length so that places stay.
struct TaglessText {
    std::string text;
    std::vector<expr::Tag> tags;
};
/// Nothing where a tag has no end or stands inside of another one.
[[nodiscard]] std::optional<TaglessText> without_tags(std::string_view text);

/// Parses and checks an expression whose text, place and kind are set.
void check_expression(Expression& expression, front::FlowSet& flows);

} // namespace tiphys::analyze
