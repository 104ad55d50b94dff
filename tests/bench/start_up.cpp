// How long the smallest command takes, from fork to exit.
#include <iostream>

#include "tests/bench/frame/measure.h"

int main(int argc, char** argv) {
    using namespace tiphys::bench;
    const std::string program = program_under_test(argc, argv);
    const auto cost = measure_process({program, "--version"}, 50);
    if (!cost) {
        std::cerr << "cannot start `" << program << "`\n";
        return 2;
    }
    print_figure("tiphys --version", cost->wall_ms, "ms", "< 5", cost->wall_ms < 5);
    return 0;
}
