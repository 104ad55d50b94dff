#pragma once
// A Workflow object as people look at it, whatever controller has written it.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/runs/node_selector.h"
#include "cli/runs/page_head.h"
#include "compiler/base/result.h"
#include "runtime/core/node.h"

namespace tiphys::cli {

/// Times: Unix, in milliseconds; zero where there is none.
struct NodeView {
    std::string id;
    std::string name;
    std::string display_name;
    /// `Pod`, `StepGroup`, …
    std::string type;
    run::Phase phase = run::Phase::kPending;
    std::string template_name;
    std::string reference_name;
    std::string reference_template;
    std::string message;
    std::string boundary;
    std::vector<std::string> children;
    std::int64_t started_ms = 0;
    std::int64_t finished_ms = 0;
    std::vector<std::pair<std::string, std::string>> inputs;
    /// With the result, named `result`.
    std::vector<std::pair<std::string, std::string>> outputs;
};

struct WorkflowView {
    PageHead head;
    std::string uid;
    /// Empty: nobody has begun it.
    std::string phase;
    bool is_suspended = false;
    /// A controller has finished with it, for good.
    bool is_completed = false;
    /// Parents before children, siblings in their order.
    std::vector<NodeView> nodes;
};

/// Errors: it is no object, or its nodes are stored elsewhere or cannot be unpacked.
[[nodiscard]] Result<WorkflowView> read_workflow(std::string_view json);

[[nodiscard]] bool is_fulfilled(const WorkflowView& workflow);

/// What `--node-field-selector` may ask for.
[[nodiscard]] bool matches(const NodeSelector& selector, const NodeView& node);

/// The nodes as a tree. `selector`: null for all.
[[nodiscard]] std::vector<std::string> tree_lines(const WorkflowView& workflow, std::int64_t now_ms,
                                                  bool with_colour, bool is_wide,
                                                  const NodeSelector* selector);

/// The name of a node without that of the workflow; its template's for the root.
[[nodiscard]] std::string short_name(const WorkflowView& workflow, const NodeView& node);

/// `status.compressedNodes` replaced by the nodes, which may also be in the database that the
/// variable TIPHYS_ARCHIVE names. Errors: they cannot be unpacked, or are not there.
[[nodiscard]] Result<std::string> with_plain_nodes(std::string_view json);

} // namespace tiphys::cli
