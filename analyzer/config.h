#pragma once
// The project's settings: tiphys.toml.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/context.h"

namespace tiphys::analyze {

/// Name of the file that is looked for.
inline constexpr std::string_view kConfigName = "tiphys.toml";

/// Rules that do not count in some files.
struct FileIgnores {
    /// As in .gitignore files, relative to the folder of tiphys.toml.
    std::string pattern;
    std::vector<std::string_view> rules;
};

/// Objects that the cluster holds apart from the project, so that references to them are right.
struct ClusterFacts {
    std::vector<std::string> secrets;
    std::vector<std::string> service_accounts;
};

/// What tiphys.toml says; what it does not say has the value of an empty one. Names of groups and
/// `all` are replaced by the rules that they stand for.
struct Config {
    /// Rules to run; empty means all.
    std::vector<std::string_view> select;
    std::vector<std::string_view> ignore;
    std::vector<FileIgnores> file_ignores;
    std::map<std::string_view, Severity> severities;
    Settings settings;
    std::optional<bool> strict;
    /// "error", "warning", "info" or "never".
    std::optional<std::string> fail_on;
    /// Path of the baseline, relative to the folder of tiphys.toml.
    std::optional<std::string> baseline;
    ClusterFacts cluster;
    /// Files and folders with WorkflowTemplates that exist elsewhere, relative to the folder of
    /// tiphys.toml.
    std::vector<std::string> known;
};

/// Reads the text of `file`. What is wrong with it is added to `found`, under names that begin with
/// `config-`; the rest of it counts.
[[nodiscard]] Config read_config(const SourceMap& sources, FileId file,
                                 std::vector<Diagnostic>& found);

/// The manifests that `[cluster]` stands for, as YAML; empty where it says nothing.
[[nodiscard]] std::string stubs_of(const ClusterFacts& facts);

} // namespace tiphys::analyze
