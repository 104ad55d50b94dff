#pragma once
// What went wrong with a request, in one line for people: what, where, and what to do.

#include <string>

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

} // namespace tiphys::kube
