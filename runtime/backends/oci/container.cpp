// config.json of bundles, and the log of runc.

#include "runtime/backends/oci/container.h"

#include <sstream>
#include <string_view>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "runtime/io/files.h"
#include "runtime/io/json_fields.h"
#include "runtime/io/run_program.h"

namespace tiphys::run {
namespace {

using Json = nlohmann::json;

/// What docker and containerd grant by default.
constexpr std::string_view kCapabilities[] = {
    "CAP_AUDIT_WRITE", "CAP_CHOWN",   "CAP_DAC_OVERRIDE", "CAP_FOWNER",           "CAP_FSETID",
    "CAP_KILL",        "CAP_MKNOD",   "CAP_NET_RAW",      "CAP_NET_BIND_SERVICE", "CAP_SETFCAP",
    "CAP_SETGID",      "CAP_SETPCAP", "CAP_SETUID",       "CAP_SYS_CHROOT"};

Json mount_of(const char* target, const char* type, const char* source,
              std::vector<std::string> options) {
    return {{"destination", target},
            {"type", type},
            {"source", source},
            {"options", std::move(options)}};
}

Json system_mounts(bool is_rootless) {
    std::vector<std::string> terminals = {"nosuid", "noexec", "newinstance", "ptmxmode=0666",
                                          "mode=0620"};
    // The group `tty`; in a user namespace it has no number.
    if (!is_rootless) terminals.emplace_back("gid=5");
    Json mounts = Json::array(
        {mount_of("/proc", "proc", "proc", {"nosuid", "noexec", "nodev"}),
         mount_of("/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}),
         mount_of("/dev/pts", "devpts", "devpts", std::move(terminals)),
         mount_of("/dev/shm", "tmpfs", "shm",
                  {"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}),
         mount_of("/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"})});
    if (is_rootless) {
        mounts.push_back(mount_of("/sys", "none", "/sys", {"rbind", "nosuid", "noexec", "nodev"}));
    } else {
        mounts.push_back(mount_of("/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"}));
    }
    return mounts;
}

/// Where the program is; empty: in none of the folders.
std::string find_in_path(const std::string& path, const std::string& name) {
    std::istringstream folders(path);
    for (std::string folder; std::getline(folders, folder, ':');) {
        std::string program = folder + "/" + name;
        if (!folder.empty() && ::access(program.c_str(), X_OK) == 0) return program;
    }
    return "";
}

/// The runtime that podman would use: some distributions keep it where no PATH leads.
std::string runtime_of_podman(const std::string& path) {
    const std::string podman = find_in_path(path, "podman");
    if (podman.empty()) return "";
    const auto ended = run_program({{podman, "info", "--format", "{{.Host.OCIRuntime.Path}}"}, {}});
    if (!ended || ended->exit_code != 0) return "";
    std::string tool = ended->stdout_text;
    while (tool.ends_with('\n')) {
        tool.pop_back();
    }
    return ::access(tool.c_str(), X_OK) == 0 ? tool : "";
}

std::vector<std::string> tool_words(const std::string& tool, const std::string& folder) {
    return {tool, "--root", folder + "/state", "--log", folder + "/log", "--log-format", "json"};
}

} // namespace

Result<std::string> find_container_tool(const std::string& path) {
    for (const char* name : {"runc", "crun"}) {
        if (!find_in_path(path, name).empty()) return std::string(name);
    }
    if (std::string tool = runtime_of_podman(path); !tool.empty()) return tool;
    return Error{"containers are run by `runc` or `crun`, and neither is installed; install one "
                 "(Debian: `apt install runc`), or leave `--backend oci` out"};
}

std::string container_as_json(const Container& container) {
    std::vector<std::string> capabilities(std::begin(kCapabilities), std::end(kCapabilities));
    Json config;
    config["ociVersion"] = "1.0.2";
    config["hostname"] = container.hostname;
    config["root"] = {{"path", container.root}, {"readonly", false}};
    config["mounts"] = system_mounts(container.is_rootless);
    config["process"] = {
        {"terminal", false},
        {"user", {{"uid", container.user.user}, {"gid", container.user.group}}},
        {"args", container.argv},
        {"env", container.env},
        {"cwd", container.working_dir.empty() ? "/" : container.working_dir},
        {"noNewPrivileges", false},
        {"oomScoreAdj", 0},
    };
    Json& granted = config["process"]["capabilities"];
    const bool is_root = container.user.user == 0;
    for (const char* set : {"bounding", "permitted", "effective"}) {
        granted[set] = is_root || std::string_view(set) == "bounding" ? capabilities
                                                                      : std::vector<std::string>();
    }
    if (container.is_rootless) config["process"].erase("oomScoreAdj");
    // Processes are numbered as where runc runs: it is the first of a space of its own, so that
    // they all end with it. The network is the machine's.
    config["linux"] = {
        {"namespaces", Json::array({{{"type", "mount"}}, {{"type", "ipc"}}, {{"type", "uts"}}})},
        {"maskedPaths",
         {"/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
          "/proc/sched_debug", "/sys/firmware", "/proc/scsi"}},
        {"readonlyPaths",
         {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"}}};
    return config.dump(1, ' ', false, Json::error_handler_t::replace);
}

Result<std::vector<std::string>> prepare_container(const std::string& tool,
                                                   const Container& container) {
    TIPHYS_TRY(made, make_folders(container.folder + "/state"));
    static_cast<void>(made);
    TIPHYS_TRY(written,
               write_file(container.folder + "/config.json", container_as_json(container)));
    static_cast<void>(written);
    std::vector<std::string> words = tool_words(tool, container.folder);
    // Without the right to make control groups it goes on without.
    if (tool.ends_with("runc")) words.insert(words.end(), {"--rootless", "true"});
    words.insert(words.end(), {"run", "--bundle", container.folder, container.id});
    return words;
}

std::string container_failure(const std::string& folder) {
    const auto text = read_file(folder + "/log");
    if (!text) return "";
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
        const Json entry = Json::parse(line, nullptr, false);
        if (text_of(entry, "level") != "error") continue;
        const std::string message = text_of(entry, "msg");
        const std::size_t exec = message.find("exec: \"");
        if (exec != message.npos) return "failed to find name in PATH: " + message.substr(exec);
        return "failed to start the container: " + message;
    }
    return "";
}

void remove_container(const std::string& tool, const std::string& folder, const std::string& id) {
    if (!path_exists(folder + "/state/" + id)) return;
    std::vector<std::string> words = tool_words(tool, folder);
    // Without force: the numbers of its processes are not those that they have here.
    words.insert(words.end(), {"delete", id});
    // What cannot be removed is an empty control group.
    static_cast<void>(run_program({words, {}}));
}

} // namespace tiphys::run
