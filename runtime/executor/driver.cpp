// The stores that artifacts come from and go to.

#include "runtime/executor/driver.h"

#include <cerrno>

#include <nlohmann/json.hpp>

#include "runtime/artifacts/git_checkout.h"
#include "runtime/artifacts/s3_place.h"
#include "runtime/artifacts/web_file.h"
#include "runtime/executor/child.h"
#include "runtime/executor/cloud_keys.h"
#include "runtime/executor/location.h"
#include "runtime/io/files.h"
#include "runtime/io/json_fields.h"

namespace tiphys::executor {
namespace {

using Json = nlohmann::json;
using run::is_true;
using run::text_of;

/// Smaller than elsewhere: each part is in memory, and pods are small.
constexpr std::size_t kPartBytes = std::size_t{5} * 1024 * 1024;
constexpr std::int64_t kRetryPauseMs = 1000;

/// Reads the files of all Secrets that a location names.
Result<Done> collect_secrets(const Json& location, const PodPaths& paths, run::Secrets& secrets) {
    if (!location.is_object()) return Done{};
    for (const auto& [name, value] : location.items()) {
        const bool is_secret = name.ends_with("Secret") && value.is_object();
        if (!is_secret) {
            TIPHYS_TRY(done, collect_secrets(value, paths, secrets));
            static_cast<void>(done);
            continue;
        }
        const std::string secret = text_of(value, "name");
        const std::string key = text_of(value, "key");
        if (secret.empty()) continue;
        auto content = read_needed(paths.secret(secret, key));
        if (!content && is_true(value, "optional")) continue;
        if (!content) return content.error();
        secrets[secret][key] = std::move(*content);
    }
    return Done{};
}

/// An artifact's location, taken apart.
struct Place {
    std::string type;
    /// The location as JSON.
    std::string access;
    std::string key;
    run::Secrets secrets;
};

Error unsupported(const std::string& artifact, const std::string& type) {
    const Json json = Json::parse(artifact, nullptr, false);
    const std::string name = text_of(json, "name");
    return {"Unsupported artifact driver for " + name + ": this executor has none for `" + type +
            "`; use Argo's executor image for it"};
}

Result<Place> place_of(const std::string& artifact, const PodPaths& paths) {
    Place place;
    place.type = location_type(artifact);
    place.access = location_field(artifact, "");
    place.key = location_field(artifact, "key");
    const Json access = Json::parse(place.access, nullptr, false);
    TIPHYS_TRY(done, collect_secrets(access, paths, place.secrets));
    static_cast<void>(done);
    const bool is_known = place.type == "s3" || place.type == "http" ||
                          place.type == "artifactory" || place.type == "git" || place.type == "raw";
    if (!is_known) return unsupported(artifact, place.type);
    return place;
}

Result<run::S3Client> bucket_of(const Place& place) {
    TIPHYS_TRY(found, run::find_place(place.access, place.secrets, run::own_environment));
    if (!found.has_keys && found.secret.empty()) {
        TIPHYS_TRY(keys, cloud_keys(found.place.region));
        if (keys) found.place.keys = std::move(*keys);
    }
    found.place.part_bytes = kPartBytes;
    found.place.retry_pause_ms = kRetryPauseMs;
    return run::S3Client(std::move(found.place));
}

Result<bool> load_git(const Place& place, const run::AccessFields& fields,
                      const std::string& path) {
    if (!find_program("git")) {
        return Error{"failed to clone `" + fields.text("repo") +
                     "`: the executor's image has no git; use Argo's executor image, or one "
                     "with git"};
    }
    TIPHYS_TRY(done, run::check_out(fields.text("repo"), fields, path));
    static_cast<void>(done);
    return !place.access.empty();
}

/// Ways to identify oneself to a web server that only Argo's executor knows.
Result<Done> check_auth(const run::AccessFields& fields) {
    const run::AccessFields auth = fields.object("auth");
    for (const auto& [way, secret] :
         {std::pair("oauth2", "tokenURLSecret"), std::pair("clientCert", "clientCertSecret")}) {
        if (!auth.object(way).has(secret)) continue;
        return Error{std::string("`") + way +
                     "` of http artifacts is not supported by this executor; use Argo's executor "
                     "image for it"};
    }
    return Done{};
}

} // namespace

Result<bool> load_artifact(const std::string& artifact, const std::string& path,
                           const PodPaths& paths) {
    TIPHYS_TRY(place, place_of(artifact, paths));
    const run::AccessFields fields(place.access, place.secrets);
    if (place.type == "raw") {
        TIPHYS_TRY(written, run::write_file(path, fields.text("data"), 0666));
        static_cast<void>(written);
        return true;
    }
    if (place.type == "git") return load_git(place, fields, path);
    TIPHYS_TRY(checked, check_auth(fields));
    static_cast<void>(checked);
    if (place.type != "s3") return run::get_web_file(fields.text("url"), fields, path);
    TIPHYS_TRY(bucket, bucket_of(place));
    return bucket.load(place.key, path);
}

Result<Done> save_artifact(const std::string& artifact, const std::string& path,
                           const PodPaths& paths) {
    TIPHYS_TRY(place, place_of(artifact, paths));
    const run::AccessFields fields(place.access, place.secrets);
    if (place.type == "raw") return Error{"Raw output artifacts unsupported"};
    if (place.type == "git") return Error{"Git output artifacts unsupported"};
    TIPHYS_TRY(checked, check_auth(fields));
    static_cast<void>(checked);
    if (place.type != "s3") return run::put_web_file(path, fields.text("url"), fields);
    TIPHYS_TRY(bucket, bucket_of(place));
    return bucket.save(path, place.key);
}

Result<Done> remove_artifact(const std::string& artifact, const PodPaths& paths) {
    TIPHYS_TRY(place, place_of(artifact, paths));
    if (place.type != "s3") return Error{"artifacts in `" + place.type + "` cannot be deleted"};
    TIPHYS_TRY(bucket, bucket_of(place));
    return bucket.remove(place.key);
}

Result<std::vector<std::string>> list_artifact(const std::string& artifact, const PodPaths& paths) {
    TIPHYS_TRY(place, place_of(artifact, paths));
    if (place.type != "s3") return Error{"artifacts in `" + place.type + "` cannot be listed"};
    TIPHYS_TRY(bucket, bucket_of(place));
    return bucket.list(place.key);
}

std::string not_found_message(const std::string& artifact) {
    return location_type(artifact) == "s3" ? "The specified key does not exist." : "404 Not Found";
}

} // namespace tiphys::executor
