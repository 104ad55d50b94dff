#pragma once
// Entries of memoization caches as Argo keeps them in ConfigMaps.
// Argo: workflow/controller/cache/cache.go.

#include <map>
#include <string>

#include "runtime/core/state.h"

namespace tiphys::control {

/// Those of all ConfigMaps that hold any.
[[nodiscard]] run::Caches caches_of(const std::map<std::string, run::ObjectData>& config_maps);

/// The value of a key.
[[nodiscard]] std::string cache_entry_json(const run::CacheEntry& entry);

} // namespace tiphys::control
