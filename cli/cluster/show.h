#pragma once
// `list` and `get` of workflows on a cluster.

#include <string>
#include <vector>

#include "cli/cluster/cluster.h"
#include "cli/runs/run_filter.h"

namespace tiphys::cli {

/// Workflows that match, the youngest first.
struct WorkflowQuery {
    RunFilter filter;
    ListQuery selectors;
};
[[nodiscard]] Result<std::vector<std::string>> chosen_workflows(const Cluster& cluster,
                                                                const WorkflowQuery& query);

struct ListForm {
    /// Empty, `json`, `yaml`, `wide` or `name`.
    std::string output;
    bool without_headers = false;
    bool with_namespaces = false;
};
[[nodiscard]] int write_workflows(const std::vector<std::string>& objects, const ListForm& form,
                                  Streams& streams);

struct GetForm {
    /// Empty, `json`, `yaml`, `wide`, `short` or `name`.
    std::string output;
    /// Conditions on nodes; empty: all.
    std::string selector;
    bool without_colour = false;
};
/// One object as `get` shows it.
[[nodiscard]] Result<Done> write_workflow(const std::string& object, const GetForm& form,
                                          Streams& streams);
[[nodiscard]] Result<int> get_workflows(const Cluster& cluster,
                                        const std::vector<std::string>& names, const GetForm& form,
                                        Streams& streams);

/// Objects as JSON, an array of several, or as YAML documents.
void write_objects(const std::vector<std::string>& objects, bool as_yaml, bool is_list,
                   Streams& streams);

} // namespace tiphys::cli
