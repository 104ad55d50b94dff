#pragma once
// The template of a pod, as far as the executor acts on it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/executor/paths.h"
#include "runtime/plan/plan.h"

namespace tiphys::executor {

/// A container of a container set.
struct SetContainer {
    std::string name;
    std::vector<std::string> dependencies;
};

/// An output parameter that main leaves in a file.
struct ParameterOutput {
    /// Its place among the template's output parameters.
    std::size_t index = 0;
    std::string path;
    std::optional<std::string> default_value;
};

struct PodArtifact {
    std::string name;
    std::string path;
    bool optional = false;
    run::Archive archive = run::Archive::kDefault;
    /// Of gzip; nothing: its default.
    std::optional<int> compression_level;
    std::optional<std::uint32_t> mode;
    bool recurse_mode = false;
    /// The artifact as the template has it.
    std::string json;
};

struct PodTemplate {
    std::string name;
    std::vector<SetContainer> containers;
    std::vector<std::string> sidecars;
    /// Of a container set: how often a command that fails is started again, and the pause before.
    int n_retries = 0;
    std::int64_t retry_pause_ms = 0;
    /// Where the user's volumes are mounted in main.
    std::vector<std::string> mount_paths;
    std::optional<std::string> script;
    std::optional<std::string> manifest;
    /// Whether there is a command whose standard output can be the result.
    bool has_result = false;
    bool archives_logs = false;
    /// The location that artifacts without one are kept at; empty where none is configured.
    std::string archive_location;
    std::vector<PodArtifact> inputs;
    std::vector<ParameterOutput> parameters;
    std::vector<PodArtifact> outputs;
    /// The template's `outputs`: an object.
    std::string outputs_json = "{}";

    [[nodiscard]] std::vector<std::string> main_containers() const;
    /// Argo: FindOverlappingVolume.
    [[nodiscard]] bool is_on_volume(const std::string& path) const;
    /// Whether only main sees what lies at `path`. Argo: isBaseImagePath.
    [[nodiscard]] bool is_in_image(const std::string& path) const;
};

[[nodiscard]] Result<PodTemplate> parse_pod_template(std::string_view json);

/// The template's text: of the shared folder or, where it is not there yet, of the environment.
[[nodiscard]] Result<std::string> template_text(const PodPaths& paths);

/// The template's text from the environment or the file it was moved to because of its size; of the
/// shared folder where there is neither. Argo: Init in cmd/argoexec/executor/init.go.
[[nodiscard]] Result<std::string> given_template_text(const PodPaths& paths);

/// The path with `..` resolved, unless that leads out of the folder that stands before them. Argo:
/// Artifact.CleanPath.
[[nodiscard]] Result<std::string> cleaned_path(const PodArtifact& artifact);

} // namespace tiphys::executor
