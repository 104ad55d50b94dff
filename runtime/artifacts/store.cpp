// The local artifact store.

#include "runtime/artifacts/store.h"

#include <algorithm>
#include <mutex>
#include <unistd.h>

#include "runtime/io/files.h"

namespace tiphys::run {
namespace {

constexpr std::string_view kDraft = ".tiphys-draft-";

/// Two tasks may save the same key at once, each on a thread of its own.
std::mutex& replacing() {
    static std::mutex mutex;
    return mutex;
}

} // namespace

std::string ArtifactStore::path_of(const std::string& key) const {
    // Cleaned as an absolute path, a key cannot lead out of the store.
    return folder_ + clean_path("/" + key);
}

bool ArtifactStore::has(const std::string& key) const {
    return path_exists(path_of(key));
}

Result<Done> ArtifactStore::save(const std::string& path, const std::string& key) {
    const std::string place = path_of(key);
    TIPHYS_TRY(above, make_folders_above(place));
    const std::string draft = place + std::string(kDraft) + std::to_string(::gettid());
    remove_tree(draft);
    const auto copied = copy_tree(path, draft);
    if (!copied) {
        remove_tree(draft);
        return copied.error();
    }
    const std::lock_guard<std::mutex> lock(replacing());
    remove_tree(place);
    if (::rename(draft.c_str(), place.c_str()) != 0) {
        return Error{"cannot store artifact `" + key + "`"};
    }
    return above;
}

void ArtifactStore::remove(const std::string& key) {
    remove_tree(path_of(key));
}

std::vector<std::string> ArtifactStore::keys_below(const std::string& prefix) const {
    std::vector<std::string> keys;
    const std::string wanted = clean_path("/" + prefix);
    for (const std::string& file : files_below(folder_)) {
        const std::string key = file.substr(folder_.size());
        if (key.find(kDraft) != key.npos) continue;
        if (key.starts_with(wanted)) keys.push_back(key.substr(1));
    }
    std::sort(keys.begin(), keys.end());
    return keys;
}

Result<Done> ArtifactStore::load(const std::string& key, const std::string& path) const {
    return copy_tree(path_of(key), path);
}

} // namespace tiphys::run
