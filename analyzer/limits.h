#pragma once
// What a workflow may ask of a cluster before rules of the group `scl` speak. A set-up may change
// every one of them.

#include <cstdint>

namespace tiphys::analyze {

struct Limits {
    /// Pods that one workflow may make.
    std::int64_t most_pods = 1'000;
    /// Pods that one workflow may have at the same time without a `parallelism`.
    std::int64_t most_pods_at_once = 100;
    /// Pods that one workflow may make if every retry is used up.
    std::int64_t most_attempts = 5'000;
    /// Bytes of the Workflow object. Argo: MAX_WORKFLOW_SIZE in workflow/packer.
    std::int64_t object_bytes = 1'048'576;
    /// Bytes of an object that `kubectl apply` can note in the annotation of its last state.
    std::int64_t annotation_bytes = 262'144;
    /// Bytes of one argument of a program. Linux: MAX_ARG_STRLEN.
    std::int64_t argument_bytes = 131'072;
    /// Bytes of one parameter. Argo keeps the last 256 KiB of a result.
    std::int64_t parameter_bytes = 262'144;
    /// Bytes of one script, patch or artifact that stands in a manifest.
    std::int64_t inline_bytes = 65'536;
    /// Copies of one artifact that consumers fetch.
    std::int64_t most_artifact_copies = 100;
    /// Millicores and bytes of the cluster's largest node; 0 where they are not known.
    std::int64_t node_cpu_milli = 0;
    std::int64_t node_memory_bytes = 0;
};

} // namespace tiphys::analyze
