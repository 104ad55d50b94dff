#pragma once
// What went wrong with a request, in one line for people: what, where, and what to do.

#include <optional>
#include <string>
#include <vector>

#include "runtime/kubernetes/access.h"
#include "runtime/kubernetes/client.h"
#include "runtime/kubernetes/request.h"

namespace tiphys::kube {

/// Of a response that is not ok().
[[nodiscard]] std::string failure_text(const Access& access, const Request& request,
                                       const Response& response);

/// The same, asking the server again where that tells more: whether it has the kind of object at
/// all, and in which versions.
[[nodiscard]] std::string failure_text(Client& client, const Request& request,
                                       const Response& response);

/// That what answers is no API server: a proxy, or a page to log in.
[[nodiscard]] std::string no_api_text(const Access& access);

/// What somebody may not do, as roles name it.
struct MissingRight {
    std::string user;
    /// `create`.
    std::string verb;
    /// `pods/exec`, `workflows.argoproj.io`.
    std::string resource;
};

/// Of an answer that refuses for a right that is missing; nothing of any other, be it 403: quotas
/// and admission refuse with it, too.
[[nodiscard]] std::optional<MissingRight> missing_right(const Request& request,
                                                        const Response& response);

/// What a server does not take about one field of an object.
struct FieldComplaint {
    /// `spec.templates[0].container.imagePullPolicy`.
    std::string field;
    /// Words that follow on `does not take it: `; empty where the field is missing.
    std::string reason;
    bool is_missing = false;
};

/// Of an answer that refuses an object for its fields; none of any other answer.
[[nodiscard]] std::vector<FieldComplaint> complaints_of(const Response& response);

} // namespace tiphys::kube
