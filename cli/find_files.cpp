// From the paths of a command line to the files to read.
#include "cli/find_files.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include "cli/ignore_file.h"
#include "cli/read_sources.h"

namespace tiphys::cli {
namespace {

namespace fs = std::filesystem;

/// The .gitignore files that apply in a folder, each with the folder it stands in; the outermost
/// first.
using IgnoreChain = std::vector<std::pair<fs::path, IgnoreFile>>;

bool is_ignored(const IgnoreChain& chain, const fs::path& path, bool is_folder) {
    bool ignored = false;
    for (const auto& [folder, file] : chain) {
        const std::string relative = path.lexically_relative(folder).generic_string();
        switch (file.judge(relative, is_folder)) {
        case IgnoreFile::Verdict::kNone:
            break;
        case IgnoreFile::Verdict::kIgnored:
            ignored = true;
            break;
        case IgnoreFile::Verdict::kKept:
            ignored = false;
            break;
        }
    }
    return ignored;
}

void add_ignore_file(const fs::path& folder, IgnoreChain& chain) {
    std::error_code error;
    const fs::path path = folder / ".gitignore";
    if (!fs::is_regular_file(path, error)) return;
    const auto text = read_file(path.string());
    if (text.has_value()) chain.emplace_back(folder, IgnoreFile(*text));
}

/// Ignore files of the folders above, up to the root of the repository.
IgnoreChain chain_above(const fs::path& folder) {
    std::vector<fs::path> above;
    std::error_code error;
    for (fs::path at = folder; at != at.parent_path(); at = at.parent_path()) {
        if (fs::exists(at / ".git", error)) {
            IgnoreChain chain;
            for (auto it = above.rbegin(); it != above.rend(); ++it)
                add_ignore_file(*it, chain);
            return chain;
        }
        above.push_back(at.parent_path());
    }
    return {};
}

bool has_manifest_name(const fs::path& path) {
    const std::string extension = path.extension().string();
    return extension == ".yaml" || extension == ".yml" || extension == ".json" ||
           extension == ".tiphys";
}

class Walk {
public:
    std::optional<Error> add_folder(const std::string& given) {
        const fs::path root = fs::absolute(given).lexically_normal();
        chain_ = chain_above(root);
        return walk(root, given);
    }
    void add_file(const std::string& given) { add(given, true); }
    std::vector<FoundFile> take() { return std::move(files_); }

private:
    void add(const std::string& path, bool is_explicit) {
        if (!seen_.insert(fs::absolute(path).lexically_normal().string()).second) return;
        files_.push_back({path, is_explicit});
    }

    std::optional<Error> walk(const fs::path& folder, const std::string& shown) {
        std::error_code error;
        std::vector<fs::directory_entry> entries;
        for (fs::directory_iterator at(folder, error), end; !error && at != end;
             at.increment(error)) {
            entries.push_back(*at);
        }
        if (error) return Error{"cannot read folder `" + shown + "`: " + error.message()};
        std::sort(entries.begin(), entries.end());
        const std::size_t depth = chain_.size();
        add_ignore_file(folder, chain_);
        const std::string prefix = shown.empty() || shown.back() == '/' ? shown : shown + "/";
        for (const fs::directory_entry& entry : entries) {
            const std::string name = entry.path().filename().string();
            const bool is_folder = entry.is_directory(error) && !entry.is_symlink(error);
            if (name == ".git" || is_ignored(chain_, entry.path(), is_folder)) continue;
            if (is_folder) {
                if (auto failed = walk(entry.path(), prefix + name)) return failed;
            } else if (entry.is_regular_file(error) && has_manifest_name(entry.path())) {
                add(prefix + name, false);
            }
        }
        chain_.erase(chain_.begin() + static_cast<std::ptrdiff_t>(depth), chain_.end());
        return std::nullopt;
    }

    IgnoreChain chain_;
    std::set<std::string> seen_;
    std::vector<FoundFile> files_;
};

} // namespace

Result<std::vector<FoundFile>> find_files(const std::vector<std::string>& paths) {
    Walk walk;
    for (const std::string& path : paths) {
        std::error_code error;
        const fs::file_status status = fs::status(path, error);
        if (status.type() == fs::file_type::not_found) {
            return Error{"`" + path + "` does not exist"};
        }
        if (error) return Error{"cannot read `" + path + "`: " + error.message()};
        if (status.type() == fs::file_type::directory) {
            if (auto failed = walk.add_folder(path)) return *failed;
        } else {
            walk.add_file(path);
        }
    }
    return walk.take();
}

} // namespace tiphys::cli
