#pragma once
// What people do to workflows of a cluster.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/cluster/cluster.h"
#include "cli/cluster/edit.h"
#include "cli/cluster/show.h"

namespace tiphys::cli {

[[nodiscard]] Result<int>
suspend_workflows(const Cluster& cluster, const std::vector<std::string>& names, Streams& streams);
/// `selector`: conditions on the suspend nodes that are meant; empty: the workflow and all of them.
[[nodiscard]] Result<int> resume_workflows(const Cluster& cluster,
                                           const std::vector<std::string>& names,
                                           const std::string& selector, Streams& streams);
/// The workflows that are named, and those that the query finds where it asks for anything, if they
/// have these labels, too.
[[nodiscard]] Result<std::vector<std::string>> meant_workflows(const Cluster& cluster,
                                                               std::vector<std::string> names,
                                                               ListQuery query,
                                                               const std::string& labels = "");
/// Of those that have failed.
inline constexpr const char* kFailedLabels =
    "workflows.argoproj.io/completed=true,workflows.argoproj.io/phase!=Succeeded";

struct ShutdownWishes {
    std::vector<std::string> names;
    /// Of these, the ones that have not ended.
    ListQuery selectors;
    /// Only says what would be done.
    bool is_trial = false;
};
/// With a selector only those suspend nodes fail, with the message.
[[nodiscard]] Result<int> stop_workflows(const Cluster& cluster, const ShutdownWishes& wishes,
                                         const std::string& selector, const std::string& message,
                                         Streams& streams);
[[nodiscard]] Result<int> terminate_workflows(const Cluster& cluster, const ShutdownWishes& wishes,
                                              Streams& streams);
[[nodiscard]] Result<int> set_nodes(const Cluster& cluster, const std::vector<std::string>& names,
                                    const std::string& selector, const NodeChange& change,
                                    Streams& streams);

struct RetryWishes {
    std::vector<std::string> parameters;
    std::string selector;
    bool restarts_successful = false;
    /// How the objects are written; empty: one line says what was done. As in GetForm.
    std::string output;
};
/// Returns their names.
[[nodiscard]] Result<std::vector<std::string>>
retry_workflows(const Cluster& cluster, const std::vector<std::string>& names,
                const RetryWishes& wishes, Streams& streams);

struct ResubmitWishes {
    std::vector<std::string> parameters;
    bool is_memoized = false;
    std::optional<std::int64_t> priority;
    /// As in RetryWishes.
    std::string output;
};
/// Returns the names of the copies.
[[nodiscard]] Result<std::vector<std::string>>
resubmit_workflows(const Cluster& cluster, const std::vector<std::string>& names,
                   const ResubmitWishes& wishes, Streams& streams);

struct DeleteWishes {
    std::vector<std::string> names;
    /// Used where there are no names.
    WorkflowQuery query;
    bool is_trial = false;
    /// Takes finalizers away that nobody is there for.
    bool is_forced = false;
};
[[nodiscard]] Result<int> delete_workflows(const Cluster& cluster, const DeleteWishes& wishes,
                                           Streams& streams);

} // namespace tiphys::cli
