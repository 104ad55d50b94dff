// The way from the decision to run a command to its first instruction. Between clone and exec the
// child shares our memory while we wait, as with vfork: it must not allocate, and everything it
// needs is laid out before.

#include "runtime/backends/process/launch.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tiphys::run {
namespace {

constexpr std::size_t kStackBytes = 256 * 1024;

struct ChildPlan {
    const Launch* launch = nullptr;
    int nice = 0;
    std::vector<char*> argv;
    std::vector<char*> env;
    std::string uid_map;
    std::string gid_map;
    /// Written by the child.
    const char* failed_step = nullptr;
    const char* failed_path = "";
    int error = 0;
    int exec_error = 0;
};

char* as_argument(const std::string& text) {
    return const_cast<char*>(text.c_str());
}

int fail(ChildPlan& plan, const char* step, const std::string& path) {
    plan.error = errno;
    plan.failed_step = step;
    plan.failed_path = path.c_str();
    return 127;
}

bool write_text(const char* path, const char* text, std::size_t size) {
    const int file = ::open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return false;
    const bool good = ::write(file, text, size) == static_cast<ssize_t>(size);
    ::close(file);
    return good;
}

/// The caller has one number inside; others are nobody.
bool map_user(const ChildPlan& plan) {
    return write_text("/proc/self/setgroups", "deny", 4) &&
           write_text("/proc/self/uid_map", plan.uid_map.c_str(), plan.uid_map.size()) &&
           write_text("/proc/self/gid_map", plan.gid_map.c_str(), plan.gid_map.size());
}

bool make_read_only(const char* target) {
    struct {
        std::uint64_t attr_set = 1; // MOUNT_ATTR_RDONLY
        std::uint64_t attr_clr = 0;
        std::uint64_t propagation = 0;
        std::uint64_t userns_fd = 0;
    } attributes;
    constexpr long kMountSetattr = 442;
    constexpr unsigned kRecursive = 0x8000;
    return ::syscall(kMountSetattr, -1, target, kRecursive, &attributes, sizeof attributes) == 0;
}

bool run_step(const MountStep& step) {
    const char* source = step.source.c_str();
    const char* target = step.target.c_str();
    switch (step.kind) {
    case MountStep::Kind::kTmpfs:
        return ::mount("tmpfs", target, "tmpfs", 0, "mode=0755") == 0;
    case MountStep::Kind::kProcesses:
        return ::mount("proc", target, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) == 0;
    case MountStep::Kind::kOverlay:
        return ::mount("overlay", target, "overlay", 0, step.options.c_str()) == 0;
    case MountStep::Kind::kBind:
        return ::mount(source, target, nullptr, MS_BIND | MS_REC, nullptr) == 0;
    case MountStep::Kind::kReadOnly:
        return make_read_only(target);
    case MountStep::Kind::kMakeFolder:
        return ::mkdir(target, 0755) == 0 || errno == EEXIST;
    case MountStep::Kind::kMakeFile: {
        const int file = ::open(target, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        if (file >= 0) ::close(file);
        return file >= 0;
    }
    case MountStep::Kind::kMakeLink:
        return ::symlink(source, target) == 0;
    }
    return false;
}

int open_onto(const char* path, int flags, int number) {
    const int file = ::open(path, flags | O_CLOEXEC, 0644);
    if (file < 0) return -1;
    return ::dup2(file, number);
}

int redirect(ChildPlan& plan) {
    const Launch& what = *plan.launch;
    constexpr int kAppend = O_WRONLY | O_CREAT | O_APPEND;
    if (open_onto("/dev/null", O_RDONLY, 0) < 0) return fail(plan, "open", what.root);
    if (open_onto(what.stdout_path.c_str(), kAppend, 1) < 0) {
        return fail(plan, "open", what.stdout_path);
    }
    if (open_onto(what.stderr_path.c_str(), kAppend, 2) < 0) {
        return fail(plan, "open", what.stderr_path);
    }
    return 0;
}

int arrange_mounts(ChildPlan& plan) {
    const Launch& what = *plan.launch;
    if (what.own_user && !map_user(plan)) return fail(plan, "map the user", what.root);
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
        return fail(plan, "separate the mounts of", what.root);
    }
    for (const MountStep& step : what.mounts) {
        if (!run_step(step) && !step.may_fail) return fail(plan, "mount", step.target);
    }
    if (!what.root.empty() && ::chroot(what.root.c_str()) != 0) {
        return fail(plan, "enter", what.root);
    }
    return 0;
}

void unblock_signals() {
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

int child(void* argument) {
    ChildPlan& plan = *static_cast<ChildPlan*>(argument);
    const Launch& what = *plan.launch;
    ::setpgid(0, 0);
    // Without us nobody would look after it.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (const int code = redirect(plan); code != 0) return code;
    if (what.own_mounts) {
        if (const int code = arrange_mounts(plan); code != 0) return code;
    }
    if (::chdir(what.working_dir.c_str()) != 0) {
        return fail(plan, "enter", what.working_dir);
    }
    unblock_signals();
    ::setpriority(PRIO_PROCESS, 0, plan.nice);
    ::execve(what.executable.c_str(), plan.argv.data(), plan.env.data());
    plan.exec_error = errno;
    return 127;
}

/// The child's stack, kept for the next one.
void* child_stack() {
    static void* const stack = ::mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE,
                                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    return static_cast<char*>(stack) + kStackBytes;
}

void reap(pid_t pid) {
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
}

} // namespace

Result<Launched> launch(const Launch& what, int nice) {
    ChildPlan plan;
    plan.launch = &what;
    plan.nice = nice;
    for (const std::string& word : what.argv) {
        plan.argv.push_back(as_argument(word));
    }
    plan.argv.push_back(nullptr);
    for (const std::string& variable : what.env) {
        plan.env.push_back(as_argument(variable));
    }
    plan.env.push_back(nullptr);
    if (what.own_user) {
        const std::string uid = std::to_string(::geteuid());
        const std::string gid = std::to_string(::getegid());
        plan.uid_map = (what.is_root_inside ? "0" : uid) + " " + uid + " 1";
        plan.gid_map = (what.is_root_inside ? "0" : gid) + " " + gid + " 1";
    }
    int flags = CLONE_VM | CLONE_VFORK | SIGCHLD;
    if (what.own_mounts) flags |= CLONE_NEWNS;
    if (what.own_user) flags |= CLONE_NEWUSER;
    if (what.own_processes) flags |= CLONE_NEWPID;
    const pid_t pid = ::clone(child, child_stack(), flags, &plan);
    if (pid < 0) return Error{std::string("cannot start a process: ") + std::strerror(errno)};
    if (plan.failed_step != nullptr) {
        reap(pid);
        return Error{"cannot " + std::string(plan.failed_step) + " `" + plan.failed_path +
                     "`: " + std::strerror(plan.error)};
    }
    if (plan.exec_error != 0) {
        reap(pid);
        return Launched{0, plan.exec_error};
    }
    return Launched{pid, 0};
}

bool can_have_namespace(bool own_user) {
    Launch probe;
    probe.executable = "/bin/true";
    probe.argv = {"true"};
    probe.working_dir = "/";
    probe.stdout_path = probe.stderr_path = "/dev/null";
    probe.own_mounts = true;
    probe.own_user = own_user;
    const auto launched = launch(probe, ::getpriority(PRIO_PROCESS, 0));
    if (!launched) return false;
    if (launched->pid != 0) reap(launched->pid);
    return true;
}

} // namespace tiphys::run
