// Where an artifact is kept.

#include "runtime/executor/location.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <nlohmann/json.hpp>

#include "runtime/io/files.h"

namespace tiphys::executor {
namespace {

using Json = nlohmann::json;

/// A kind of store: what must be there for it to be found, and what names the object in it.
struct StoreType {
    std::string_view name;
    std::array<std::string_view, 3> needed;
    /// Empty: it keeps no objects by key.
    std::string_view key;
    /// The key is the path of an URL.
    bool is_url = false;
};

/// In the order in which Argo looks.
constexpr std::array kTypes = {
    StoreType{"artifactory", {"url", "usernameSecret", ""}, "url", true},
    StoreType{"azure", {"endpoint", "container", "blob"}, "blob"},
    StoreType{"git", {"repo", "", ""}, ""},
    StoreType{"gcs", {"bucket", "key", ""}, "key"},
    StoreType{"hdfs", {"addresses", "", ""}, "path"},
    StoreType{"http", {"url", "", ""}, "url", true},
    StoreType{"oss", {"bucket", "endpoint", "key"}, "key"},
    StoreType{"raw", {"", "", ""}, ""},
    StoreType{"s3", {"endpoint", "bucket", "key"}, "key"},
    StoreType{"plugin", {"name", "configuration", "key"}, "key"},
};

constexpr std::string_view kNoStore =
    "artifact storage is not configured; see the docs for setup instructions: "
    "https://argo-workflows.readthedocs.io/en/latest/configure-artifact-repository/";

std::string dumped(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json parsed(const std::string& text) {
    Json json = Json::parse(text, nullptr, false);
    return json.is_object() ? json : Json::object();
}

const StoreType* type_of(const Json& json) {
    const auto* found = std::find_if(kTypes.begin(), kTypes.end(), [&](const StoreType& type) {
        const auto member = json.find(type.name);
        return member != json.end() && member->is_object();
    });
    return found == kTypes.end() ? nullptr : found;
}

bool is_given(const Json& location, std::string_view name) {
    const auto member = location.find(name);
    return name.empty() || (member != location.end() && !member->is_null() && *member != "");
}

bool has_location(const Json& json) {
    const StoreType* type = type_of(json);
    if (type == nullptr) return false;
    const Json& location = json[std::string(type->name)];
    return std::all_of(type->needed.begin(), type->needed.end(),
                       [&](std::string_view name) { return is_given(location, name); });
}

std::string text_of(const Json& location, std::string_view name) {
    const auto member = location.find(name);
    if (member == location.end() || member->is_null()) return "";
    return member->is_string() ? member->get<std::string>() : dumped(*member);
}

/// Where the path of an URL begins; its end where it has none.
std::size_t path_begin(const std::string& url) {
    const std::size_t scheme = url.find("://");
    const std::size_t slash = url.find('/', scheme == url.npos ? 0 : scheme + 3);
    return std::min(slash, url.size());
}

std::string key_of(const Json& json) {
    const StoreType* type = type_of(json);
    if (type == nullptr || type->key.empty()) return "";
    const std::string value = text_of(json[std::string(type->name)], type->key);
    return type->is_url ? value.substr(path_begin(value)) : value;
}

void set_key(Json& location, const StoreType& type, const std::string& key) {
    Json& member = location[std::string(type.key)];
    if (!type.is_url) {
        member = key;
        return;
    }
    const std::string url = member.is_string() ? member.get<std::string>() : "";
    member = url.substr(0, path_begin(url)) + (key.starts_with('/') ? "" : "/") + key;
}

} // namespace

std::string location_type(const std::string& json) {
    const StoreType* type = type_of(parsed(json));
    return type == nullptr ? "" : std::string(type->name);
}

std::string location_field(const std::string& json, const std::string& name) {
    const Json object = parsed(json);
    const StoreType* type = type_of(object);
    if (type == nullptr) return "";
    const Json& location = object[std::string(type->name)];
    return name.empty() ? dumped(location) : text_of(location, name);
}

bool has_location_or_key(const std::string& artifact) {
    const Json json = parsed(artifact);
    return has_location(json) || !key_of(json).empty();
}

Result<std::string> relocated(const std::string& artifact, const std::string& archive_location) {
    Json json = parsed(artifact);
    if (has_location(json)) return artifact;
    if (archive_location.empty()) return Error{"template artifact location not set"};
    const std::string key = key_of(json);
    const Json archive = parsed(archive_location);
    const StoreType* type = type_of(archive);
    if (type_of(json) == nullptr || type == nullptr) return Error{std::string(kNoStore)};
    for (const StoreType& other : kTypes) {
        json.erase(std::string(other.name));
    }
    const std::string name(type->name);
    json[name] = archive[name];
    if (type->key.empty()) return Error{"key unsupported for artifacts in `" + name + "`"};
    set_key(json[name], *type, key);
    return dumped(json);
}

Result<std::string> placed(const std::string& artifact, const std::string& archive_location,
                           const std::string& file_name) {
    Json json = parsed(artifact);
    if (!key_of(json).empty()) return artifact;
    const Json archive = parsed(archive_location);
    const StoreType* type = type_of(archive);
    if (type == nullptr) return Error{std::string(kNoStore)};
    if (type->key.empty()) {
        return Error{"key unsupported for artifacts in `" + std::string(type->name) + "`"};
    }
    std::string key = key_of(archive);
    while (key.ends_with('/')) {
        key.pop_back();
    }
    Json location = Json::object();
    // An URL has no key without a host.
    if (type->is_url) location = archive[std::string(type->name)];
    set_key(location, *type, key.empty() ? file_name : key + "/" + file_name);
    json[std::string(type->name)] = std::move(location);
    return dumped(json);
}

} // namespace tiphys::executor
