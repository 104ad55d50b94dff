// Which tiphys.toml counts for what is linted.
#include "cli/find_config.h"

#include <filesystem>
#include <set>

#include "analyzer/config.h"

namespace tiphys::cli {
namespace {

namespace fs = std::filesystem;

fs::path folder_of(const std::string& path) {
    std::error_code error;
    const fs::path whole = fs::absolute(path, error).lexically_normal();
    if (fs::is_directory(whole, error)) return whole;
    return whole.parent_path();
}

/// The folders from the one given up to the root of its repository, or of the file system.
std::vector<fs::path> folders_up(fs::path folder) {
    std::vector<fs::path> folders;
    std::error_code error;
    while (true) {
        // `a/` and `a` are the same folder.
        if (!folder.has_filename() && folder.has_relative_path()) folder = folder.parent_path();
        folders.push_back(folder);
        if (fs::exists(folder / ".git", error) || folder == folder.parent_path()) return folders;
        folder = folder.parent_path();
    }
}

std::optional<fs::path> config_above(const fs::path& folder) {
    for (const fs::path& at : folders_up(folder)) {
        std::error_code error;
        if (fs::is_regular_file(at / analyze::kConfigName, error)) return at / analyze::kConfigName;
    }
    return std::nullopt;
}

} // namespace

std::string shown_path(const std::string& path) {
    std::error_code error;
    const fs::path whole = fs::absolute(path, error).lexically_normal();
    const fs::path relative = whole.lexically_relative(fs::current_path(error));
    const bool is_below = !relative.empty() && *relative.begin() != "..";
    return is_below ? relative.generic_string() : whole.generic_string();
}

Result<std::optional<std::string>> find_config(const std::vector<std::string>& paths) {
    std::set<fs::path> folders;
    std::optional<fs::path> config;
    std::string first;
    for (const std::string& path : paths) {
        const fs::path folder = folder_of(path);
        if (!folders.insert(folder).second) continue;
        const std::optional<fs::path> found = config_above(folder);
        if (first.empty()) {
            config = found;
            first = path;
        } else if (found != config) {
            const auto words = [](const std::optional<fs::path>& one) {
                return one ? "`" + shown_path(one->string()) + "`" : std::string("none");
            };
            return Error{"the configuration of `" + first + "` is " + words(config) +
                         ", that of `" + path + "` is " + words(found) +
                         "; lint them apart, or name one with --config"};
        }
    }
    if (!config) return std::optional<std::string>();
    return std::optional<std::string>(shown_path(config->string()));
}

std::string project_folder(const std::string& file) {
    const fs::path folder = folder_of(file);
    if (const auto config = config_above(folder)) return shown_path(config->parent_path().string());
    const fs::path top = folders_up(folder).back();
    std::error_code error;
    return shown_path((fs::exists(top / ".git", error) ? top : folder).string());
}

} // namespace tiphys::cli
