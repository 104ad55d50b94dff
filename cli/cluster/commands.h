#pragma once
// The commands that know nothing but clusters.

#include "cli/command.h"

namespace tiphys::cli {

void add_submit(CLI::App& app, Invocation& invocation);
void add_template(CLI::App& app, Invocation& invocation);
void add_cluster_template(CLI::App& app, Invocation& invocation);

} // namespace tiphys::cli
