// Saying which option was meant for a cluster.
#include "cli/runs/cluster_only.h"

#include <string>

namespace tiphys::cli {

Result<Done> refuse_used(std::initializer_list<ClusterOption> options) {
    for (const ClusterOption& option : options) {
        if (!option.is_used) continue;
        return Error{"`" + std::string(option.name) +
                     "` is for workflows of a cluster, and this looks at runs of this machine; add "
                     "`--cluster`, or leave it out"};
    }
    return Done{};
}

} // namespace tiphys::cli
