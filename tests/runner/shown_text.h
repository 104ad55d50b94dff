#pragma once
// What Markdown pages show of the program and the tree: output of commands, and files.

#include <filesystem>
#include <string>
#include <string_view>

#include "tests/runner/run_case.h"

namespace tiphys::golden {

/// `page` with the fenced blocks that show something brought up to date. Paths are relative to
/// `root`.
///
///     ```console in=tests/golden/lint/fail_cycle     output of the commands in it, both streams
///     one $ tiphys lint input.yaml                       after the other; runs in that folder, in
///     `root` error: ...                                     without `in=`
///     ```
///     ```cpp file=analyzer/rule.h                    that file
///
/// Commands other than `tiphys` stay as they are, and so does output that differs in times only.
[[nodiscard]] std::string with_shown_text(std::string_view page, const std::filesystem::path& root,
                                          const Command& command);

} // namespace tiphys::golden
