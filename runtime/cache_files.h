#pragma once
// Caches of memoized templates, one file for each, which runs share.

#include <string>

#include "compiler/base/result.h"
#include "runtime/core/step.h"

namespace tiphys::run {

/// All caches in the folder; a file that cannot be read counts as empty. An absent folder has none.
[[nodiscard]] Caches load_caches(const std::string& folder);

/// Adds the entry to its cache on disk; other runs' entries stay.
[[nodiscard]] Result<Done> save_cache_entry(const std::string& folder, const SaveCacheEntry& saved);

} // namespace tiphys::run
