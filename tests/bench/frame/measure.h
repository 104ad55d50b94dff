#pragma once
// Measuring functions and whole processes, and printing what came out beside the goal.

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tiphys::bench {

/// What a process took, from its start to its end.
struct ProcessCost {
    double wall_ms = 0;
    /// User and system time of all its threads.
    double cpu_ms = 0;
    double peak_mib = 0;
    int exit_code = 0;
};

/// Runs a program, found on PATH, with its output thrown away. Nothing where it cannot be started.
[[nodiscard]] std::optional<ProcessCost> run_process(const std::vector<std::string>& command);

/// The run with the median wall time of `rounds` runs, after one that is not counted.
[[nodiscard]] std::optional<ProcessCost> measure_process(const std::vector<std::string>& command,
                                                         int rounds);

/// Median wall time in milliseconds of `rounds` calls, after one that is not counted.
[[nodiscard]] double measure_call(const std::function<void()>& call, int rounds);

/// One line: what, the figure, and the goal; `is_met` decides between "ok" and "MISSED".
void print_figure(const std::string& what, double figure, const std::string& unit,
                  const std::string& goal, bool is_met);
/// A figure without a goal of its own.
void print_figure(const std::string& what, double figure, const std::string& unit);

/// The program under test: the first argument, else `build/release/tiphys`.
[[nodiscard]] std::string program_under_test(int argc, char** argv);
/// A folder below TIPHYS_SHARED, or below ../shared; empty, and said so, where there is none.
[[nodiscard]] std::string shared_folder(const std::string& name);

} // namespace tiphys::bench
