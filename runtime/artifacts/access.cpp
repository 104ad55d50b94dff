// Where the artifacts of a run come from and where they go.

#include "runtime/artifacts/access.h"

#include "runtime/artifacts/archive.h"
#include "runtime/artifacts/git_checkout.h"
#include "runtime/artifacts/web_file.h"
#include "runtime/io/files.h"

namespace tiphys::run {
namespace {

/// Nobody pays for the bytes of the local store.
constexpr int kFastest = 1;

} // namespace

Result<std::optional<S3Client>> ArtifactAccess::bucket_of(const Artifact& artifact) const {
    if (artifact.access.empty()) return std::optional<S3Client>();
    TIPHYS_TRY(found, find_place(artifact.access, secrets_, environment_));
    if (!found.has_keys) return std::optional<S3Client>();
    return std::optional<S3Client>(std::move(found.place));
}

Result<Done> ArtifactAccess::put(const std::string& path, const Artifact& artifact) {
    if (artifact.source == ArtifactSource::kHttp) {
        return put_web_file(path, artifact.location, {artifact.access, secrets_});
    }
    TIPHYS_TRY(bucket, bucket_of(artifact));
    return bucket ? bucket->save(path, artifact.location) : store_.save(path, artifact.location);
}

/// Argo: stageArchiveFile in workflow/executor/executor.go.
Result<Done> ArtifactAccess::save(const std::string& path, const Artifact& artifact,
                                  const std::string& scratch) {
    if (artifact.archive == Archive::kNone) return put(path, artifact);
    const std::string packed = scratch + "/packed";
    const bool is_local = artifact.source == ArtifactSource::kStore && artifact.access.empty();
    std::optional<int> level = artifact.compression_level;
    if (!level && is_local) level = kFastest;
    auto done = pack(path, artifact.path, artifact.archive, level, packed);
    // On a full disk what is left of it would be in the way of everything else.
    if (done) done = put(packed, artifact);
    remove_tree(packed);
    return done;
}

Result<bool> ArtifactAccess::fetch_stored(const Artifact& artifact, const std::string& path) {
    TIPHYS_TRY(bucket, bucket_of(artifact));
    if (bucket) return bucket->load(artifact.location, path);
    if (store_.has(artifact.location)) {
        TIPHYS_TRY(loaded, store_.load(artifact.location, path));
        static_cast<void>(loaded);
        return true;
    }
    if (artifact.access.empty()) return false;
    TIPHYS_TRY(found, find_place(artifact.access, secrets_, environment_));
    // A bucket that anybody may read needs no keys.
    if (found.secret.empty()) return S3Client(std::move(found.place)).load(artifact.location, path);
    return Error{"failed to get file: there are no keys for the bucket `" + found.place.bucket +
                 "`: give the Secret `" + found.secret +
                 "` among the files, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"};
}

Result<bool> ArtifactAccess::fetch(const Artifact& artifact, const std::string& path) {
    const AccessFields fields(artifact.access, secrets_);
    switch (artifact.source) {
    case ArtifactSource::kNowhere:
        return false;
    case ArtifactSource::kStore:
        return fetch_stored(artifact, path);
    case ArtifactSource::kRaw: {
        TIPHYS_TRY(written, write_file(path, artifact.location));
        static_cast<void>(written);
        return true;
    }
    case ArtifactSource::kHttp:
        return get_web_file(artifact.location, fields, path);
    case ArtifactSource::kGit: {
        TIPHYS_TRY(checked_out, check_out(artifact.location, fields, path));
        static_cast<void>(checked_out);
        return true;
    }
    }
    return false;
}

Result<bool> ArtifactAccess::load(const Artifact& artifact, const std::string& path) {
    const std::string fetched = path + ".fetched";
    remove_tree(fetched);
    TIPHYS_TRY(is_there, fetch(artifact, fetched));
    if (!is_there) return false;
    TIPHYS_TRY(unpacked, unpack(fetched, artifact.archive, path));
    static_cast<void>(unpacked);
    return true;
}

Result<Done> ArtifactAccess::remove(const Artifact& artifact) {
    TIPHYS_TRY(bucket, bucket_of(artifact));
    if (bucket) return bucket->remove(artifact.location);
    store_.remove(artifact.location);
    return Done{};
}

Result<std::vector<std::string>> ArtifactAccess::keys_below(const Artifact& artifact) {
    TIPHYS_TRY(bucket, bucket_of(artifact));
    if (bucket) return bucket->list(artifact.location);
    return store_.keys_below(artifact.location);
}

} // namespace tiphys::run
