#pragma once
// What one run of `tiphys lint` works on: the files, the settings, and what is found.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/baseline.h"
#include "analyzer/config.h"
#include "analyzer/run.h"
#include "cli/lint_options.h"
#include "cli/read_sources.h"

namespace tiphys::cli {

/// Findings of the files that the command line names.
struct LintResult {
    analyze::Verdict verdict;
    /// Accepted findings of the baseline that are gone.
    std::size_t n_gone = 0;
};

class LintSession {
public:
    /// Reads the configuration, the baseline and the files. Errors are those of the command line
    /// and of the world; what is wrong in the configuration is a finding.
    [[nodiscard]] static Result<LintSession> open(const LintOptions& options, Streams& streams);

    [[nodiscard]] const Sources& sources() const { return *sources_; }
    /// The file that standard input became; FileId::kNone without it.
    [[nodiscard]] FileId stdin_file() const { return stdin_file_; }
    /// True where the files around standard input are read and not reported.
    [[nodiscard]] bool is_stdin_alone() const { return is_stdin_alone_; }
    /// Least severity that makes the exit code 1: "error", "warning", "info" or "never".
    [[nodiscard]] const std::string& fail_on() const { return fail_on_; }
    /// Path of the configuration; empty without one.
    [[nodiscard]] const std::string& config_path() const { return config_path_; }
    /// Path of the baseline; empty without one.
    [[nodiscard]] const std::string& baseline_path() const { return baseline_path_; }

    /// Runs the rules. With `with_accepted` the findings of the baseline are shown like others.
    [[nodiscard]] LintResult judge(bool with_accepted = false) const;

    /// Lets ShellCheck read the scripts as they are now; what it finds goes with the next verdict.
    Result<Done> ask_shellcheck();

    /// Takes a file's new text and reads it again; other files stay as they were read.
    void reread(FileId file, std::string text);

private:
    explicit LintSession(const LintOptions& options) : options_(options) {}
    Result<Done> load(Streams& streams);
    Result<Done> load_config();
    Result<Done> load_files(Streams& streams);
    Result<Done> load_baseline();
    Result<Done> choose_rules();
    void ignore_in_files();

    LintOptions options_;
    std::unique_ptr<Sources> sources_;
    analyze::Options rules_;
    analyze::Config config_;
    std::vector<Diagnostic> config_findings_;
    std::string config_path_;
    FileId config_file_ = FileId::kNone;
    /// Objects of the cluster that tiphys.toml names: nothing in it is reported.
    FileId stub_file_ = FileId::kNone;
    FileId stdin_file_ = FileId::kNone;
    bool is_stdin_alone_ = false;
    std::string fail_on_ = "error";
    std::string baseline_path_;
    std::optional<analyze::Baseline> baseline_;
};

} // namespace tiphys::cli
