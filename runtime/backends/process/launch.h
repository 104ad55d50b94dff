#pragma once
// Starting one process, in a view of the file system of its own where wanted.

#include <string>
#include <sys/types.h>
#include <vector>

#include "compiler/base/result.h"

namespace tiphys::run {

/// Something that the new process does to its mounts before it becomes the command.
struct MountStep {
    enum class Kind : std::uint8_t {
        kTmpfs,
        kProcesses,  ///< /proc, of the own space of processes
        kOverlay,    ///< options: lowerdir=…,upperdir=…,workdir=…
        kBind,       ///< source → target, with the mounts below
        kReadOnly,   ///< target, with the mounts below
        kMakeFolder, ///< target, unless it is there
        kMakeFile,   ///< target, empty
        kMakeLink    ///< target → source
    };
    Kind kind = Kind::kBind;
    std::string source;
    std::string target;
    std::string options;
    /// Whether the process may go on when this fails.
    bool may_fail = false;
};

struct Launch {
    /// An absolute or relative path with a slash; it is not searched for.
    std::string executable;
    std::vector<std::string> argv;
    /// `NAME=value`
    std::vector<std::string> env;
    std::string working_dir;
    std::string stdout_path;
    std::string stderr_path;
    /// A mount namespace, and a user namespace as well for those who are not root.
    bool own_mounts = false;
    bool own_user = false;
    /// In a user namespace of its own the process is root; otherwise it stays who we are.
    bool is_root_inside = false;
    /// The process is the first of a space of its own: all others of it end when it ends.
    bool own_processes = false;
    std::vector<MountStep> mounts;
    /// The folder that becomes `/`; empty: as it is.
    std::string root;
};

struct Launched {
    /// Also the number of its process group; 0 when `exec_error` is set.
    pid_t pid = 0;
    int exec_error = 0;
};

/// An Error tells which preparation failed. The caller must reap the process, whose priority is
/// `nice`. Signals that the caller ignores stay ignored.
[[nodiscard]] Result<Launched> launch(const Launch& what, int nice);

/// Whether this machine lets us have namespaces; tries it.
[[nodiscard]] bool can_have_namespace(bool own_user);

} // namespace tiphys::run
