#pragma once
// How long a container has to end after it was asked to.

#include <cstdint>

namespace tiphys::executor {

/// ARGO_TERMINATION_GRACE_PERIOD_SECONDS, or what Kubernetes gives.
[[nodiscard]] std::int64_t grace_ms();

} // namespace tiphys::executor
