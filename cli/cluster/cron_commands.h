#pragma once
// `cron list`, `get`, `create`, `update`, `delete`, `lint`, `suspend` and `resume` on a cluster.

#include "cli/command.h"

namespace tiphys::cli {

void add_cron_commands(CLI::App& cron, Invocation& invocation);

} // namespace tiphys::cli
