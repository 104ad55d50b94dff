// tiphys-executor: what runs beside and around users' commands in the pods of a workflow.
#include <csignal>
#include <exception>
#include <string>
#include <vector>

#include "runtime/executor/commands.h"

namespace {

int finish(const tiphys::executor::Exit& exit, const tiphys::executor::PodPaths& paths) {
    if (exit.message.empty()) return exit.code;
    tiphys::executor::write_termination_message(paths, exit.message);
    tiphys::executor::log(tiphys::executor::LogLevel::kError, exit.message);
    return exit.code;
}

} // namespace

int main(int argc, char** argv) {
    using namespace tiphys::executor;
    // A reader that goes away must not take the reports with it.
    std::signal(SIGPIPE, SIG_IGN);
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    try {
        const auto line = parse_command_line(arguments);
        if (!line) return finish(failed(line.error()), PodPaths());
        set_log(line->log);
        return finish(run_command(*line), PodPaths(line->root));
    } catch (const std::exception& error) {
        return finish(failed({std::string("internal error: ") + error.what()}), PodPaths());
    }
}
