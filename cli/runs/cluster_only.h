#pragma once
// Options that mean nothing for runs of this machine.

#include <initializer_list>
#include <string_view>

#include "compiler/base/result.h"

namespace tiphys::cli {

struct ClusterOption {
    std::string_view name;
    bool is_used = false;
};

/// Errors: one of them is used. An option that is passed over would choose too much.
[[nodiscard]] Result<Done> refuse_used(std::initializer_list<ClusterOption> options);

} // namespace tiphys::cli
