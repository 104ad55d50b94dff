#pragma once
// `--node-field-selector`: which nodes are meant. Argo: SelectorMatchesNode in
// workflow/util/util.go.

#include <string>
#include <string_view>
#include <vector>

#include "cli/runs/field_conditions.h"
#include "compiler/base/result.h"
#include "runtime/core/state.h"

namespace CLI {
class App;
}

namespace tiphys::cli {

class NodeSelector {
public:
    /// `displayName=approve,phase!=Failed`. Errors name the part that is no condition, or the field
    /// that nodes do not have.
    [[nodiscard]] static Result<NodeSelector> parse(std::string_view text);

    /// All conditions hold.
    [[nodiscard]] bool matches(const FieldValue& value_of) const;
    [[nodiscard]] bool matches(const run::State& state, run::NodeId node) const;

private:
    std::vector<FieldCondition> conditions_;
};

/// Which nodes are shown.
struct NodeFilter {
    std::string selector;
    std::string phase;
};
/// Adds `--node-field-selector` and `--status`.
void add_node_filter(CLI::App& command, NodeFilter& filter);
/// Both in one, for NodeSelector; empty: all nodes.
[[nodiscard]] std::string conditions_of(const NodeFilter& filter);

} // namespace tiphys::cli
