// The program as a whole: what it answers without a command's own work.
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "cli/command.h"
#include "cli/run_command.h"

namespace tiphys::cli {
namespace {

std::string output_of(const std::vector<std::string>& args) {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    Streams streams{in, out, err, false};
    CHECK(run_command(args, streams) == kExitFine);
    return out.str();
}

TEST_CASE("help without a command lists all commands") {
    const std::string all = output_of({"--help"});
    CHECK(all.find("\n  simulate ") != std::string::npos);
    CHECK(output_of({"help"}) == all);
    CHECK(output_of({"help", "--markdown"}).find(all) != std::string::npos);
    CHECK(output_of({"help", "graph"}) == output_of({"graph", "--help"}));
}

} // namespace
} // namespace tiphys::cli
