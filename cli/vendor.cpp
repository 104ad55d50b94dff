// Vendored modules: the lock file, and getting files from folders and git repositories.
#include "cli/vendor.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "cli/read_sources.h"
#include "cli/scratch_folder.h"
#include "cli/write_file.h"
#include "compiler/expr/digest.h"
#include "compiler/syntax/parse.h"
#include "runtime/io/json_fields.h"

namespace tiphys::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using run::text_of;

constexpr int kLockVersion = 1;
constexpr const char* kLockName = "tiphys.lock";
constexpr const char* kVendorFolder = "vendor";
/// A module is a handful of files; more is a source that was named by mistake.
constexpr std::size_t kMostFiles = 1000;

std::string first_line(const fs::path& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

/// `fetch` of `git -C folder fetch …`.
const std::string& command_of(const std::vector<std::string>& words) {
    return words[1] == "-C" ? words[3] : words[1];
}

/// Runs git and gives its standard output's first line. It never asks for a password.
Result<std::string> git(const fs::path& scratch, std::vector<std::string> words) {
    const fs::path out = scratch / "out";
    const fs::path err = scratch / "err";
    words.insert(words.begin(), "git");
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::string no_prompt = "GIT_TERMINAL_PROMPT=0";
    std::vector<char*> environment;
    for (char** variable = environ; *variable != nullptr; ++variable)
        environment.push_back(*variable);
    environment.push_back(no_prompt.data());
    environment.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    constexpr int kWrite = O_WRONLY | O_CREAT | O_TRUNC;
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), kWrite, 0600);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), kWrite, 0600);
    pid_t child = 0;
    const int error = posix_spawnp(&child, arguments.front(), &actions, nullptr, arguments.data(),
                                   environment.data());
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) return Error{std::string("cannot run `git`: ") + std::strerror(error)};
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return Error{"`git " + command_of(words) + "` failed: " + first_line(err)};
    }
    return first_line(out);
}

bool is_of_module(const fs::path& path) {
    return syntax::is_source_name(path.string()) || path.extension() == ".yaml" ||
           path.extension() == ".yml";
}

Result<VendorFiles> files_below(const fs::path& folder) {
    VendorFiles files;
    std::error_code error;
    fs::recursive_directory_iterator at(folder, error);
    if (error) return Error{"cannot read the folder `" + folder.string() + "`"};
    for (const fs::recursive_directory_iterator end; at != end; at.increment(error)) {
        if (error) return Error{"cannot read the folder `" + folder.string() + "`"};
        const bool is_hidden = at->path().filename().string().starts_with('.');
        if (is_hidden && at->is_directory(error)) at.disable_recursion_pending();
        // A link may lead out of the module.
        if (is_hidden || at->is_symlink(error) || !at->is_regular_file(error)) continue;
        if (!is_of_module(at->path())) continue;
        TIPHYS_TRY(text, read_file(at->path().string()));
        files.emplace(at->path().lexically_relative(folder).generic_string(), std::move(text));
        if (files.size() > kMostFiles) {
            return Error{"`" + folder.string() + "` has more than 1000 files; name a subfolder"};
        }
    }
    return files;
}

/// Brings the commit into the repository in `checkout`. Servers may refuse to hand out a commit by
/// its name; then everything is fetched.
Result<std::string> check_out(const fs::path& scratch, const fs::path& checkout,
                              const std::string& url, const std::string& wanted) {
    const std::string folder = checkout.string();
    TIPHYS_TRY(made, git(scratch, {"init", "--quiet", folder}));
    static_cast<void>(made);
    const auto fetch = [&](std::vector<std::string> what) {
        std::vector<std::string> words{"-C", folder, "fetch", "--quiet"};
        words.insert(words.end(), what.begin(), what.end());
        return git(scratch, std::move(words));
    };
    const std::string revision = wanted.empty() ? "HEAD" : wanted;
    std::string target = "FETCH_HEAD";
    const Result<std::string> shallow = fetch({"--depth=1", "--", url, revision});
    if (!shallow.has_value()) {
        TIPHYS_TRY(all, fetch({"--", url, "+refs/*:refs/remotes/all/*"}));
        static_cast<void>(all);
        target = revision;
    }
    const Result<std::string> commit =
        git(scratch, {"-C", folder, "rev-parse", "--verify", "--quiet", "--end-of-options",
                      target + "^{commit}"});
    if (!commit.has_value()) return Error{"`" + url + "` has no revision `" + revision + "`"};
    TIPHYS_TRY(done, git(scratch, {"-C", folder, "checkout", "--quiet", "--detach", *commit}));
    static_cast<void>(done);
    return *commit;
}

bool is_plain_folder(const fs::path& path) {
    std::error_code error;
    return fs::is_directory(path, error) && !fs::exists(path / ".git", error);
}

/// Whether a name of the lock file stays inside of its folder.
bool is_inside(const std::string& path) {
    const fs::path tidied = fs::path(path).lexically_normal();
    return !path.empty() && tidied.is_relative() && *tidied.begin() != ".." && tidied != ".";
}

} // namespace

