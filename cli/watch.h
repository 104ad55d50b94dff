#pragma once
// `tiphys lint --watch`: the report again whenever a file changes.

#include <map>
#include <optional>
#include <string>

#include "cli/command.h"
#include "cli/file_watch.h"
#include "cli/lint_session.h"

namespace tiphys::cli {

/// A session that follows the files. A changed file is read again; all files are read again where
/// one came, went, or is the configuration.
class LintWatch {
public:
    [[nodiscard]] static Result<LintWatch> open(const LintOptions& options, LintSession session,
                                                Streams& streams);

    /// Writes the findings as they are now; returns the exit code.
    int report();
    /// Waits at most `timeout_ms` (-1: without end) for a change and reports. False after a
    /// timeout, or where the change is none of ours.
    [[nodiscard]] Result<bool> step(int timeout_ms);

private:
    LintWatch(const LintOptions& options, LintSession session, Streams& streams)
        : options_(options), session_(std::move(session)), streams_(streams) {}
    Result<Done> follow_files();
    Result<Done> open_again();
    Result<bool> take_change(const std::string& path);

    LintOptions options_;
    LintSession session_;
    Streams& streams_;
    std::optional<FileWatch> watch_;
    /// The files by the path that the watch gives them.
    std::map<std::string, FileId> files_;
};

/// Reports until the output is closed or the program is interrupted.
int watch(const LintOptions& options, LintSession session, Streams& streams);

} // namespace tiphys::cli
