#pragma once
// Commands that are the same for all kinds of objects: list, get, create, update, delete, lint.

#include <string>
#include <utility>
#include <vector>

#include "cli/cluster/cluster.h"
#include "cli/command.h"

namespace tiphys::cli {

/// What `list` and `get` show of an object besides its name and age.
struct ObjectWords {
    /// Columns of the list.
    std::vector<std::string> headers;
    std::vector<std::string> (*cells)(const std::string& object) = nullptr;
    /// Names and values of the page.
    std::vector<std::pair<std::string, std::string>> (*lines)(const std::string& object) = nullptr;
};

/// Adds the subcommands to `command`. `kind` and `words` live as long as the program.
void add_object_commands(CLI::App& command, Invocation& invocation, const ObjectKind& kind,
                         const ObjectWords& words);

/// Of WorkflowTemplates and ClusterWorkflowTemplates.
[[nodiscard]] const ObjectWords& template_words();
/// Of CronWorkflows.
[[nodiscard]] const ObjectWords& cron_words();

} // namespace tiphys::cli
