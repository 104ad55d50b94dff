#pragma once
// Where things lie in a pod. Argo: workflow/common/common.go.

#include <string>

#include "compiler/base/result.h"

namespace tiphys::executor {

/// All paths below `root`, which is empty in a pod and a folder in tests.
class PodPaths {
public:
    explicit PodPaths(std::string root = "") : root_(std::move(root)) {}

    /// A path of the container itself.
    [[nodiscard]] std::string own(const std::string& path) const { return root_ + path; }
    /// In the folder that all containers of the pod share.
    [[nodiscard]] std::string shared(const std::string& path) const;
    /// `file` of a container: `exitcode`, `signal`, `stdout`, `combined`, `before`, `after`.
    [[nodiscard]] std::string of_container(const std::string& name, const std::string& file) const;
    [[nodiscard]] std::string container_folder(const std::string& name) const;
    /// Makes it, for all users: containers that are not yet there write to it as well.
    [[nodiscard]] Result<Done> make_container_folder(const std::string& name) const;
    /// Where the program lies in its image and, for users' containers, in the shared folder.
    [[nodiscard]] std::string program() const { return shared("/argoexec"); }
    [[nodiscard]] std::string template_file() const { return shared("/template"); }
    [[nodiscard]] std::string offloaded(const std::string& name) const;
    /// What main left at `path`.
    [[nodiscard]] std::string parameter(const std::string& path) const;
    [[nodiscard]] std::string artifact(const std::string& path) const;
    /// `path` of main, seen from the other containers through mirrored volumes.
    [[nodiscard]] std::string mirrored(const std::string& path) const;
    [[nodiscard]] std::string input(const std::string& artifact) const;
    [[nodiscard]] std::string script() const { return own("/argo/staging/script"); }
    [[nodiscard]] std::string manifest() const { return own("/tmp/manifest.yaml"); }
    [[nodiscard]] std::string secret(const std::string& name, const std::string& key) const;
    [[nodiscard]] std::string service_account(const std::string& file) const;
    /// For files on their way to a store.
    [[nodiscard]] std::string staging() const { return own("/tmp/argo/outputs"); }
    /// What Kubernetes shows as the message of the ended container.
    [[nodiscard]] std::string termination_log() const { return own("/dev/termination-log"); }

private:
    std::string root_;
};

/// The value of a variable of the environment; empty where it is not set.
[[nodiscard]] std::string variable(const char* name);

/// `open PATH: no such file or directory`, for the current errno: Go's words, which users find in
/// the messages of their nodes.
[[nodiscard]] Error open_error(const std::string& path);

/// Of a file that must exist; its error is that of open_error.
[[nodiscard]] Result<std::string> read_needed(const std::string& path);

} // namespace tiphys::executor
