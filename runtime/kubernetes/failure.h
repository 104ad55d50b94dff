#pragma once
// What went wrong with a request, in one line for people: what, where, and what to do.

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
