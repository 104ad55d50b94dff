// The program: standard streams and the exit code around run_command().
#include <iostream>
#include <string>
#include <unistd.h>
#include <vector>

#include "cli/run_command.h"

int main(int argc, char** argv) {
    const std::vector<std::string> args(argv + 1, argv + argc);
    tiphys::cli::Streams streams{std::cin, std::cout, std::cerr, ::isatty(STDOUT_FILENO) != 0};
    return tiphys::cli::run_command(args, streams);
}
