#pragma once
// One call of tiphys without a process around it: main() and the golden runner both come in here.

#include <iosfwd>
#include <span>
#include <string>

namespace tiphys::cli {

/// Where a command reads and writes. Nothing else of it reaches the terminal.
struct Streams {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
    /// Decides on colour and live progress.
    bool out_is_terminal = false;
};

/// Runs a command line without the program's name. Returns the exit code: 0 fine, 1 findings or a
/// failed run, 2 usage or environment. Paths are relative to the working directory.
[[nodiscard]] int run_command(std::span<const std::string> args, Streams& streams);

} // namespace tiphys::cli
