#pragma once
// The words on nodes: what a template is, how often a task runs, on which condition.

#include <string>
#include <string_view>

#include "codegen/graph/graph.h"
#include "compiler/front/resolve.h"

namespace tiphys::graph {

/// `text` on one line: runs of blanks and line breaks become one blank.
[[nodiscard]] std::string one_line(std::string_view text);

/// At most `most` characters of `text`; where some are left out, the last is `…`.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t most);

/// Characters of a UTF-8 text.
[[nodiscard]] std::size_t character_count(std::string_view text);

/// What a template that is no group does: its kind, and `alpine:3.20`, `script python:3.12`,
/// `suspend 20s`, `resource create`, `http GET`.
struct Work {
    NodeKind kind = NodeKind::kUnknown;
    std::string words;
};
[[nodiscard]] Work work_of(const wf::Template& target);

/// `×3`, `×items`, `×inputs.parameters.files`; empty where nothing is repeated. Of the three ways
/// to loop the first that is present counts.
[[nodiscard]] std::string loop_words(const ir::ListOf<ir::Value>& items,
                                     const ir::Scalar* parameter, const wf::Sequence* sequence);

/// `a · b`, or the one of them that is not empty.
[[nodiscard]] std::string joined(std::string_view a, std::string_view b);

} // namespace tiphys::graph
