#pragma once
// For tests: a workflow given as YAML, run in virtual time with tasks that do what a script says.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/source_map.h"
#include "compiler/ir/project.h"
#include "runtime/backends/simulated/simulated_backend.h"
#include "runtime/plan/build.h"
#include "runtime/runner.h"

namespace tiphys::run {

/// A finished run and everything that it points into.
class ScriptedRun {
public:
    using Behaviour = std::function<SimulatedTask(const TaskSpec&)>;

    /// Runs `yaml` under the name `wf` to its end.
    explicit ScriptedRun(std::string_view yaml, Behaviour behaviour = {});

    [[nodiscard]] const State& state() const { return *state_; }
    [[nodiscard]] const Plan& plan() const { return built_.plan; }
    [[nodiscard]] const std::vector<Unsupported>& unsupported() const {
        return built_.unsupported;
    }
    [[nodiscard]] const SimulatedBackend& backend() const { return *backend_; }

    /// The node of that name without the workflow's; kNoId where there is none.
    [[nodiscard]] NodeId find(std::string_view name) const;
    /// `Pod Succeeded`, followed by `: message` where there is one; "-" where there is no node.
    [[nodiscard]] std::string node(std::string_view name) const;
    /// Names of children, separated by blanks.
    [[nodiscard]] std::string children(std::string_view name) const;
    [[nodiscard]] std::string input(std::string_view name, std::size_t index) const;
    /// `Failed: message` of the run.
    [[nodiscard]] std::string outcome() const;
    /// One line for each node, in the order in which they were made.
    [[nodiscard]] std::string tree() const;

private:
    std::unique_ptr<SourceMap> sources_;
    std::unique_ptr<ir::Project> project_;
    BuiltPlan built_;
    std::unique_ptr<SimulatedBackend> backend_;
    std::unique_ptr<State> state_;
};

/// A report of success with a result.
[[nodiscard]] SimulatedTask succeed(std::string result = "");
/// A report of failure as the process backend words it.
[[nodiscard]] SimulatedTask fail_with(int exit_code);

} // namespace tiphys::run
