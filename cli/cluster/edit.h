#pragma once
// What people ask of workflows, as changes of their objects: the fields and labels that Argo's own
// commands set, so that any controller does it. Argo: workflow/util/util.go.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/runs/node_selector.h"
#include "compiler/base/result.h"

namespace tiphys::cli {

/// JSON in, JSON out. Errors are in words for people: it has ended, no node matches.
[[nodiscard]] Result<std::string> suspended(std::string_view workflow);

/// Suspended workflows and suspend nodes that wait go on; with a selector those nodes only, and
/// null for all.
[[nodiscard]] Result<std::string> resumed(std::string_view workflow, const NodeSelector* selector,
                                          std::int64_t now_ms);

/// What suspend nodes that wait become; what is empty stays as it is.
struct NodeChange {
    std::string phase;
    std::string message;
    std::vector<std::pair<std::string, std::string>> outputs;
};
[[nodiscard]] Result<std::string> nodes_set(std::string_view workflow, const NodeSelector& selector,
                                            const NodeChange& change, std::int64_t now_ms);

/// Nothing where it can still be stopped; otherwise why not.
[[nodiscard]] Result<Done> check_running(std::string_view workflow);

/// `spec.arguments.parameters` with these in place of those of the same names.
/// Argo: overrideParameters.
[[nodiscard]] std::string
with_parameters(std::string_view workflow,
                const std::vector<std::pair<std::string, std::string>>& parameters);

/// Nodes are packed where the object is longer than an API server takes. Argo: workflow/packer.
[[nodiscard]] std::string with_packed_nodes(std::string object);

} // namespace tiphys::cli
