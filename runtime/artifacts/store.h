#pragma once
// Where artifacts are kept between tasks: a folder of this machine. Files and folders lie there as
// they are, under the keys that Argo would give them.

#include <string>
#include <vector>

#include "compiler/base/result.h"

namespace tiphys::run {

class ArtifactStore {
public:
    /// `folder` is made when the first artifact is saved.
    explicit ArtifactStore(std::string folder) : folder_(std::move(folder)) {}

    /// Copies a file or folder of this machine into the store; what was there is replaced.
    [[nodiscard]] Result<Done> save(const std::string& path, const std::string& key);
    /// Copies the artifact to `path`, which must not exist; the folder above must.
    [[nodiscard]] Result<Done> load(const std::string& key, const std::string& path) const;
    /// Nothing happens where it is absent.
    void remove(const std::string& key);
    [[nodiscard]] bool has(const std::string& key) const;
    /// Keys of all files that begin with `prefix`, sorted.
    [[nodiscard]] std::vector<std::string> keys_below(const std::string& prefix) const;
    [[nodiscard]] const std::string& folder() const { return folder_; }

private:
    [[nodiscard]] std::string path_of(const std::string& key) const;

    std::string folder_;
};

} // namespace tiphys::run
