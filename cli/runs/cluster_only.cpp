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

Result<Done> check_follow(const FollowChoice& follow, bool is_detached) {
    if (!is_detached || !(follow.is_waiting || follow.is_watching)) return Done{};
    return Error{"`--detach` goes on in the background, and `" +
                 std::string(follow.is_waiting ? "--wait" : "--watch") +
                 "` does not; leave one of them out"};
}

} // namespace tiphys::cli
