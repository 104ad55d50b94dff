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

TEST_CASE("the help of a command is the same whether others are declared or not") {
    const std::string page = output_of({"help", "--markdown"});
    const std::string heading = "\n## tiphys ";
    int n_commands = 0;
    for (std::size_t at = page.find(heading); at != page.npos; at = page.find(heading, at + 1)) {
        const std::size_t begin = at + heading.size();
        const std::string name = page.substr(begin, page.find('\n', begin) - begin);
        const std::string help = output_of({name, "--help"});
        CHECK(page.substr(begin).starts_with(name + "\n\n```text\n" + help + "```\n"));
        ++n_commands;
    }
    CHECK(n_commands > 30);
}

TEST_CASE("the version is told without any command") {
    CHECK(output_of({"--version"}) == "tiphys " + std::string(kVersion) + "\n");
    CHECK(output_of({"--version", "lint"}) == output_of({"--version"}));
}

} // namespace
} // namespace tiphys::cli
