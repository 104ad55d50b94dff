#pragma once
// Commands shown in Markdown pages: what a page says that a command prints is what it prints.

#include <filesystem>
#include <string>
#include <string_view>

#include "tests/runner/run_case.h"

namespace tiphys::golden {

/// `page` with the output of each command in its console blocks replaced by what the command
/// prints now, both streams one after the other. A block looks like this; the folder that it runs
/// in is relative to `root`, and `root` itself without `in=`:
///
///     ```console in=tests/golden/lint/fail_cycle
///     $ tiphys lint input.yaml
///     error: ...
///     ```
///
/// Commands other than `tiphys` stay as they are, and so does output that differs in times only.
[[nodiscard]] std::string with_real_output(std::string_view page, const std::filesystem::path& root,
                                           const Command& command);

} // namespace tiphys::golden
