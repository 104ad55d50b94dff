#pragma once
// What `tiphys lint` writes: reports in one or more formats, statistics, and the exit code.

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/lint_session.h"
#include "compiler/base/result.h"

namespace tiphys::cli {

/// A `--format` or `--output` of the command line, in the order in which they stand there.
struct OutputWord {
    bool is_path = false;
    std::string text;
};

/// Pairs formats with files: where there are as many of both the first goes with the first and so
/// on, else a file belongs to the format before it. Errors: unknown formats, files without a
/// format, two reports for one place.
[[nodiscard]] Result<std::vector<LintOutput>> pair_outputs(const std::vector<OutputWord>& words);

/// Writes all reports, and what could not be read, and returns the exit code.
int write_reports(const LintOptions& options, const LintSession& session, LintResult result,
                  Streams& streams);

} // namespace tiphys::cli
