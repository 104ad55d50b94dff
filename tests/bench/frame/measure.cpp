// Wall and CPU time, memory, and figures beside goals.
#include "tests/bench/frame/measure.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tiphys::bench {
namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

double ms_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

/// Starts a program with both outputs on /dev/null; 0 where it cannot be started.
pid_t start(const std::vector<std::string>& command) {
    std::vector<char*> words;
    for (const std::string& word : command) {
        words.push_back(const_cast<char*>(word.c_str()));
    }
    words.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t pid = 0;
    const int failed = ::posix_spawnp(&pid, words[0], &actions, nullptr, words.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    return failed == 0 ? pid : 0;
}

void print_start(const std::string& what, double figure, const std::string& unit) {
    std::cout << std::left << std::setw(56) << what << std::right << std::setw(10) << std::fixed
              << std::setprecision(2) << figure << " " << std::left << std::setw(5) << unit;
}

} // namespace

std::optional<ProcessCost> run_process(const std::vector<std::string>& command) {
    const Clock::time_point begin = Clock::now();
    const pid_t pid = start(command);
    if (pid == 0) return std::nullopt;
    int status = 0;
    rusage usage{};
    if (::wait4(pid, &status, 0, &usage) != pid) return std::nullopt;
    ProcessCost cost;
    cost.wall_ms = ms_since(begin);
    cost.cpu_ms = ms_of(usage.ru_utime) + ms_of(usage.ru_stime);
    cost.peak_mib = static_cast<double>(usage.ru_maxrss) / 1024;
    cost.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    // posix_spawnp reports a program that is not there by this code.
    if (cost.exit_code == 127) return std::nullopt;
    return cost;
}

std::optional<ProcessCost> measure_process(const std::vector<std::string>& command, int rounds) {
    std::vector<ProcessCost> costs;
    for (int i = 0; i <= rounds; ++i) {
        const std::optional<ProcessCost> cost = run_process(command);
        if (!cost) return std::nullopt;
        if (i > 0) costs.push_back(*cost);
    }
    std::sort(costs.begin(), costs.end(),
              [](const ProcessCost& a, const ProcessCost& b) { return a.wall_ms < b.wall_ms; });
    return costs[costs.size() / 2];
}

double measure_call(const std::function<void()>& call, int rounds) {
    std::vector<double> times;
    for (int i = 0; i <= rounds; ++i) {
        const Clock::time_point begin = Clock::now();
        call();
        if (i > 0) times.push_back(ms_since(begin));
    }
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

void print_figure(const std::string& what, double figure, const std::string& unit,
                  const std::string& goal, bool is_met) {
    print_start(what, figure, unit);
    std::cout << "  goal " << goal << ": " << (is_met ? "ok" : "MISSED") << "\n";
}

void print_figure(const std::string& what, double figure, const std::string& unit) {
    print_start(what, figure, unit);
    std::cout << "\n";
}

std::string program_under_test(int argc, char** argv) {
    return argc > 1 ? argv[1] : "build/release/tiphys";
}

std::string shared_folder(const std::string& name) {
    const char* shared = std::getenv("TIPHYS_SHARED");
    const std::string path = std::string(shared != nullptr ? shared : "../shared") + "/" + name;
    if (std::filesystem::is_directory(path)) return path;
    std::cout << "skipped: there is no folder `" << path << "` (set TIPHYS_SHARED)\n";
    return {};
}

} // namespace tiphys::bench
