#pragma once
// Workflow objects on their way to a cluster. Argo: ApplySubmitOpts in workflow/util/util.go,
// workflow/common/convert.go.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/cluster/again.h"
#include "compiler/base/result.h"

namespace CLI {
class App;
}

namespace tiphys::cli {

/// What a command line says besides the object.
struct Overrides {
    std::string name;
    std::string generate_name;
    std::string entrypoint;
    std::string service_account;
    /// `a=b,c=d`.
    std::string labels;
    ParameterValues parameters;
    std::optional<std::int64_t> priority;
    /// RFC 3339; empty: none.
    std::string scheduled_time;
};

/// Overrides as they are written.
struct OverrideOptions {
    Overrides overrides;
    /// `name=value` each, and a file of them.
    std::vector<std::string> parameters;
    std::string parameter_file;
};
/// Adds `-p`, `-f`, `--entrypoint`, `--serviceaccount`, `--name` and `--generate-name`.
void add_override_options(CLI::App& command, OverrideOptions& options);
/// Errors: a parameter is none, or the file cannot be read.
[[nodiscard]] Result<Overrides> read_overrides(const OverrideOptions& options);

/// Errors: the labels are none.
[[nodiscard]] Result<std::string> with_overrides(std::string_view workflow,
                                                 const Overrides& overrides);

/// A CronWorkflow with them in its workflows, and with another schedule; empty: its own. Argo:
/// cmd/argo/commands/cron/create.go.
[[nodiscard]] Result<std::string> with_cron_overrides(std::string_view cron_workflow,
                                                      const Overrides& overrides,
                                                      const std::string& schedule);

/// A workflow that runs a WorkflowTemplate or ClusterWorkflowTemplate.
[[nodiscard]] std::string workflow_of_template(const std::string& name, bool is_of_cluster);

/// The workflow that a CronWorkflow would start now.
[[nodiscard]] std::string workflow_of_cron(std::string_view cron_workflow, std::int64_t now_ms);

} // namespace tiphys::cli
