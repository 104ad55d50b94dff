#pragma once
// What the command line of `tiphys lint` says. What it leaves open is for tiphys.toml to say.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/report/report.h"
#include "cli/cluster/choice.h"

namespace tiphys::cli {

/// A report, and the file that it goes to; empty for standard output.
struct LintOutput {
    report::Format format = report::Format::kFull;
    std::string path;
};

struct LintOptions {
    std::vector<std::string> paths;
    std::vector<LintOutput> outputs;
    std::string colour = "auto";
    std::string columns = "utf8";
    std::optional<std::string> fail_on;
    std::optional<std::string> stdin_name;
    std::optional<std::string> argo_version;
    std::optional<std::int64_t> most_pods;
    std::optional<std::string> config;
    bool is_without_config = false;
    std::optional<std::string> baseline;
    bool writes_baseline = false;
    /// `auto`, `always` or `never`.
    std::string shellcheck = "never";
    bool is_strict = false;
    bool is_exit_zero = false;
    bool is_statistics = false;
    std::vector<std::string> only;
    std::vector<std::string> ignored;
    std::vector<std::string> known;
    /// The cluster whose objects references may mean, where one is meant.
    ClusterChoice cluster;
    /// Its objects, as YAML.
    std::string known_text;
    /// The overlay of .tiphys files to apply; none where it is empty.
    std::string environment;
    /// error, warn or ignore.
    std::optional<std::string> missing_references;
    bool is_fix = false;
    bool is_unsafe_fix = false;
    bool is_diff = false;
    bool is_watch = false;
    unsigned n_threads = 0;

    [[nodiscard]] bool reads_stdin() const;
    [[nodiscard]] bool is_fixing() const { return is_fix || is_unsafe_fix; }
    /// Name shown for what comes from standard input.
    [[nodiscard]] std::string stdin_words() const { return stdin_name.value_or("<stdin>"); }
};

} // namespace tiphys::cli
