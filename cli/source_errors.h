#pragma once
// What keeps commands from going on: manifests that do not say what their writer believes.

#include "cli/read_sources.h"
#include "compiler/base/diagnostics.h"

namespace tiphys::cli {

/// Prints them to standard error, in their order.
void write_diagnostics(std::vector<Diagnostic> found, const Sources& sources, Streams& streams);

/// Prints the errors of syntax, schema and language to standard error. Whether there were any.
bool report_errors(const Sources& sources, Streams& streams);

/// The objects that were read, in the order of the files.
[[nodiscard]] std::vector<const ir::Document*> all_documents(const ir::Project& project);

} // namespace tiphys::cli
