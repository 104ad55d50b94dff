#pragma once
// What a cluster has, as manifests that files are compared with and refer to.

#include <string>
#include <vector>

#include "cli/cluster/cluster.h"

namespace tiphys::cli {

/// Everything of the namespace that workflows refer to, as YAML documents: templates, ConfigMaps,
/// service accounts, and secrets without what they hold. Kinds that may not be listed are left out,
/// with a word on standard error.
[[nodiscard]] Result<std::string> referable_objects(const Cluster& cluster, Streams& streams);

/// Whether an option says that a cluster is meant: these commands do something else by default,
/// whatever TIPHYS_TARGET is.
[[nodiscard]] bool names_cluster(const ClusterChoice& choice);

/// An object that a file describes.
struct DescribedObject {
    std::string kind;
    std::string name;
    /// Empty: that of the cluster's context.
    std::string name_space;
};
/// Those of them that the cluster has, as YAML documents, without what only the server writes.
[[nodiscard]] Result<std::string> same_objects(const Cluster& cluster,
                                               const std::vector<DescribedObject>& objects);

} // namespace tiphys::cli
