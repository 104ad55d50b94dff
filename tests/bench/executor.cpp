// What the executor costs each pod: its size, its start, and the memory of its processes that wait.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "compiler/base/folder_for_test.h"
#include "tests/bench/frame/measure.h"

namespace {

using tiphys::FolderForTest;

double resident_mib(pid_t process) {
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    std::string word;
    while (status >> word) {
        double kib = 0;
        if (word == "VmRSS:" && status >> kib) return kib / 1024;
    }
    return 0;
}

/// The memory of a command a moment after its start; it is ended then.
double waiting_mib(std::vector<std::string> words, const std::filesystem::path& sign) {
    std::vector<char*> pointers;
    for (std::string& word : words) {
        pointers.push_back(word.data());
    }
    pointers.push_back(nullptr);
    pid_t process = 0;
    if (::posix_spawn(&process, words[0].c_str(), nullptr, nullptr, pointers.data(), environ) !=
        0) {
        return 0;
    }
    for (int i = 0; i < 100 && !std::filesystem::exists(sign); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    const double mib = resident_mib(process);
    ::kill(process, SIGKILL);
    ::waitpid(process, nullptr, 0);
    return mib;
}

} // namespace

int main(int argc, char** argv) {
    using namespace tiphys::bench;
    const std::string program =
        argc > 1
            ? argv[1]
            : std::filesystem::path(program_under_test(0, argv)).parent_path() / "tiphys-executor";
    std::error_code error;
    const auto bytes = std::filesystem::file_size(program, error);
    const auto cost = measure_process({program, "version"}, 50);
    if (error || !cost) {
        std::cerr << "cannot start `" << program << "`\n";
        return 2;
    }
    const double mib = static_cast<double>(bytes) / 1024 / 1024;
    print_figure("size of the executor", mib, "MiB", "< 10", mib < 10);
    print_figure("executor version", cost->wall_ms, "ms", "< 5", cost->wall_ms < 5);
    const FolderForTest root;
    root.write("var/run/argo/template", R"({"name": "t", "container": {}})");
    ::setenv("ARGO_DEADLINE", "0001-01-01T00:00:00Z", 1);
    ::setenv("ARGO_POD_NAME", "pod", 1);
    ::setenv("ARGO_CONTAINER_NAME", "user", 1);
    const double wait =
        waiting_mib({program, "wait", "--root", root.path(), "--server", "http://127.0.0.1:1"},
                    root.at("var/run/argo/ctr/main"));
    print_figure("memory of `wait`", wait, "MiB", "< 8", wait > 0 && wait < 8);
    const double emissary =
        waiting_mib({program, "emissary", "--root", root.path(), "--", "sleep", "3"},
                    root.at("var/run/argo/ctr/user"));
    print_figure("memory of `emissary`", emissary, "MiB", "< 8", emissary > 0 && emissary < 8);
    return 0;
}
