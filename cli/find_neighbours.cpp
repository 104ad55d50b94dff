// The files beside a file.
#include "cli/find_neighbours.h"

#include <filesystem>
#include <set>

namespace tiphys::cli {
namespace {

namespace fs = std::filesystem;

bool is_manifest(const fs::path& path) {
    const std::string ending = path.extension().string();
    return ending == ".yaml" || ending == ".yml" || ending == ".json";
}

} // namespace

std::vector<std::string> find_neighbours(const std::vector<std::string>& paths) {
    std::set<std::string> named;
    std::set<fs::path> folders;
    std::error_code error;
    for (const std::string& path : paths) {
        if (!fs::is_regular_file(path, error)) continue;
        named.insert(fs::path(path).lexically_normal().string());
        folders.insert(fs::path(path).parent_path());
    }
    std::set<std::string> found;
    for (const fs::path& folder : folders) {
        fs::directory_iterator at(folder.empty() ? fs::path(".") : folder, error);
        for (; !error && at != fs::directory_iterator(); at.increment(error)) {
            const std::string path = at->path().lexically_normal().string();
            const bool is_other = named.count(path) == 0;
            if (is_other && is_manifest(at->path()) && fs::is_regular_file(at->path(), error)) {
                found.insert(path);
            }
        }
    }
    return {found.begin(), found.end()};
}

} // namespace tiphys::cli
