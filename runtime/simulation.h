#pragma once
// Runs in virtual time, and what they tell about a workflow.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/backends/simulated/simulated_backend.h"
#include "runtime/distribution.h"

namespace tiphys::run {

/// Carries the core's actions out until the run has ended and no task is left. Errors: the run
/// waits for something that never comes.
[[nodiscard]] Result<Done> simulate_to_end(State& state, SimulatedBackend& backend);

/// What simulated tasks do.
struct TaskModel {
    /// By name of the template; others take `duration`.
    std::map<std::string, Distribution, std::less<>> durations;
    Distribution duration;
    /// Before the first process of a pod runs: scheduling, pulling images.
    Distribution start_up;
    /// How likely a task fails; by name of the template, others `fail_rate`.
    std::map<std::string, double, std::less<>> fail_rates;
    double fail_rate = 0;
    /// Values of outputs, by `template` for its result and `template.parameter`.
    std::map<std::string, std::string, std::less<>> outputs;
    /// What conditions compare outputs with: one of them is drawn where `outputs` has nothing.
    std::map<std::string, std::vector<std::string>, std::less<>> choices;
    /// How many elements a list has that only a run would know.
    std::uint32_t n_items = 3;
    std::uint64_t seed = 0;
};

/// The templates' own annotations are taken for what `model` has no duration of. Errors: an
/// annotation that is no duration.
[[nodiscard]] Result<Done> add_declared_durations(const Plan& plan, TaskModel& model);

/// Lists for loops that run over outputs, and words for conditions that compare them, where `model`
/// has no value for them.
void add_missing_outputs(const Plan& plan, TaskModel& model);

/// How long each template's tasks took in a finished run: the JSON of a Workflow with its status,
/// or a mapping from templates to durations, in YAML or JSON.
[[nodiscard]] Result<Done> add_durations_of_file(const std::string& text, TaskModel& model);

/// `model` must live as long as the function. The same task does the same for the same seed,
/// whatever else happens.
[[nodiscard]] std::function<SimulatedTask(const TaskSpec&)> behaviour_of(const TaskModel& model);

} // namespace tiphys::run
