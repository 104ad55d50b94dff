// Processes in containers: what runs them, and what is left of them.

#include <unistd.h>

#include "runtime/backends/oci/container.h"
#include "runtime/backends/process/find_command.h"
#include "runtime/backends/process/process_backend.h"
#include "runtime/io/files.h"

namespace tiphys::run {

/// The command and its arguments. Those of an image stand in for what the template leaves out, as
/// Kubernetes has it: a command of the template puts both of the image's aside.
std::vector<std::string> ProcessBackend::words_of(const Task& task, std::size_t index) const {
    const ProcessSpec& spec = task.spec->processes[index];
    const Image* image = task.processes[index].image;
    std::vector<std::string> words = spec.command;
    std::vector<std::string> args = spec.args;
    if (image != nullptr && words.empty()) {
        words = image->entrypoint;
        if (args.empty() && !task.spec->script) args = image->command;
    }
    words.insert(words.end(), args.begin(), args.end());
    if (task.spec->script) words.emplace_back("/argo/staging/script");
    return words;
}

std::string ProcessBackend::container_folder(const ProcessKey& key) const {
    return scratch_ + "/" + std::to_string(key.node) + "/c" + std::to_string(key.index) + "." +
           std::to_string(key.attempt);
}

/// Unlike those of runs of the same name in other state folders: two keepers have two numbers.
std::string ProcessBackend::container_id(const ProcessKey& key) const {
    return tasks_.at(key.node).spec->node_id + "." + std::to_string(keeper_->pid()) + "." +
           std::to_string(key.index) + "." + std::to_string(key.attempt);
}

/// Puts what would run on the machine into a container: `what` runs the tool that makes it.
Result<Done> ProcessBackend::enclose(const Task& task, std::size_t index, Launch& what) const {
    const ProcessKey key = key_of(task, index);
    const ProcessSpec& spec = task.spec->processes[index];
    const Image& image = *task.processes[index].image;
    if (what.argv.empty()) {
        return Error{"no command: neither the template nor image `" + spec.image + "` has one"};
    }
    Container container;
    container.id = container_id(key);
    container.folder = container_folder(key);
    container.root = what.root;
    container.argv = std::move(what.argv);
    container.env = std::move(what.env);
    container.working_dir = spec.working_dir.empty() ? image.working_dir : spec.working_dir;
    container.hostname = task.spec->pod_name.substr(0, 63);
    std::string wanted = spec.run_as.empty() ? image.user : spec.run_as;
    // A group alone is that of the image's user.
    if (wanted.starts_with(':')) {
        const std::string own = image.user.substr(0, image.user.find(':'));
        wanted = (own.empty() ? "0" : own) + wanted;
    }
    TIPHYS_TRY(user, read_image_user(wanted, image.root));
    container.user = user;
    container.is_rootless = what.own_user;
    if (container.is_rootless && (user.user != 0 || user.group != 0)) {
        return Error{"image `" + spec.image + "` runs as user `" + wanted +
                     "`, which only root can grant"};
    }
    TIPHYS_TRY(words, prepare_container(options_.container_tool, container));
    what.argv = std::move(words);
    what.env = {"PATH=" + std::string(kDefaultPath)};
    what.working_dir = container.folder;
    // The tool goes there itself.
    what.root.clear();
    return Done{};
}

/// The container has ended. Returns why it could not be begun, or an empty text.
std::string ProcessBackend::leave_container(const ProcessKey& key) const {
    const std::string folder = container_folder(key);
    remove_container(options_.container_tool, folder, container_id(key));
    return container_failure(folder);
}

} // namespace tiphys::run
