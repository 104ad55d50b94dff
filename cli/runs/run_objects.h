#pragma once
// Runs as Workflow objects, in JSON and YAML.

#include <string>
#include <vector>

#include "cli/runs/stored_run.h"

namespace tiphys::cli {

/// JSON is YAML: it is read like a manifest, and written in the usual style.
[[nodiscard]] std::string json_as_yaml(const std::string& json);

/// The object of a run, as it is now.
[[nodiscard]] std::string object_text(const LoadedRun& loaded, const run::State& state,
                                      bool as_yaml);

/// A list of the objects of all these runs. Returns an exit code. `journal` may be null where there
/// are no runs.
[[nodiscard]] int write_objects(run::Journal* journal, const std::vector<run::RunRecord>& runs,
                                bool as_yaml, Streams& streams);

} // namespace tiphys::cli
