// The command line as a whole: which command, and what holds for all of them.
#include "cli/run_command.h"

#include <istream>
#include <ostream>

namespace tiphys::cli {
namespace {

constexpr int kFine = 0;
constexpr int kUsageError = 2;

constexpr std::string_view kHelp = R"(usage: tiphys COMMAND [OPTION]... [FILE]...

Compiles, checks and runs Argo Workflows and Argo Events.

  --help      this text
  --version   the version
)";

} // namespace

int run_command(std::span<const std::string> args, Streams& streams) {
    if (args.empty() || args[0] == "--help") {
        streams.out << kHelp;
        return kFine;
    }
    if (args[0] == "--version") {
        streams.out << "tiphys " << TIPHYS_VERSION << "\n";
        return kFine;
    }
    streams.err << "tiphys: there is no command `" << args[0] << "`; see tiphys --help\n";
    return kUsageError;
}

} // namespace tiphys::cli
