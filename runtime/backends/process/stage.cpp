// What a task finds when it starts: artifacts, volumes, its script, its environment.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/backends/process/find_command.h"
#include "runtime/backends/process/process_backend.h"
#include "runtime/io/files.h"

namespace tiphys::run {
namespace {

constexpr std::string_view kScriptPath = "/argo/staging/script";

/// Of our own environment, what a task may need to find its tools.
constexpr std::string_view kInherited[] = {
    "PATH", "HOME",       "USER",        "LOGNAME",  "LANG",       "LC_ALL",      "LC_CTYPE",
    "TZ",   "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"};

std::string file_of(const std::string& folder, std::string_view kind, std::size_t number) {
    return folder + "/" + std::string(kind) + std::to_string(number);
}

/// The time of an empty folder's last change, which any change of it makes another one.
constexpr timespec kUntouched{1, 0};

void mark_untouched(const std::string& folder) {
    const timespec times[] = {kUntouched, kUntouched};
    ::utimensat(AT_FDCWD, folder.c_str(), times, AT_SYMLINK_NOFOLLOW);
}

/// Whether there is nothing but `work` in the folder, nothing in that, and nobody has closed it.
bool holds_empty_work(const std::string& folder) {
    const std::string work = folder + "/work";
    struct stat above {};
    struct stat inside {};
    if (::lstat(folder.c_str(), &above) != 0 || ::lstat(work.c_str(), &inside) != 0) return false;
    const auto is_untouched = [](const struct stat& info) {
        return info.st_mtim.tv_sec == kUntouched.tv_sec && info.st_mtim.tv_nsec == 0;
    };
    return is_untouched(above) && is_untouched(inside) && above.st_mode == inside.st_mode &&
           above.st_uid == inside.st_uid;
}

/// Whether nothing was written, and nobody can write any more: a lease to read is granted only
/// where no process has the file open for writing.
bool is_empty_for_good(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) return false;
    struct stat info {};
    const bool is_empty = ::fstat(file, &info) == 0 && S_ISREG(info.st_mode) && info.st_size == 0 &&
                          ::fcntl(file, F_SETLEASE, F_RDLCK) == 0;
    ::close(file);
    return is_empty;
}

/// The variables of the image, and the PATH of those that name none.
template <class Add>
void add_image_variables(const Image& image, const Add& add) {
    bool has_path = false;
    for (const std::string& variable : image.env) {
        const std::size_t equals = std::min(variable.find('='), variable.size());
        const std::string name = variable.substr(0, equals);
        has_path = has_path || name == "PATH";
        add(name, equals < variable.size() ? variable.substr(equals + 1) : "");
    }
    if (!has_path) add("PATH", std::string(kDefaultPath));
}

/// What `hostPath.type` asks for. Kubernetes: pkg/volume/hostpath/host_path.go.
struct HostPathType {
    std::string_view name;
    mode_t kind;
    const char* words;
};
constexpr HostPathType kHostPathTypes[] = {
    {"DirectoryOrCreate", S_IFDIR, "a directory"}, {"Directory", S_IFDIR, "a directory"},
    {"FileOrCreate", S_IFREG, "a file"},           {"File", S_IFREG, "a file"},
    {"Socket", S_IFSOCK, "a socket file"},         {"CharDevice", S_IFCHR, "a character device"},
    {"BlockDevice", S_IFBLK, "a block device"}};

Result<Done> check_host_path(const std::string& path, std::string_view type) {
    if (!path.starts_with('/')) return Error{"`" + path + "` does not begin with `/`"};
    struct stat info {};
    const bool exists = ::stat(path.c_str(), &info) == 0;
    // Without a type, container runtimes make the folder.
    if (!exists && (type.empty() || type == "DirectoryOrCreate")) return make_folders(path);
    if (!exists && type == "FileOrCreate") return write_file(path, "");
    if (type.empty()) return Done{};
    for (const HostPathType& known : kHostPathTypes) {
        if (known.name != type) continue;
        if (exists && (info.st_mode & S_IFMT) == known.kind) return Done{};
        return Error{"hostPath type check failed: " + path + " is not " + known.words};
    }
    return Error{"hostPath has no type `" + std::string(type) + "`"};
}

} // namespace

