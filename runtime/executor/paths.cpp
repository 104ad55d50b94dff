// Where things lie in a pod.

#include "runtime/executor/paths.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/stat.h>

#include "runtime/io/descriptor.h"
#include "runtime/io/files.h"

namespace tiphys::executor {

std::string PodPaths::shared(const std::string& path) const {
    return root_ + "/var/run/argo" + path;
}

std::string PodPaths::container_folder(const std::string& name) const {
    return shared("/ctr/" + name);
}

std::string PodPaths::of_container(const std::string& name, const std::string& file) const {
    return container_folder(name) + "/" + file;
}

Result<Done> PodPaths::make_container_folder(const std::string& name) const {
    const std::string folder = container_folder(name);
    TIPHYS_TRY(made, run::make_folders(folder));
    // It belongs to whoever came first; the others may change nothing and need not.
    static_cast<void>(::chmod(folder.c_str(), 0777));
    return made;
}

std::string PodPaths::offloaded(const std::string& name) const {
    return root_ + "/argo/config/" + name;
}

std::string PodPaths::parameter(const std::string& path) const {
    return shared("/outputs/parameters" + run::clean_path(path));
}

std::string PodPaths::artifact(const std::string& path) const {
    return shared("/outputs/artifacts" + run::clean_path(path)) + ".tgz";
}

std::string PodPaths::mirrored(const std::string& path) const {
    return root_ + "/mainctrfs" + run::clean_path(path);
}

std::string PodPaths::input(const std::string& artifact) const {
    return root_ + "/argo/inputs/artifacts/" + artifact;
}

std::string PodPaths::secret(const std::string& name, const std::string& key) const {
    return root_ + "/argo/secret/" + name + "/" + key;
}

std::string PodPaths::service_account(const std::string& file) const {
    return root_ + "/var/run/secrets/kubernetes.io/serviceaccount/" + file;
}

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

Error open_error(const std::string& path) {
    std::string reason = std::strerror(errno);
    if (!reason.empty() && reason[0] >= 'A' && reason[0] <= 'Z') {
        reason[0] = static_cast<char>(reason[0] - 'A' + 'a');
    }
    return {"open " + path + ": " + reason};
}

Result<std::string> read_needed(const std::string& path) {
    {
        const run::Descriptor file(path, O_RDONLY);
        if (file.number() < 0) return open_error(path);
    }
    return run::read_file(path);
}

} // namespace tiphys::executor
