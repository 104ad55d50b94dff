#pragma once
// For tests: workflows made by chance, the same one for the same seed.

#include <cstdint>
#include <string>

#include "runtime/scripted_run.h"

namespace tiphys::run {

/// A manifest with steps, dags, loops, conditions, retries, hooks, daemons, locks, caches, timeouts
/// and limits. It always can come to an end.
[[nodiscard]] std::string random_workflow(std::uint32_t seed);

/// What each task does depends on the seed and its name alone.
[[nodiscard]] ScriptedRun::Behaviour random_behaviour(std::uint32_t seed);

} // namespace tiphys::run
