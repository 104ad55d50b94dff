// Paths and words of requests.

#include "runtime/kubernetes/request.h"

#include <nlohmann/json.hpp>

#include "runtime/io/json_fields.h"

namespace tiphys::kube {
namespace {

/// A text of the Status object that an answer holds.
std::string status_text(const Response& response, const char* field) {
    const nlohmann::json status = nlohmann::json::parse(response.body, nullptr, false);
    return run::text_of(status, "kind") == "Status" ? run::text_of(status, field) : "";
}

std::string group_of(const Resource& resource) {
    const std::size_t slash = resource.group_version.find('/');
    return slash == std::string::npos ? "" : resource.group_version.substr(0, slash);
}

} // namespace

std::string Response::reason() const {
    return status_text(*this, "reason");
}

std::string Response::message() const {
    if (status == 0) return error;
    std::string text = status_text(*this, "message");
    if (!text.empty()) return text;
    constexpr std::size_t kLongest = 300;
    text = body.substr(0, kLongest);
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) {
        text.pop_back();
    }
    return text.empty() ? "the server answered with status " + std::to_string(status) : text;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kPlain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        if (kPlain.find(c) != kPlain.npos) {
            encoded += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        encoded += '%';
        encoded += kDigits[byte >> 4U];
        encoded += kDigits[byte & 15U];
    }
    return encoded;
}

std::string verb_of(const Request& request) {
    if (request.method == "POST") return "create";
    if (request.method == "PUT") return "update";
    if (request.method == "PATCH") return "patch";
    const bool is_one = !request.resource.name.empty() || request.resource.group_version.empty();
    if (request.method == "DELETE") return is_one ? "delete" : "deletecollection";
    for (const auto& [name, value] : request.query) {
        if (name == "watch" && value == "true") return "watch";
    }
    return is_one ? "get" : "list";
}

std::string resource_words(const Resource& resource) {
    std::string words = resource.plural;
    const std::string group = group_of(resource);
    if (!group.empty()) words += "." + group;
    if (!resource.subresource.empty()) words += "/" + resource.subresource;
    return words;
}

std::string path_of(const Request& request) {
    const Resource& resource = request.resource;
    std::string path;
    if (resource.group_version.empty()) {
        path = resource.plural;
    } else {
        const bool is_core = resource.group_version.find('/') == std::string::npos;
        path = (is_core ? "/api/" : "/apis/") + resource.group_version;
        if (!resource.name_space.empty()) {
            path += "/namespaces/" + percent_encoded(resource.name_space);
        }
        path += "/" + resource.plural;
        if (!resource.name.empty()) path += "/" + percent_encoded(resource.name);
        if (!resource.subresource.empty()) path += "/" + resource.subresource;
    }
    char separator = '?';
    for (const auto& [name, value] : request.query) {
        path += separator + percent_encoded(name) + "=" + percent_encoded(value);
        separator = '&';
    }
    return path;
}

} // namespace tiphys::kube
