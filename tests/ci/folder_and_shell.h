#pragma once
// Files of the sources, and commands run by a shell as CI systems run them.

#include <map>
#include <string>

namespace tiphys {

/// A file of the sources; empty, and a failed check, where there is none.
[[nodiscard]] std::string source_text(const std::string& path);

/// The folder of the sources, and the program under test.
[[nodiscard]] std::string source_folder();
[[nodiscard]] std::string program();

struct ShellOutcome {
    int code = 0;
    std::string out;
};

/// Runs a script with bash in a folder with these variables; the program under test is first on
/// PATH. Standard error is part of the output.
[[nodiscard]] ShellOutcome run_shell(const std::string& script, const std::string& folder,
                                     const std::map<std::string, std::string>& variables = {},
                                     const std::string& in = "");

/// The text of the fenced block of a Markdown page whose first line is "```" and `head`.
[[nodiscard]] std::string fenced_block(const std::string& page, const std::string& head);

} // namespace tiphys
