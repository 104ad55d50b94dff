#pragma once
// Options that mean nothing, or nothing more, for runs of this machine.

#include <initializer_list>
#include <string_view>

#include "cli/cluster/choice.h"
#include "compiler/base/result.h"

namespace tiphys::cli {

struct ClusterOption {
    std::string_view name;
    bool is_used = false;
};

/// Errors: one of them is used. An option that is passed over would choose too much.
[[nodiscard]] Result<Done> refuse_used(std::initializer_list<ClusterOption> options);

/// Runs of this machine are waited for and shown in any case, unless they are detached: then it is
/// an error to wish for it.
[[nodiscard]] Result<Done> check_follow(const FollowChoice& follow, bool is_detached);

} // namespace tiphys::cli
