// Views of the file system: overlays, binds, or rewritten paths.

#include "runtime/backends/process/view.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "runtime/io/files.h"

namespace tiphys::run {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> kKernelFolders = {"/proc", "/sys", "/dev", "/run"};

bool is_kernel_path(std::string_view path) {
    return std::any_of(kKernelFolders.begin(), kKernelFolders.end(),
                       [&](std::string_view folder) { return path_within(path, folder); });
}

/// `path` with links followed as far as it exists: `/var/run/x` is `/run/x`. `base` is the folder
/// that links take for `/`; empty: this machine's.
std::string resolve_links(const std::string& base, const std::string& path) {
    constexpr int kMostLinks = 40;
    std::string done;
    std::string left = path;
    int n_links = 0;
    while (!left.empty()) {
        const std::size_t end = std::min(left.find('/', 1), left.size());
        const std::string part = left.substr(0, end);
        left.erase(0, end);
        std::error_code error;
        const fs::path target = fs::read_symlink(base + done + part, error);
        if (error || ++n_links > kMostLinks) {
            done += part;
            continue;
        }
        const std::string joined =
            target.is_absolute() ? target.string() : done + "/" + target.string();
        left = clean_path(joined) + left;
        done.clear();
        if (left.starts_with("//")) left.erase(0, 1);
    }
    return done.empty() ? "/" : done;
}

std::string top_of(const std::string& path) {
    return path.substr(0, std::min(path.find('/', 1), path.size()));
}

bool is_path_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

/// Every `path` in `text` that stands for itself or for something below it.
std::string replace_path(const std::string& text, const std::string& path,
                         const std::string& replacement) {
    std::string out;
    std::size_t at = 0;
    while (true) {
        const std::size_t found = text.find(path, at);
        if (found == text.npos) break;
        const std::size_t end = found + path.size();
        const bool begins =
            found == 0 || (!is_path_character(text[found - 1]) && text[found - 1] != '/');
        const bool ends = end == text.size() || !is_path_character(text[end]);
        out += text.substr(at, found - at);
        out += begins && ends ? replacement : path;
        at = end;
    }
    return out + text.substr(at);
}

bool is_whiteout(const struct stat& status) {
    return S_ISCHR(status.st_mode) && status.st_rdev == makedev(0, 0);
}

bool is_opaque(const std::string& folder) {
    char value = '\0';
    return ::getxattr(folder.c_str(), "trusted.overlay.opaque", &value, 1) == 1 ||
           ::getxattr(folder.c_str(), "user.overlay.opaque", &value, 1) == 1;
}

/// Lays what stands in `upper` over the copy of the machine's folder in `target`.
void apply_upper(const std::string& upper, const std::string& target) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(upper, error)) {
        const std::string place = target + "/" + entry.path().filename().string();
        struct stat status {};
        if (::lstat(entry.path().c_str(), &status) != 0) continue;
        const bool joins = S_ISDIR(status.st_mode) && is_directory(place);
        if (joins && !is_opaque(entry.path().string())) {
            apply_upper(entry.path().string(), place);
            continue;
        }
        remove_tree(place);
        if (is_whiteout(status)) continue;
        // What cannot be copied is missing in the artifact, as it would be for the task's reader.
        static_cast<void>(copy_tree(entry.path().string(), place));
    }
}

} // namespace

Machine read_machine() {
    Machine machine;
    std::ifstream file("/proc/self/mountinfo");
    std::string line;
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        std::string target;
        for (int i = 0; i < 5; ++i) {
            fields >> target;
        }
        if (target != "/" && !is_kernel_path(target) && is_directory(target)) {
            machine.mounts.push_back(target);
        }
    }
    std::error_code error;
    for (const auto& entry : fs::directory_iterator("/", error)) {
        machine.root_entries.push_back(entry.path().filename().string());
    }
    std::sort(machine.root_entries.begin(), machine.root_entries.end());
    return machine;
}

void View::map(Mapping mapping) {
    mapping.path = clean_path(mapping.path);
    mappings_.push_back(std::move(mapping));
    std::stable_sort(mappings_.begin(), mappings_.end(), [](const Mapping& a, const Mapping& b) {
        return a.path.size() > b.path.size();
    });
}

void View::declare(const std::string& path) {
    const std::string clean = clean_path(path);
    if (clean.size() > 1) declared_.push_back(clean);
}

/// `path` as the process finds it, without links.
std::string View::resolved(const std::string& path) const {
    return resolve_links(base_, clean_path(path));
}

const Mapping* View::mapping_of(const std::string& path) const {
    for (const Mapping& mapping : mappings_) {
        if (path_within(path, mapping.path)) return &mapping;
    }
    return nullptr;
}