Result<VendorLock> read_vendor_lock(const fs::path& project) {
    const fs::path path = project / kLockName;
    std::error_code error;
    VendorLock lock;
    if (!fs::exists(path, error)) return lock;
    TIPHYS_TRY(text, read_file(path.string()));
    const Json json = Json::parse(text, nullptr, false);
    const Error broken{"`tiphys.lock` is no lock file of this program; restore it, or delete it "
                       "and add its modules again"};
    if (!json.is_object() || !json.contains("version") || json["version"] != kLockVersion ||
        !json.contains("modules") || !json["modules"].is_object()) {
        return broken;
    }
    for (const auto& [name, entry] : json["modules"].items()) {
        if (!entry.is_object() || !entry.contains("files") || !entry["files"].is_object() ||
            !is_inside(name)) {
            return broken;
        }
        VendoredModule module;
        module.from = {text_of(entry, "source"), text_of(entry, "revision"),
                       text_of(entry, "subfolder")};
        module.commit = text_of(entry, "commit");
        for (const auto& [file, digest] : entry["files"].items()) {
            if (!digest.is_string() || !is_inside(file)) return broken;
            module.digests.emplace(file, digest.get<std::string>());
        }
        lock.emplace(name, std::move(module));
    }
    return lock;
}

Result<Done> write_vendor_lock(const fs::path& project, const VendorLock& lock) {
    Json json{{"version", kLockVersion}, {"modules", Json::object()}};
    for (const auto& [name, module] : lock) {
        Json entry{{"source", module.from.source}};
        if (!module.from.revision.empty()) entry["revision"] = module.from.revision;
        if (!module.from.subfolder.empty()) entry["subfolder"] = module.from.subfolder;
        if (!module.commit.empty()) entry["commit"] = module.commit;
        entry["files"] = Json::object();
        for (const auto& [file, digest] : module.digests)
            entry["files"][file] = digest;
        json["modules"][name] = std::move(entry);
    }
    return write_text(project / kLockName,
                      json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

Result<FetchedModule> fetch_module(const VendorSource& source, const std::string& commit,
                                   const fs::path& project) {
    FetchedModule fetched;
    const fs::path local = project / source.source;
    const ScratchFolder scratch;
    fs::path root = local;
    if (is_plain_folder(local)) {
        if (!source.revision.empty()) {
            return Error{"`" + source.source + "` is no git repository: it has no revision `" +
                         source.revision + "`"};
        }
    } else {
        std::error_code error;
        const bool is_local = fs::is_directory(local, error);
        const std::string url =
            is_local ? fs::absolute(local, error).lexically_normal().string() : source.source;
        root = scratch.path() / "checkout";
        TIPHYS_TRY(found,
                   check_out(scratch.path(), root, url, commit.empty() ? source.revision : commit));
        fetched.commit = found;
    }
    if (!source.subfolder.empty()) {
        if (!is_inside(source.subfolder)) {
            return Error{"`" + source.subfolder + "` leads out of the repository"};
        }
        root /= source.subfolder;
    }
    TIPHYS_TRY(files, files_below(root));
    if (files.empty()) {
        return Error{"`" + source.source + "` has no .tiphys or YAML file" +
                     (source.subfolder.empty() ? "" : " in `" + source.subfolder + "`")};
    }
    fetched.files = std::move(files);
    return fetched;
}

std::map<std::string, std::string> digests_of(const VendorFiles& files) {
    std::map<std::string, std::string> digests;
    for (const auto& [path, text] : files)
        digests.emplace(path, expr::to_hex(expr::sha256(text)));
    return digests;
}

Result<Done> write_module(const fs::path& project, const std::string& name,
                          const VendorFiles& files) {
    const fs::path folder = project / kVendorFolder / name;
    std::error_code error;
    fs::remove_all(folder, error);
    for (const auto& [path, text] : files) {
        const fs::path target = folder / path;
        fs::create_directories(target.parent_path(), error);
        TIPHYS_TRY(written, write_text(target, text));
        static_cast<void>(written);
    }
    return Done{};
}

std::vector<std::string> module_differences(const fs::path& project, const std::string& name,
                                            const VendoredModule& module) {
    const fs::path folder = fs::path(kVendorFolder) / name;
    const auto shown = [&](const std::string& file) { return (folder / file).generic_string(); };
    std::vector<std::string> differences;
    const Result<VendorFiles> present = files_below(project / folder);
    const VendorFiles files = present.has_value() ? *present : VendorFiles{};
    const std::map<std::string, std::string> digests = digests_of(files);
    for (const auto& [file, digest] : module.digests) {
        const auto found = digests.find(file);
        if (found == digests.end()) {
            differences.push_back(shown(file) + ": missing");
        } else if (found->second != digest) {
            differences.push_back(shown(file) + ": changed");
        }
    }
    for (const auto& [file, digest] : digests) {
        if (!module.digests.contains(file)) {
            differences.push_back(shown(file) + ": not in tiphys.lock");
        }
    }
    return differences;
}

} // namespace tiphys::cli
