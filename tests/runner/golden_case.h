#pragma once
// A golden case: a folder with an input, the command line for it, and what must come out.

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"
#include "tests/runner/suites.h"

namespace tiphys::golden {

/// One folder tests/golden/<suite>/<case>, read.
///
///     input.yaml | input.tiphys | input/   handed to the command by name, or, where `args` holds
///                                          a `-`, on standard input
///     args                                 one line of further words for the command line;
///                                          'single' and "double" quotes group
///     exit                                 the exit code; without it 0, and 1 for cases `fail_*`
///     expected.<ending>                    standard output
///     expected.err                         standard error; without it, nothing
///     expected.fixed.yaml                  the input after its fixes; without it, as it was
struct Case {
    const Suite* suite = nullptr;
    std::string name;
    std::filesystem::path folder;
    /// Names of the inputs, relative to the folder.
    std::vector<std::string> inputs;
    std::vector<std::string> args;
    int exit_code = 0;
    /// Text by file name: `expected.txt`, `expected.err` and the like.
    std::map<std::string, std::string> expected;

    [[nodiscard]] std::string id() const { return std::string(suite->name) + "/" + name; }
    /// Cases with errors are called so.
    [[nodiscard]] bool must_fail() const { return name.starts_with("fail_"); }
    /// True where the input comes by standard input.
    [[nodiscard]] bool reads_stdin() const;
    /// The whole command line.
    [[nodiscard]] std::vector<std::string> command_line() const;
    /// The words of one of the suite's commands.
    [[nodiscard]] std::vector<std::string> words_of(std::string_view command) const;
    /// Name of the file for standard output: the one that is there, else one by suite and args.
    [[nodiscard]] std::string output_file() const;
};

/// Name of the file for standard error.
inline constexpr std::string_view kErrorFile = "expected.err";
/// Name of the file for the fixed input.
inline constexpr std::string_view kFixedFile = "expected.fixed.yaml";

/// All cases below `folder`, by suite and name. Fails for a suite that has no row in suites.cpp,
/// and for an `exit` that is no number or contradicts the case's name.
[[nodiscard]] Result<std::vector<Case>> find_cases(const std::filesystem::path& folder);

/// The words of a command line; quotes group and are removed.
[[nodiscard]] std::vector<std::string> split_words(std::string_view line);

/// The bytes of a file; empty where there is none.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

} // namespace tiphys::golden
