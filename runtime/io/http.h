#pragma once
// One HTTP request, made here and now.

#include <string>

#include "runtime/core/step.h"

namespace tiphys::run {

/// What a request of a manifest does not say.
struct HttpOptions {
    /// The body of a successful answer goes into this file; empty: into the response.
    std::string answer_path;
    /// Certificates (PEM) that are trusted in place of the machine's; empty: those.
    std::string authority;
    /// Whether redirections are followed.
    bool follow = true;
};

/// Waits for the answer.
[[nodiscard]] HttpResponse make_request(const HttpRequest& request,
                                        const HttpOptions& options = {});

} // namespace tiphys::run
