#pragma once
// Entries of memoization caches as Argo keeps them in ConfigMaps.
// Argo: workflow/controller/cache/cache.go.

#include <map>
#include <string>

#include "runtime/controller/known_workflow.h"

namespace tiphys::control {

/// Those of all ConfigMaps that hold any, and what nodes of the workflow have had to do with them
/// already. They stay with that, whatever has become of the ConfigMaps.
[[nodiscard]] run::Caches caches_of(const std::map<std::string, run::ObjectData>& config_maps,
                                    const KnownWorkflow& workflow);

/// The value of a key.
[[nodiscard]] std::string cache_entry_json(const run::CacheEntry& entry);

} // namespace tiphys::control
