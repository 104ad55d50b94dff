// tiphys template: WorkflowTemplates of a cluster.
#include <CLI/CLI.hpp>

#include "cli/cluster/commands.h"
#include "cli/cluster/object_commands.h"

namespace tiphys::cli {

void add_template(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand("template", "WorkflowTemplates of a cluster");
    command->require_subcommand(1);
    add_object_commands(*command, invocation, kTemplates, template_words());
    command->footer("Example: tiphys template list -o name");
}

} // namespace tiphys::cli
