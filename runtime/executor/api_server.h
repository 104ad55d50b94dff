#pragma once
// The API server of the pod's cluster, asked with the rights of the pod's service account.

#include <string>

#include "compiler/base/result.h"
#include "runtime/core/step.h"
#include "runtime/executor/paths.h"

namespace tiphys::executor {

/// Options of the command line; empty: what Kubernetes puts into the pod.
struct ApiOptions {
    std::string server;
    std::string name_space;
    std::string token;
    std::string authority_file;
};

class ApiServer {
public:
    [[nodiscard]] static Result<ApiServer> find(const ApiOptions& options, const PodPaths& paths);

    [[nodiscard]] const std::string& name_space() const { return name_space_; }

    /// `path`: begins with `/apis`. One attempt; tokens are read anew, for they change.
    [[nodiscard]] run::HttpResponse ask(const std::string& method, const std::string& path,
                                        const std::string& body = "",
                                        const std::string& content_type = "") const;

    /// As above, again and again while the trouble may pass (no answer, 429, 5xx), for ever:
    /// nobody else knows what is to be told. Returns the answer that is worth having.
    [[nodiscard]] run::HttpResponse insist(const std::string& method, const std::string& path,
                                           const std::string& body = "",
                                           const std::string& content_type = "") const;

private:
    explicit ApiServer(PodPaths paths) : paths_(std::move(paths)) {}

    PodPaths paths_;
    std::string url_;
    std::string name_space_;
    std::string token_;
    std::string authority_;
};

/// What the server says of a request that it refused: the message of its Status.
[[nodiscard]] std::string refusal(const run::HttpResponse& response);

} // namespace tiphys::executor
