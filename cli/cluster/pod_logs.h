#pragma once
// What the pods of a workflow have written.

#include <string>

#include "cli/cluster/cluster.h"

namespace tiphys::cli {

struct LogQuery {
    std::string workflow;
    /// A node's name, displayed name or id, or a pod's name; empty: all.
    std::string node;
    /// Empty: `main`, or all of a container set.
    std::string container;
    std::string node_selector;
    std::string pod_labels;
    std::string grep;
    std::string since;
    /// RFC 3339.
    std::string since_time;
    std::size_t n_tail = 0;
    /// Until the workflow has ended.
    bool follows = false;
    bool with_colour = false;
    bool with_names = true;
    bool with_times = false;
    /// Of the container before the last restart.
    bool is_previous = false;
};

[[nodiscard]] Result<int> log_workflow(const Cluster& cluster, const LogQuery& query,
                                       Streams& streams);

} // namespace tiphys::cli
