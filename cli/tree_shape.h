#pragma once
// A tree of nodes as lines of text.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/node.h"

namespace tiphys::cli {

/// A node with the nodes shown below it.
struct Branch {
    std::vector<std::size_t> below;
    /// Itself or something below it is not finished, or has failed.
    bool is_interesting = false;
};

struct TreeShape {
    /// One for each node.
    std::vector<Branch> branches;
    std::vector<std::size_t> tops;
    std::function<std::string(std::size_t)> line_of;
    /// Otherwise what is done and holds nothing of interest is only counted.
    bool shows_all = true;
};

/// Depth first.
[[nodiscard]] std::vector<std::string> draw_tree(const TreeShape& shape);

/// What a line says of a node.
struct NodeLine {
    run::Phase phase = run::Phase::kPending;
    std::string name;
    /// Below zero: it did not run.
    std::int64_t elapsed_ms = -1;
    /// Its first line is shown.
    std::string_view message;
    std::string more;
};

[[nodiscard]] std::string line_text(const NodeLine& line, bool with_colour);

} // namespace tiphys::cli
