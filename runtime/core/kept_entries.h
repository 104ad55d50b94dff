#pragma once
// What nodes have had to do with caches before their run is taken up again.

namespace tiphys::run {

/// The cache, among those that a run begins with, that holds by node ID what has been decided
/// already; no ConfigMap has such a name. An entry by the node itself: it has found nothing, or has
/// made the entry. Any other entry: what the node has found. Argo: executeTemplate in
/// workflow/controller/operator.go asks no cache for nodes that are there.
inline constexpr const char* kKeptEntries = "(nodes)";

} // namespace tiphys::run
