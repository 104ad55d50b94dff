// What the executor can be asked to do.

#include "runtime/executor/commands.h"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <optional>
#include <unistd.h>

#include "runtime/executor/delete_artifacts.h"
#include "runtime/executor/emissary.h"
#include "runtime/executor/load_inputs.h"
#include "runtime/executor/wait.h"
#include "runtime/io/files.h"

namespace tiphys::executor {
namespace {

constexpr const char* kUsage = R"(argoexec is the executor sidecar to workflow containers

usage: tiphys-executor COMMAND
  init                 bring the program, the script and input artifacts into the pod
  wait                 wait for main, store its outputs, report them
  emissary -- CMD...   run the user's command
  kill SIGNAL PID      send a signal to a process of this container
  artifact delete      delete what a workflow left in its stores
  version              print the version
)";

std::optional<int> number_of(const std::string& text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

void print(const std::string& text) {
    static_cast<void>(run::write_all(STDOUT_FILENO, text, "standard output"));
}

} // namespace

Exit kill_process(const std::vector<std::string>& words, const PodPaths& paths) {
    const auto signal = words.size() == 3 ? number_of(words[1]) : std::nullopt;
    const auto process = words.size() == 3 ? number_of(words[2]) : std::nullopt;
    if (!signal || !process) return failed({"usage: kill SIGNAL PID, both as numbers"});
    print("killing " + words[2] + " with " + ::strsignal(*signal) + "\n");
    const std::string container = variable("ARGO_CONTAINER_NAME");
    // The kernel keeps SIGKILL from the first process of a container; the emissary passes it on.
    if (*signal == SIGKILL && *process == 1 && !container.empty()) {
        const auto written =
            run::write_file(paths.of_container(container, "signal"), words[1], 0666);
        return written ? Exit{} : failed(written.error());
    }
    if (::kill(*process, *signal) != 0) return failed({std::strerror(errno)});
    return {};
}

Exit run_command(const CommandLine& line) {
    const PodPaths paths(line.root);
    const std::string command = line.words.empty() ? "" : line.words.front();
    if (command == "emissary") {
        std::vector<std::string> words(line.words.begin() + 1, line.words.end());
        words.insert(words.end(), line.rest.begin(), line.rest.end());
        return Emissary(paths, emissary_options()).run(std::move(words));
    }
    if (command == "init") return initialize(paths);
    if (command == "wait") return wait_for_task(paths, line.api);
    if (command == "artifact" && line.words.size() == 2 && line.words[1] == "delete") {
        return delete_artifacts(paths, line.api);
    }
    if (command == "kill") return kill_process(line.words, paths);
    if (command == "version") {
        print("argoexec: " TIPHYS_VERSION " (tiphys-executor)\n");
        return {};
    }
    if (command.empty() || command == "help") {
        print(kUsage);
        return {};
    }
    if (command == "resource" || command == "data" || command == "agent") {
        return failed({"this executor has no command `" + command +
                       "`; such templates need Argo's executor image"});
    }
    return failed({"unknown command \"" + command + "\" for \"argoexec\""});
}

} // namespace tiphys::executor
