// Words for refusals.

#include "runtime/kubernetes/failure.h"

#include <nlohmann/json.hpp>

#include "runtime/io/json_fields.h"

namespace tiphys::kube {
namespace {

using nlohmann::json;
using run::list_at;
using run::member;
using run::text_of;

std::string quoted(const std::string& text) {
    return "`" + text + "`";
}

std::string place_of(const Resource& resource) {
    return resource.name_space.empty() ? "in all namespaces"
                                       : "in namespace " + quoted(resource.name_space);
}

/// `workflow`: what one object of the kind is called.
std::string singular(const Resource& resource) {
    std::string word = resource.plural;
    if (word.ends_with('s')) word.pop_back();
    return word;
}

/// What stands between `head` and `tail` in a message.
std::string text_between(const std::string& message, std::string_view head, std::string_view tail) {
    const std::size_t found = message.find(head);
    if (found == message.npos) return "";
    const std::size_t begin = found + head.size();
    const std::size_t end = message.find(tail, begin);
    return end == message.npos ? "" : message.substr(begin, end - begin);
}

/// `workflows.argoproj.io/finalizers`: who makes an object that its owner waits for needs a right
/// on the owner. Kubernetes: OwnerReferencesPermissionEnforcement.
std::string finalizers_of_owner(const Request& request) {
    const json object = json::parse(request.body, nullptr, false);
    const json owners = list_at(member(object, "metadata"), "ownerReferences");
    const bool is_of_cron = !owners.empty() && text_of(owners.front(), "kind") == "CronWorkflow";
    return std::string(is_of_cron ? "cronworkflows" : "workflows") + ".argoproj.io/finalizers";
}

std::string forbidden_text(const Request& request, const Response& response) {
    const auto right = missing_right(request, response);
    if (!right) return response.message();
    const std::string verb = quoted(right->verb);
    const std::string resource = quoted(right->resource);
    const bool is_of_cluster =
        request.resource.name_space.empty() && !request.resource.name.empty();
    return (right->user.empty() ? "the user" : quoted(right->user)) + " has no right to " + verb +
           " " + resource + (is_of_cluster ? "" : " " + place_of(request.resource)) +
           "; let a role allow the verb " + verb + " on " + resource;
}

std::string absent_text(const Request& request, const Response& response) {
    const Resource& resource = request.resource;
    const std::string message = response.message();
    if (message.starts_with("namespaces \"") && resource.plural != "namespaces") {
        return "there is no namespace " + quoted(resource.name_space) +
               "; create it with `kubectl create namespace " + resource.name_space + "`";
    }
    const bool is_unknown_kind = response.reason() != "NotFound" ||
                                 message == "the server could not find the requested resource";
    if (is_unknown_kind) {
        const std::string words = "the cluster has no " + quoted(resource_words(resource));
        const bool is_ours = resource.group_version.starts_with("argoproj.io/");
        return words +
               (is_ours ? "; `tiphys install | kubectl apply --server-side -f -` adds them" : "");
    }
    const bool is_anywhere = resource.name_space.empty();
    return "there is no " + singular(resource) + " " + quoted(resource.name) +
           (is_anywhere ? "" : " in namespace " + quoted(resource.name_space));
}

/// Versions of a group that the server has.
std::vector<std::string> versions_of(Client& client, const std::string& group) {
    Request request;
    request.resource.plural = "/apis/" + group;
    const json answer = json::parse(client.call(request).body, nullptr, false);
    std::vector<std::string> versions;
    for (const json& version : list_at(answer, "versions")) {
        versions.push_back(text_of(version, "groupVersion"));
    }
    return versions;
}

/// `text` without what it begins with.
std::string without_head(const std::string& text, const std::string& head) {
    return text.starts_with(head) ? text.substr(head.size()) : text;
}

/// `Invalid value: "integer": spec.a in body must be of type string: "integer"` says its field
/// again, and the value twice.
std::string reason_of(const std::string& field, const std::string& message) {
    std::string reason = without_head(message, "Invalid value: ");
    const std::string again = field + " in body ";
    if (const std::size_t at = reason.find(again); at != reason.npos)
        reason.erase(at, again.size());
    const std::size_t end = reason.find("\": ");
    if (reason.starts_with('"') && end != reason.npos) {
        const std::string value = reason.substr(0, end + 1);
        if (reason.ends_with(": " + value)) reason.erase(0, value.size() + 2);
    }
    // A sentence of the server becomes part of one.
    if (reason.size() > 1 && reason[0] >= 'A' && reason[0] <= 'Z' && reason[1] >= 'a') {
        reason[0] = static_cast<char>(reason[0] - 'A' + 'a');
    }
    return reason;
}

/// `strict decoding error: unknown field "spec.a", duplicate field "spec.b"`.
std::vector<FieldComplaint> strict_complaints(const std::string& message) {
    std::vector<FieldComplaint> complaints;
    for (const std::string kind : {"unknown", "duplicate"}) {
        const std::string head = kind + " field \"";
        for (std::size_t at = message.find(head); at != message.npos; at = message.find(head, at)) {
            at += head.size();
            const std::size_t end = message.find('"', at);
            if (end == message.npos) break;
            complaints.push_back(
                {message.substr(at, end - at),
                 kind == "unknown" ? "it knows no such field" : "it is there twice", false});
        }
    }
    return complaints;
}

} // namespace

std::string no_api_text(const Access& access) {
    return "what answers at `" + access.server +
           "` is no API server: it sends something that is no JSON; look at `server` of the "
           "cluster "
           "in the kubeconfig";
}

std::optional<MissingRight> missing_right(const Request& request, const Response& response) {
    if (response.status != 403) return std::nullopt;
    const std::string message = response.message();
    if (message.find("cannot set blockOwnerDeletion") != message.npos) {
        return MissingRight{"", "update", finalizers_of_owner(request)};
    }
    MissingRight right{text_between(message, "User \"", "\""), verb_of(request),
                       resource_words(request.resource)};
    if (right.user.empty()) return std::nullopt;
    // Commands in containers are asked for by GET, and need another right than to read.
    const std::string verb = text_between(message, "\" cannot ", " resource ");
    if (!verb.empty() && verb.find(' ') == verb.npos) right.verb = verb;
    return right;
}

std::vector<FieldComplaint> complaints_of(const Response& response) {
    std::vector<FieldComplaint> complaints;
    if (response.status != 400 && response.status != 422) return complaints;
    const json status = json::parse(response.body, nullptr, false);
    for (const json& cause : list_at(member(status, "details"), "causes")) {
        const std::string field = text_of(cause, "field");
        // `<nil>` says that there may be more.
        if (field.empty() || field == "<nil>") continue;
        const bool is_missing = text_of(cause, "reason") == "FieldValueRequired";
        const std::string message = text_of(cause, "message");
        const std::string reason = reason_of(field, message);
        const bool is_plain = is_missing && message == "Required value";
        complaints.push_back({field, is_plain ? "" : reason, is_missing});
    }
    return complaints.empty() ? strict_complaints(response.message()) : complaints;
}

std::string failure_text(const Access& access, const Request& request, const Response& response) {
    const Resource& resource = request.resource;
    const std::string context = "the context " + quoted(access.context);
    // Words of the server for a browser.
    if (response.status == 400 && response.reason().empty() && access.server.starts_with("http:")) {
        return "the API server `" + access.server +
               "` does not speak plain HTTP; write `https://` for `server` in the kubeconfig";
    }
    switch (response.status) {
    case 0:
        if (response.error == no_api_text(access) || response.is_distrusted) return response.error;
        return response.error + (access.context.empty() || access.is_in_cluster
                                     ? ""
                                     : "; is the cluster of " + context + " up");
    case 401:
        return "the cluster does not take the credentials of " + context +
               ": they have expired or are not known; log in again, or renew the token in the "
               "kubeconfig";
    case 403:
        return forbidden_text(request, response);
    case 404:
        return absent_text(request, response);
    case 409:
        if (response.reason() == "AlreadyExists") {
            return "there already is a " + singular(resource) +
                   " of this name: " + response.message();
        }
        return response.message() + "; try again";
    case 429:
        return "the API server has too much to do: " + response.message() + "; try again later";
    case 500:
    case 502:
    case 503:
    case 504:
        return "the API server failed with status " + std::to_string(response.status) + ": " +
               response.message();
    default:
        return response.message();
    }
}

std::string failure_text(Client& client, const Request& request, const Response& response) {
    const std::string& group_version = request.resource.group_version;
    const std::size_t slash = group_version.find('/');
    const bool is_unknown_kind =
        response.status == 404 &&
        (response.reason() != "NotFound" ||
         response.message() == "the server could not find the requested resource");
    if (is_unknown_kind && slash != group_version.npos) {
        std::string others;
        for (const std::string& version : versions_of(client, group_version.substr(0, slash))) {
            if (version == group_version) {
                others.clear();
                break;
            }
            others += (others.empty() ? "" : ", ") + quoted(version);
        }
        if (!others.empty()) {
            return "the cluster has " + others + ", and not the version " + quoted(group_version) +
                   " that this program speaks; get a newer tiphys, or put the old definitions back";
        }
    }
    return failure_text(client.access(), request, response);
}

} // namespace tiphys::kube
