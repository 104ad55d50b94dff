#pragma once
// Values that nodes receive and produce.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/plan/plan.h"

namespace tiphys::run {

/// An artifact with everything substituted.
struct Artifact {
    std::string name;
    std::string path;
    std::string global_name;
    ArtifactSource source = ArtifactSource::kNowhere;
    /// kStore: the key in the artifact store. kRaw: the content. kHttp: the URL. kGit: the
    /// repository.
    std::string location;
    /// JSON that says how to reach it: ArtifactSpec::access.
    std::string access;
    Archive archive = Archive::kDefault;
    std::optional<int> compression_level;
    std::optional<std::uint32_t> mode;
    bool recurse_mode = false;
    bool optional = false;
    std::string gc_strategy;
    /// Its file is gone, as `artifactGC` wants it.
    bool deleted = false;
};

/// What a node was called with, in the order of its template's inputs.
struct Inputs {
    std::vector<std::optional<std::string>> parameters;
    std::vector<Artifact> artifacts;
};

/// An output parameter; without value when its file was missing.
struct ParameterValue {
    std::string name;
    std::optional<std::string> value;
    std::string global_name;
};

/// What a node produced.
struct Outputs {
    std::optional<std::string> result;
    std::vector<ParameterValue> parameters;
    std::vector<Artifact> artifacts;
};

/// How a run ends early. Stop still runs exit handlers, terminate does not.
enum class Shutdown : std::uint8_t { kNone, kStop, kTerminate };

/// "Stop" or "Terminate", as messages of nodes have it.
[[nodiscard]] std::string_view shutdown_name(Shutdown shutdown);

} // namespace tiphys::run
