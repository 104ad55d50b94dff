#pragma once
// A container as runc and crun want it described, and what they leave behind.
// https://github.com/opencontainers/runtime-spec/blob/main/config.md

#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/backends/oci/image_user.h"

namespace tiphys::run {

struct Container {
    /// Unlike that of all others on this machine.
    std::string id;
    /// A folder of its own, for what runc must be told and what it says.
    std::string folder;
    /// The folder that becomes `/`, with all mounts but those of the system.
    std::string root;
    std::vector<std::string> argv;
    /// `NAME=value`
    std::vector<std::string> env;
    std::string working_dir;
    std::string hostname;
    ImageUser user;
    /// We are not root outside: what only root may do is left out.
    bool is_rootless = false;
};

/// runc, else crun, where one of the folders of `path` (`/a:/b`) has it, else the one that podman
/// uses. An Error says what to install.
[[nodiscard]] Result<std::string> find_container_tool(const std::string& path);

/// The description of the container, and nothing of it done yet.
[[nodiscard]] std::string container_as_json(const Container& container);

/// Writes the description. Returns the words that run the container, in the foreground.
[[nodiscard]] Result<std::vector<std::string>> prepare_container(const std::string& tool,
                                                                 const Container& container);

/// Why the container in `folder` could not be begun, in the words of Argo's executor; empty: it
/// was.
[[nodiscard]] std::string container_failure(const std::string& folder);

/// Removes what runc keeps of a container that was killed.
void remove_container(const std::string& tool, const std::string& folder, const std::string& id);

} // namespace tiphys::run
