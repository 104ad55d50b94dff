#pragma once
// Runs golden cases, compares what comes out with what is expected, and rewrites expectations.

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "tests/runner/golden_case.h"

namespace tiphys::cli {
struct Streams;
}

namespace tiphys::golden {

/// cli::run_command, or what a test puts in its place.
using Command = std::function<int(std::span<const std::string>, cli::Streams&)>;

/// What a command left behind.
struct Outcome {
    int exit_code = 0;
    std::string out;
    std::string err;
    /// The input after its fixes; empty where they change nothing.
    std::string fixed = {};
    /// The fixes of a fixed input still change something.
    bool fixes_go_on = false;
};

/// Runs a command line with `folder` as working directory, `in` on standard input.
[[nodiscard]] Outcome run_in(const std::filesystem::path& folder,
                             std::span<const std::string> command_line, const std::string& in,
                             const Command& command);

/// Runs a case in its own folder. Times are masked where the suite asks for it.
[[nodiscard]] Outcome run_case(const Case& golden, const Command& command);

/// What differs from the expectation, as diffs and sentences; empty where nothing does.
[[nodiscard]] std::string compare(const Case& golden, const Outcome& outcome);

/// Writes the outcome as the expectation of the case. Fails where a file cannot be written, and
/// for an exit code that contradicts the case's name.
[[nodiscard]] Result<Done> update(const Case& golden, const Outcome& outcome);

/// Replaces the bytes of a file.
[[nodiscard]] Result<Done> write_file(const std::filesystem::path& path, std::string_view text);

/// `text` with durations (`1.2s`, `1m30s`), times of day and dates replaced by `<time>`, and the
/// spaces that align them by one.
[[nodiscard]] std::string mask_times(std::string_view text);

} // namespace tiphys::golden
