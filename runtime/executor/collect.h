#pragma once
// What a task produced, gathered after its end. Argo: workflow/executor/executor.go.

#include <string>
#include <vector>

#include "runtime/executor/pod_template.h"

namespace tiphys::executor {

struct Collected {
    /// `outputs` of a NodeResult: a JSON object.
    std::string outputs = "{}";
    /// What went wrong; the first one becomes the node's message.
    std::vector<Error> errors;
};

/// Reads result and parameters, stores artifacts and logs. One failure does not prevent the rest.
[[nodiscard]] Collected collect_outputs(const PodTemplate& pod, bool wants_result,
                                        const PodPaths& paths);

} // namespace tiphys::executor