/// Without isolation the folder holds `work`, in which the task begins. One that an ended task has
/// left as it was is moved here: making and removing folders is what a short task costs most.
Result<Done> ProcessBackend::make_task_folder(const Task& task) {
    const bool in_place = options_.isolation == Isolation::kNone;
    if (in_place && !spare_folders_.empty()) {
        const std::string spare = std::move(spare_folders_.back());
        spare_folders_.pop_back();
        if (::rename(spare.c_str(), task.folder.c_str()) == 0) return Done{};
    }
    // What was laid out for a task that never began is no use.
    if (!task.adopted) remove_tree(task.folder);
    if (!in_place) return make_folders(task.folder);
    const std::string work = task.folder + "/work";
    TIPHYS_TRY(made, make_folders(work));
    mark_untouched(work);
    mark_untouched(task.folder);
    return made;
}

/// Removes the folder of an ended task, or keeps it for another one.
void ProcessBackend::leave_task_folder(const std::string& folder) {
    if (options_.isolation == Isolation::kNone && holds_empty_work(folder)) {
        spare_folders_.push_back(folder);
    } else {
        remove_tree(folder);
    }
}

/// An empty log goes to the next process: some file systems look long for the place of a new file
/// where many were removed a moment ago.
void ProcessBackend::leave_log(const std::string& path) {
    constexpr std::size_t kMostSpareLogs = 1024;
    if (spare_logs_.size() < kMostSpareLogs && is_empty_for_good(path)) spare_logs_.push_back(path);
}

