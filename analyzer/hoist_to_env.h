#pragma once
// The cure for a text pasted into a shell script: a variable of the environment.

#include <optional>
#include <string>
#include <vector>

#include "analyzer/context.h"
#include "analyzer/taint.h"

namespace tiphys::analyze {

/// The edits that put the text of a tag into `env` and `"$NAME"` in its places, with that name.
struct HoistedText {
    std::string variable;
    std::vector<TextEdit> edits;
};

/// Nothing for scripts that are no shell, here-documents, comments, tags inside of words that a
/// variable would change, and containers whose `env` is not a list.
[[nodiscard]] std::optional<HoistedText> hoist_to_env(const TaintedText& taint,
                                                      const Context& context);

} // namespace tiphys::analyze
