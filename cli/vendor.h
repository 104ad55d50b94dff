#pragma once
// Modules of other repositories, copied into the project and pinned by their digests.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "compiler/base/result.h"

namespace tiphys::cli {

/// Where a vendored module comes from.
struct VendorSource {
    /// A folder, or whatever `git clone` takes.
    std::string source;
    /// A branch, tag or commit; empty for a folder without git, and for a repository's default.
    std::string revision;
    /// The part of the repository that is taken; empty for all of it.
    std::string subfolder;
};

/// A module as the lock file has it.
struct VendoredModule {
    VendorSource from;
    /// The commit that `revision` was; empty for a folder without git.
    std::string commit;
    /// SHA-256 in hexadecimal of each file, by its path in the module.
    std::map<std::string, std::string> digests;
};

using VendorLock = std::map<std::string, VendoredModule>;
/// Texts by their paths in the module.
using VendorFiles = std::map<std::string, std::string>;

/// A source with its files: .tiphys and YAML, hidden folders left out.
struct FetchedModule {
    std::string commit;
    VendorFiles files;
};

/// `tiphys.lock` of the folder; no modules where there is none. Fails for a file that is no lock.
[[nodiscard]] Result<VendorLock> read_vendor_lock(const std::filesystem::path& project);
[[nodiscard]] Result<Done> write_vendor_lock(const std::filesystem::path& project,
                                             const VendorLock& lock);

/// Gets the files of a source. `commit` asks for that commit instead of what the revision is now;
/// git's own configuration says who may read what. A relative path starts at `project`.
[[nodiscard]] Result<FetchedModule> fetch_module(const VendorSource& source,
                                                 const std::string& commit,
                                                 const std::filesystem::path& project);

[[nodiscard]] std::map<std::string, std::string> digests_of(const VendorFiles& files);

/// Replaces what is in `vendor/<name>`.
[[nodiscard]] Result<Done> write_module(const std::filesystem::path& project,
                                        const std::string& name, const VendorFiles& files);

/// What differs between `vendor/<name>` and the lock, one line each: `path: changed`, `missing`,
/// `not in tiphys.lock`.
[[nodiscard]] std::vector<std::string> module_differences(const std::filesystem::path& project,
                                                          const std::string& name,
                                                          const VendoredModule& module);

} // namespace tiphys::cli