bool View::is_mapped(const std::string& path) const {
    return mapping_of(clean_path(path)) != nullptr;
}

/// Whether the process has removed what the machine has at `path`.
bool View::is_hidden(const std::string& path) const {
    for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
        const std::string part = upper_ + path.substr(0, end);
        struct stat status {};
        if (::lstat(part.c_str(), &status) != 0) return false;
        const bool is_last = end == path.npos;
        if (is_whiteout(status)) return true;
        if (!is_last && (!S_ISDIR(status.st_mode) || is_opaque(part))) return true;
        if (is_last) return false;
    }
}

std::string View::host_path(const std::string& path) const {
    const std::string clean = clean_path(path);
    if (const Mapping* mapping = mapping_of(clean)) {
        return mapping->host + *path_within(clean, mapping->path);
    }
    if (isolation_ == Isolation::kNone) return upper_ + clean;
    const std::string direct = resolved(clean);
    for (const std::string& candidate : {clean, direct}) {
        struct stat status {};
        const std::string place = upper_ + candidate;
        if (::lstat(place.c_str(), &status) == 0 && !is_whiteout(status)) return place;
    }
    const bool own_tmp = isolation_ != Isolation::kImage && path_within(direct, "/tmp");
    return own_tmp || is_hidden(direct) ? upper_ + direct : base_ + direct;
}

Result<std::string> View::readable_path(const std::string& path) {
    const std::string place = host_path(path);
    const std::string below = resolved(path);
    const std::string machine = base_ + below;
    const bool in_upper = path_within(place, upper_).has_value();
    const bool own_tmp = isolation_ != Isolation::kImage && path_within(below, "/tmp");
    const bool joined = isolation_ != Isolation::kNone && in_upper && is_directory(place) &&
                        is_directory(machine) && !is_opaque(place) && !own_tmp;
    if (!joined) return place;
    const std::string copy = scratch_ + "/joined";
    remove_tree(copy);
    TIPHYS_TRY(copied, copy_tree(machine, copy));
    static_cast<void>(copied);
    apply_upper(place, copy);
    return copy;
}

