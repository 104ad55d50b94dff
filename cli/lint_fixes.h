#pragma once
// `tiphys lint --fix` and `--diff`.

#include "cli/command.h"
#include "cli/lint_session.h"

namespace tiphys::cli {

/// What `--diff` prints: the changes of one round of fixes. Exits with 1 where there are any.
int show_fixes(const LintOptions& options, const LintSession& session, const LintResult& result,
               Streams& streams);

/// Applies fixes until nothing changes, and leaves the session and the result as they are
/// afterwards. Fixed text of standard input goes to standard output.
[[nodiscard]] Result<Done> fix_files(const LintOptions& options, LintSession& session,
                                     LintResult& result, Streams& streams);

} // namespace tiphys::cli
