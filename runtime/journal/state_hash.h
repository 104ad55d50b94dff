#pragma once
// A number that differs where two states differ in what anybody can see of them.

#include <cstdint>

#include "runtime/core/state.h"

namespace tiphys::run {

/// Never 0.
[[nodiscard]] std::uint64_t state_hash(const State& state);

} // namespace tiphys::run
