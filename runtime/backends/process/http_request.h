#pragma once
// One HTTP request, made by a process of its own so that nothing else waits for it.

#include <string>
#include <sys/types.h>

#include "compiler/base/result.h"
#include "runtime/core/step.h"

namespace tiphys::run {

/// Starts a child that makes the request and writes the answer to `answer_path`. The caller must
/// reap it; its number is also that of its process group.
[[nodiscard]] Result<pid_t> start_request(const HttpRequest& request,
                                          const std::string& answer_path);

/// What the child has written; `error` is set where it could not finish.
[[nodiscard]] HttpResponse read_answer(const std::string& answer_path);

} // namespace tiphys::run
