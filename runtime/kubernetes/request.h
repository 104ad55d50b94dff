#pragma once
// Requests to a Kubernetes API server, and its answers.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tiphys::kube {

/// What a request is about.
struct Resource {
    /// `v1`, `argoproj.io/v1alpha1`, `coordination.k8s.io/v1`.
    std::string group_version;
    /// `pods`, `workflows`; with an empty group_version a path of the server: `/version`.
    std::string plural;
    /// Empty: all namespaces, or the resource is of the cluster.
    std::string name_space;
    /// Empty: all objects.
    std::string name;
    /// `status`, `log`, `exec`.
    std::string subresource;
};

struct Request {
    /// GET, POST, PUT, PATCH or DELETE.
    std::string method = "GET";
    Resource resource;
    std::vector<std::pair<std::string, std::string>> query;
    /// JSON, or what `content_type` says.
    std::string body;
    /// Empty: `application/json`, of a PATCH `application/merge-patch+json`.
    std::string content_type;
    /// Whether it may be sent again when nobody knows if the server has done it: of a POST only
    /// where a second one is harmless, as its object has a name and the answer 409 is understood.
    /// All other methods are repeated in any case.
    bool is_repeatable = false;
    /// Not 0: it goes before all others, once, and is given up after so many milliseconds. For what
    /// is worth nothing later.
    std::int64_t urgent_ms = 0;
};

struct Response {
    /// 0: there was no answer.
    int status = 0;
    std::string body;
    /// Of the transport, in words for the user.
    std::string error;
    /// No attempt will have an answer: the server is none that we trust.
    bool is_distrusted = false;
    std::int64_t retry_after_ms = 0;

    /// 2xx.
    [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }
    /// `AlreadyExists`, `Conflict`: of the Status object that an answer other than 2xx holds.
    [[nodiscard]] std::string reason() const;
    /// The words of that object, the body where it is none, or the error of the transport.
    [[nodiscard]] std::string message() const;
};

/// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`: as roles name
/// what a request does.
[[nodiscard]] std::string verb_of(const Request& request);

/// `pods`, `workflows.argoproj.io`, `pods/exec`: as `kubectl` names what a request is about.
[[nodiscard]] std::string resource_words(const Resource& resource);

/// The path below the server's address, with the query.
[[nodiscard]] std::string path_of(const Request& request);

/// `text` with everything but letters, digits and `-._~` as %XX.
[[nodiscard]] std::string percent_encoded(std::string_view text);

} // namespace tiphys::kube
