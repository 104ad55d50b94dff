#pragma once
// Where the artifacts of a run come from and where they go: the local store, buckets, web servers,
// git repositories, the manifest itself.

#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/artifacts/access_fields.h"
#include "runtime/artifacts/s3_place.h"
#include "runtime/artifacts/store.h"
#include "runtime/core/values.h"

namespace tiphys::run {

/// A bucket without keys at hand is stood in for by the local store, so that manifests of a cluster
/// run without it.
class ArtifactAccess {
public:
    /// `store`: the folder of the local store. `secrets` are copied.
    ArtifactAccess(std::string store, Secrets secrets, Environment environment = own_environment)
        : store_(std::move(store)), secrets_(std::move(secrets)),
          environment_(std::move(environment)) {}

    /// Packs what lies at `path` and stores it. `scratch`: a folder for the packed file.
    [[nodiscard]] Result<Done> save(const std::string& path, const Artifact& artifact,
                                    const std::string& scratch);
    /// Fetches the artifact and unpacks it to `path`, which must not exist. False: it is not there.
    [[nodiscard]] Result<bool> load(const Artifact& artifact, const std::string& path);
    /// Fetches it as it is stored. `path` must not exist, the folder above must. False: it is not
    /// there.
    [[nodiscard]] Result<bool> fetch(const Artifact& artifact, const std::string& path);
    /// Of artifacts of kStore.
    [[nodiscard]] Result<Done> remove(const Artifact& artifact);
    /// Of artifacts of kStore: the keys that begin as this one's.
    [[nodiscard]] Result<std::vector<std::string>> keys_below(const Artifact& artifact);

private:
    /// A bucket and the right to use it, or nothing: the local store.
    [[nodiscard]] Result<std::optional<S3Client>> bucket_of(const Artifact& artifact) const;
    [[nodiscard]] Result<bool> fetch_stored(const Artifact& artifact, const std::string& path);
    [[nodiscard]] Result<Done> put(const std::string& path, const Artifact& artifact);

    ArtifactStore store_;
    Secrets secrets_;
    Environment environment_;
};

} // namespace tiphys::run