void ProcessBackend::place_log(const std::string& path) {
    if (spare_logs_.empty()) return;
    // A process that is begun once more goes on with its log. Where this fails, a new one is made.
    const std::string spare = std::move(spare_logs_.back());
    spare_logs_.pop_back();
    static_cast<void>(
        ::renameat2(AT_FDCWD, spare.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0);
}

Result<Done> ProcessBackend::stage_volumes(Task& task, std::vector<Mapping>& volumes) {
    for (const TaskVolume& volume : task.spec->volumes) {
        if (!volume.host_path.empty()) {
            volumes.push_back({volume.name, volume.host_path, true, false});
            if (task.adopted) continue;
            const auto checked = check_host_path(volume.host_path, volume.host_type);
            if (checked) continue;
            return Error{"MountVolume.SetUp failed for volume \"" + volume.name +
                         "\" : " + checked.error().message};
        }
        const std::string place =
            (volume.shared ? options_.run_folder + "/volumes/" : task.folder + "/volumes/") +
            volume.name;
        TIPHYS_TRY(made, make_folders(place));
        static_cast<void>(made);
        volumes.push_back({volume.name, place, true, false});
        if (task.adopted) continue;
        for (const TaskVolume::File& wanted : volume.files) {
            const std::string file = place + clean_path("/" + wanted.path);
            TIPHYS_TRY(above, make_folders_above(file));
            static_cast<void>(above);
            TIPHYS_TRY(written, write_file(file, wanted.content, wanted.mode));
            static_cast<void>(written);
        }
    }
    return Done{};
}

Result<Done> ProcessBackend::make_view(Task& task, std::size_t index,
                                       const std::vector<Mapping>& shared,
                                       const std::vector<Mapping>& volumes) {
    const ProcessSpec& spec = task.spec->processes[index];
    const std::string own = file_of(task.folder, "p", index);
    const std::string upper = own + "/upper";
    // Without isolation what a template declares makes it.
    if (options_.isolation != Isolation::kNone) {
        TIPHYS_TRY(made, make_folders(upper));
        static_cast<void>(made);
    }
    Process& process = task.processes[index];
    process.view = std::make_unique<View>(options_.isolation, machine_, upper, own);
    if (options_.isolation == Isolation::kImage) {
        TIPHYS_TRY(image, images_.find(spec.image));
        process.image = image;
        process.view->stand_on(image->root);
    }
    for (const ProcessSpec::Mount& mount : spec.mounts) {
        for (const Mapping& volume : volumes) {
            if (volume.path != mount.volume) continue;
            std::string place = volume.host;
            if (!mount.sub_path.empty()) {
                place += clean_path("/" + mount.sub_path);
                if (!path_exists(place)) {
                    TIPHYS_TRY(sub_made, make_folders(place));
                    static_cast<void>(sub_made);
                }
            }
            process.view->map({mount.path, place, is_directory(place), mount.read_only});
        }
    }
    // Artifacts within a volume are put there; Argo does it in the same way.
    for (const Mapping& artifact : shared) {
        if (!process.view->is_mapped(artifact.path)) {
            process.view->map(artifact);
            continue;
        }
        if (task.adopted) continue;
        const std::string place = process.view->host_path(artifact.path);
        TIPHYS_TRY(above, make_folders_above(place));
        static_cast<void>(above);
        TIPHYS_TRY(copied, copy_tree(artifact.host, place));
        static_cast<void>(copied);
    }
    for (const ParameterFile& file : task.spec->parameter_files) {
        process.view->declare(file.path);
    }
    for (const Artifact& artifact : task.spec->output_artifacts) {
        process.view->declare(artifact.path);
    }
    const std::string log = options_.run_folder + "/logs/" + task.spec->node_id +
                            (spec.name == "main" ? "" : "." + spec.name);
    process.stdout_path = log + ".out";
    process.stderr_path = log + ".err";
    return Done{};
}

/// Prepares everything that all processes of the task share, and their views.
Result<Done> ProcessBackend::stage(Task& task, const std::vector<Mapping>& inputs) {
    std::vector<Mapping> volumes;
    TIPHYS_TRY(volumes_made, stage_volumes(task, volumes));
    static_cast<void>(volumes_made);
    task.processes.resize(task.spec->processes.size());
    for (std::size_t i = 0; i < task.processes.size(); ++i) {
        std::vector<Mapping> own = inputs;
        if (task.spec->script) {
            own.push_back({std::string(kScriptPath), task.folder + "/script", false, false});
        }
        TIPHYS_TRY(view_made, make_view(task, i, own, volumes));
        static_cast<void>(view_made);
    }
    if (!task.spec->script || task.adopted) return Done{};
    return write_file(task.folder + "/script", task.processes[0].view->adapt(*task.spec->script),
                      0755);
}

std::vector<std::string> ProcessBackend::environment(const Task& task, std::size_t index) const {
    const ProcessSpec& process = task.spec->processes[index];
    std::vector<std::string> variables;
    const auto is_given = [&](std::string_view name) {
        for (const auto& [given, value] : process.env) {
            if (given == name) return true;
        }
        return false;
    };
    const auto add = [&](std::string_view name, const std::string& value) {
        if (!is_given(name)) variables.push_back(std::string(name) + "=" + value);
    };
    const Image* image = task.processes[index].image;
    for (const std::string_view name : kInherited) {
        const char* value = std::getenv(std::string(name).c_str());
        if (value != nullptr && image == nullptr) add(name, value);
    }
    if (image != nullptr) add_image_variables(*image, add);
    if (options_.isolation == Isolation::kNone) add("TMPDIR", task.folder + "/work");
    add("ARGO_CONTAINER_NAME", process.name);
    add("ARGO_NODE_ID", task.spec->node_id);
    for (std::size_t i = 0; i < process.env.size(); ++i) {
        const auto& variable = process.env[i];
        const bool overridden =
            std::any_of(process.env.begin() + static_cast<std::ptrdiff_t>(i) + 1, process.env.end(),
                        [&](const auto& later) { return later.first == variable.first; });
        if (overridden) continue;
        variables.push_back(variable.first + "=" +
                            task.processes[index].view->adapt(variable.second));
    }
    return variables;
}

} // namespace tiphys::run