std::string View::adapt(const std::string& text) const {
    if (isolation_ != Isolation::kNone) return text;
    std::vector<std::pair<std::string, std::string>> moves;
    for (const Mapping& mapping : mappings_) {
        moves.emplace_back(mapping.path, mapping.host);
    }
    for (const std::string& path : declared_) {
        if (!is_mapped(path)) moves.emplace_back(path, upper_ + path);
    }
    std::sort(moves.begin(), moves.end(),
              [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
    std::string adapted = text;
    for (const auto& [path, place] : moves) {
        adapted = replace_path(adapted, path, place);
    }
    return adapted;
}

Result<Done> View::make_mount_point(const Mapping& mapping) {
    const std::string point = upper_ + resolved(mapping.path);
    if (mapping.is_folder) return make_folders(point);
    TIPHYS_TRY(above, make_folders_above(point));
    if (path_exists(point)) return above;
    return write_file(point, "");
}

void View::add_mappings(Launch& launch) {
    // Shorter paths first, so that a mount within another one lands on top of it.
    for (auto mapping = mappings_.rbegin(); mapping != mappings_.rend(); ++mapping) {
        const std::string target = launch.root + resolved(mapping->path);
        launch.mounts.push_back({MountStep::Kind::kBind, mapping->host, target, "", false});
        if (mapping->read_only) {
            launch.mounts.push_back({MountStep::Kind::kReadOnly, "", target, "", true});
        }
    }
}

Result<Done> View::prepare(Launch& launch) {
    switch (isolation_) {
    case Isolation::kNone:
        for (const std::string& path : declared_) {
            TIPHYS_TRY(made, make_folders_above(host_path(path)));
            static_cast<void>(made);
        }
        return Done{};
    case Isolation::kUserSpace:
        return prepare_user(launch);
    case Isolation::kRoot:
        return prepare_root(launch);
    case Isolation::kImage:
        return prepare_image(launch);
    }
    return Done{};
}

/// An overlay over the files that the process finds, with places for all mappings.
Result<Done> View::prepare_overlay(Launch& launch) {
    launch.own_mounts = true;
    launch.root = scratch_ + "/root";
    const std::string work = scratch_ + "/work";
    for (const std::string& folder : {launch.root, work}) {
        TIPHYS_TRY(made, make_folders(folder));
        static_cast<void>(made);
    }
    for (const Mapping& mapping : mappings_) {
        TIPHYS_TRY(made, make_mount_point(mapping));
        static_cast<void>(made);
    }
    launch.mounts.push_back({MountStep::Kind::kOverlay, "", launch.root,
                             "lowerdir=" + (base_.empty() ? "/" : base_) + ",upperdir=" + upper_ +
                                 ",workdir=" + work + (launch.own_user ? ",userxattr" : ""),
                             false});
    return Done{};
}

Result<Done> View::prepare_root(Launch& launch) {
    TIPHYS_TRY(tmp_made, make_folders(upper_ + "/tmp"));
    static_cast<void>(tmp_made);
    // The machine's /tmp is none of the task's business.
    ::chmod((upper_ + "/tmp").c_str(), 01777);
    ::setxattr((upper_ + "/tmp").c_str(), "trusted.overlay.opaque", "y", 1, 0);
    TIPHYS_TRY(laid, prepare_overlay(launch));
    static_cast<void>(laid);
    for (const std::string_view folder : {"/proc", "/sys", "/dev"}) {
        launch.mounts.push_back({MountStep::Kind::kBind, std::string(folder),
                                 launch.root + std::string(folder), "", true});
    }
    for (const std::string& mount : machine_->mounts) {
        if (path_within(mount, "/tmp")) continue;
        launch.mounts.push_back({MountStep::Kind::kBind, mount, launch.root + mount, "", true});
        launch.mounts.push_back({MountStep::Kind::kReadOnly, "", launch.root + mount, "", true});
    }
    add_mappings(launch);
    return Done{};
}

/// The root is laid out, and entered by the tool that makes the container.
Result<Done> View::prepare_image(Launch& launch) {
    launch.own_processes = true;
    launch.own_user = launch.is_root_inside = ::geteuid() != 0;
    // What names hosts is the machine's, as its network is.
    for (const std::string path : {"/etc/resolv.conf", "/etc/hosts"}) {
        const bool is_own = is_mapped(path);
        if (!is_own && path_exists(path)) map({path, resolve_links("", path), false, true});
    }
    TIPHYS_TRY(laid, prepare_overlay(launch));
    static_cast<void>(laid);
    add_mappings(launch);
    launch.mounts.push_back({MountStep::Kind::kProcesses, "", "/proc", "", false});
    return Done{};
}

Result<Done> View::prepare_user(Launch& launch) {
    launch.own_mounts = launch.own_user = true;
    launch.root = scratch_ + "/root";
    TIPHYS_TRY(root_made, make_folders(launch.root));
    static_cast<void>(root_made);
    TIPHYS_TRY(tmp_made, make_folders(upper_ + "/tmp"));
    static_cast<void>(tmp_made);
    std::set<std::string> writable = {"/tmp"};
    for (const Mapping& mapping : mappings_) {
        TIPHYS_TRY(made, make_mount_point(mapping));
        static_cast<void>(made);
        writable.insert(top_of(resolved(mapping.path)));
    }
    for (const std::string& path : declared_) {
        writable.insert(top_of(resolved(path)));
    }
    auto& mounts = launch.mounts;
    mounts.push_back({MountStep::Kind::kTmpfs, "", launch.root, "", false});
    for (const std::string& name : machine_->root_entries) {
        const std::string source = "/" + name;
        const std::string target = launch.root + source;
        std::error_code error;
        if (fs::is_symlink(source, error)) {
            const std::string goal = fs::read_symlink(source, error).string();
            mounts.push_back({MountStep::Kind::kMakeLink, goal, target, "", true});
        } else if (is_directory(source) && writable.count(source) == 0) {
            mounts.push_back({MountStep::Kind::kMakeFolder, "", target, "", false});
            mounts.push_back({MountStep::Kind::kBind, source, target, "", true});
            if (is_kernel_path(source)) continue;
            mounts.push_back({MountStep::Kind::kReadOnly, "", target, "", true});
        }
    }
    for (const std::string& top : writable) {
        const std::string target = launch.root + top;
        const std::string own = upper_ + top;
        TIPHYS_TRY(made, make_folders(own));
        static_cast<void>(made);
        mounts.push_back({MountStep::Kind::kMakeFolder, "", target, "", false});
        if (top == "/tmp" || !is_directory(top)) {
            mounts.push_back({MountStep::Kind::kBind, own, target, "", false});
            continue;
        }
        const std::string work = scratch_ + "/work" + top;
        TIPHYS_TRY(work_made, make_folders(work));
        static_cast<void>(work_made);
        mounts.push_back(
            {MountStep::Kind::kOverlay, "", target,
             "lowerdir=" + top + ",upperdir=" + own + ",workdir=" + work + ",userxattr", false});
    }
    add_mappings(launch);
    return Done{};
}

} // namespace tiphys::run
