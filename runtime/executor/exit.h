#pragma once
// How a command of the executor ends.

#include <string>

#include "compiler/base/result.h"
#include "runtime/executor/paths.h"

namespace tiphys::executor {

/// Something other than the user's command failed. Argo: cmd/argoexec/main.go.
inline constexpr int kExecutorFailed = 64;

struct Exit {
    int code = 0;
    /// Becomes the message of the node; empty where the code says it all.
    std::string message;
};

[[nodiscard]] Exit failed(const Error& error);

/// Leaves it where Kubernetes looks for the reason of a container's end.
void write_termination_message(const PodPaths& paths, const std::string& message);

} // namespace tiphys::executor
