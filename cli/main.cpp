// The program: arguments in, exit code out.
#include <exception>
#include <iostream>
#include <string>
#include <unistd.h>
#include <vector>

#include "cli/command.h"

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    const std::vector<std::string> args(argv + 1, argv + argc);
    tiphys::cli::Streams streams{std::cin, std::cout, std::cerr, isatty(STDOUT_FILENO) == 1};
    try {
        const int code = tiphys::cli::run_command(args, streams);
        std::cout.flush();
        // A full disk or a closed pipe must not look like success.
        if (!std::cout) {
            std::cerr << "tiphys: cannot write to standard output\n";
            return tiphys::cli::kExitUsage;
        }
        return code;
    } catch (const std::exception& error) {
        std::cerr << "tiphys: internal error: " << error.what() << "\n"
                  << "tiphys: this is a defect of tiphys; please report it with the input\n";
        return tiphys::cli::kExitUsage;
    }
}
