#pragma once
// What `tiphys simulate` is asked for, and the model that it makes of that.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/plan/build.h"
#include "runtime/simulation.h"
#include "runtime/simulation_report.h"

namespace tiphys::cli {

/// As written on the command line.
struct SimulationOptions {
    std::vector<std::string> files;
    std::vector<std::string> parameters;
    std::string parameter_file;
    std::string entrypoint;
    std::string name;
    /// `30s` for all templates, `TEMPLATE=30s` for one.
    std::vector<std::string> durations;
    std::string duration_file;
    std::string start_up = "0s";
    std::vector<std::string> fail_rates;
    std::vector<std::string> results;
    std::uint32_t n_items = 3;
    std::string approve_after;
    std::int64_t parallelism = 0;
    std::size_t n_nodes = 0;
    std::size_t pods_per_node = 110;
    std::string cpu;
    std::string memory;
    std::string quota;
    std::string request;
    run::Prices prices;
    std::uint64_t seed = 1;
    std::uint32_t n_runs = 1;
    std::string gantt;
    std::string format = "text";
};

/// Errors name the option and what is wrong with its value.
[[nodiscard]] Result<run::RunRequest> simulated_request(const SimulationOptions& options,
                                                        const ir::Document& document);
[[nodiscard]] Result<run::TaskModel> task_model(const SimulationOptions& options,
                                                const run::Plan& plan);
[[nodiscard]] Result<run::ClusterSize> cluster_size(const SimulationOptions& options);

/// Puts `--request`, `--parallelism` and `--approve` into the plan.
[[nodiscard]] Result<Done> adapt_plan(const SimulationOptions& options, run::Plan& plan);

} // namespace tiphys::cli
