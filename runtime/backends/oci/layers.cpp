// Layers of images as tarballs.
// https://github.com/opencontainers/image-spec/blob/main/layer.md

#include "runtime/backends/oci/layers.h"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <linux/openat2.h>
#include <set>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <vector>

#include "runtime/artifacts/archive_library.h"
#include "runtime/io/descriptor.h"
#include "runtime/io/files.h"

namespace tiphys::run {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlock = std::size_t{64} * 1024;
constexpr std::string_view kWhiteout = ".wh.";
constexpr std::string_view kOpaque = ".wh..wh..opq";

Error world_error(const std::string& what, const std::string& path) {
    return {"cannot " + what + " `" + path + "`: " + std::strerror(errno)};
}

/// A folder below `root`, whose links lead nowhere else; -1 where there is none.
int open_within(int root, const std::string& path) {
    open_how how{};
    how.flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
    how.resolve = RESOLVE_IN_ROOT;
    const std::string relative = path == "/" ? "." : path.substr(1);
    return static_cast<int>(::syscall(SYS_openat2, root, relative.c_str(), &how, sizeof how));
}

std::string real_path(int folder) {
    std::error_code error;
    return fs::read_symlink("/proc/self/fd/" + std::to_string(folder), error).string();
}

std::string base_of(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

/// One tarball, entry by entry.
class LayerUnpacker {
public:
    LayerUnpacker(archive* reader, int root, bool is_layer)
        : reader_(reader), root_(root), is_layer_(is_layer), is_root_(::geteuid() == 0) {}

    Result<Done> run(const std::string& tarball) {
        const ArchiveLibrary& library = *archive_library();
        while (true) {
            archive_entry* entry = nullptr;
            const int code = library.read_next_header(reader_, &entry);
            if (code == ARCHIVE_EOF) return Done{};
            if (code < ARCHIVE_WARN) {
                const char* reason = library.error_string(reader_);
                return Error{"cannot unpack `" + tarball +
                             "`: " + (reason == nullptr ? "unknown reason" : reason)};
            }
            const char* raw = library.entry_pathname(entry);
            const std::string path = clean_path("/" + std::string(raw == nullptr ? "" : raw));
            if (path == "/") continue;
            TIPHYS_TRY(done, add(path, entry));
            static_cast<void>(done);
        }
    }

private:
    /// The folder, made with all above where it is not there.
    Result<int> folder_at(const std::string& path) {
        const int found = open_within(root_, path);
        if (found >= 0) return found;
        if (errno != ENOENT || path == "/") return world_error("unpack into", path);
        TIPHYS_TRY(number, folder_at(folder_of(path)));
        const Descriptor above(number);
        if (::mkdirat(above.number(), base_of(path).c_str(), 0755) != 0) {
            return world_error("create", path);
        }
        const int made = open_within(root_, path);
        if (made < 0) return world_error("unpack into", path);
        return made;
    }

    Result<Done> add(const std::string& path, archive_entry* entry) {
        const std::string name = base_of(path);
        TIPHYS_TRY(number, folder_at(folder_of(path)));
        const Descriptor above(number);
        if (is_layer_ && name == kOpaque) {
            empty(above.number(), folder_of(path));
            return Done{};
        }
        if (is_layer_ && name.starts_with(kWhiteout)) {
            remove(above.number(), name.substr(kWhiteout.size()));
            return Done{};
        }
        for (std::string part = path; part != "/" && added_.insert(part).second;) {
            part = folder_of(part);
        }
        return make(above.number(), name, path, entry);
    }

    /// What layers below have put into the folder goes; what this one has put there stays.
    void empty(int folder, const std::string& path) const {
        const std::string real = real_path(folder);
        std::vector<std::string> names;
        std::error_code error;
        for (fs::directory_iterator entry(real, error), end; !error && entry != end;
             entry.increment(error)) {
            names.push_back(entry->path().filename().string());
        }
        for (const std::string& name : names) {
            const std::string whole = path == "/" ? "/" + name : path + "/" + name;
            if (!added_.contains(whole)) remove(folder, name);
        }
    }

    static void remove(int folder, const std::string& name) {
        if (name.empty() || name == "." || name == "..") return;
        if (::unlinkat(folder, name.c_str(), 0) == 0) return;
        remove_tree(real_path(folder) + "/" + name);
    }

    Result<Done> make(int above, const std::string& name, const std::string& path,
                      archive_entry* entry) {
        const ArchiveLibrary& library = *archive_library();
        const auto kind = library.entry_filetype(entry);
        struct stat old {};
        const bool is_there = ::fstatat(above, name.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0;
        const char* other = library.entry_hardlink(entry);
        const bool stays = is_there && other == nullptr && kind == AE_IFDIR && S_ISDIR(old.st_mode);
        if (is_there && !stays) remove(above, name);
        if (other != nullptr) return link(above, name, path, other);
        if (!stays) {
            TIPHYS_TRY(done, make_new(above, name, path, entry));
            static_cast<void>(done);
        }
        return set_attributes(above, name, path, entry);
    }

    Result<Done> make_new(int above, const std::string& name, const std::string& path,
                          archive_entry* entry) {
        const ArchiveLibrary& library = *archive_library();
        switch (library.entry_filetype(entry)) {
        case AE_IFDIR:
            if (::mkdirat(above, name.c_str(), 0755) != 0) return world_error("create", path);
            return Done{};
        case AE_IFLNK: {
            const char* target = library.entry_symlink(entry);
            if (target == nullptr || ::symlinkat(target, above, name.c_str()) != 0) {
                return world_error("create", path);
            }
            return Done{};
        }
        case AE_IFREG:
            return write(above, name, path);
        case AE_IFCHR:
        case AE_IFBLK:
        case AE_IFIFO: {
            const auto device = makedev(static_cast<unsigned>(library.entry_rdevmajor(entry)),
                                        static_cast<unsigned>(library.entry_rdevminor(entry)));
            const auto kind = static_cast<mode_t>(library.entry_filetype(entry));
            // Containers have devices of their own; who may not make these can do without.
            static_cast<void>(::mknodat(above, name.c_str(), kind | 0600U, device));
            return Done{};
        }
        default:
            return Done{};
        }
    }

    Result<Done> link(int above, const std::string& name, const std::string& path,
                      const std::string& other) {
        const std::string target = clean_path("/" + other);
        const Descriptor folder(open_within(root_, folder_of(target)));
        if (folder.number() < 0 ||
            ::linkat(folder.number(), base_of(target).c_str(), above, name.c_str(), 0) != 0) {
            return world_error("link `" + other + "` as", path);
        }
        return Done{};
    }

    Result<Done> write(int above, const std::string& name, const std::string& path) {
        const Descriptor file(::openat(above, name.c_str(),
                                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (file.number() < 0) return world_error("write", path);
        std::vector<char> block(kBlock);
        while (true) {
            const la_ssize_t n = archive_library()->read_data(reader_, block.data(), block.size());
            if (n < 0) return Error{"cannot unpack `" + path + "`: the layer is damaged"};
            if (n == 0) return Done{};
            TIPHYS_TRY(written,
                       write_all(file.number(), {block.data(), static_cast<std::size_t>(n)}, path));
            static_cast<void>(written);
        }
    }

    Result<Done> set_attributes(int above, const std::string& name, const std::string& path,
                                archive_entry* entry) const {
        const ArchiveLibrary& library = *archive_library();
        struct stat made {};
        if (::fstatat(above, name.c_str(), &made, AT_SYMLINK_NOFOLLOW) != 0) return Done{};
        if (is_root_ &&
            ::fchownat(above, name.c_str(), static_cast<uid_t>(library.entry_uid(entry)),
                       static_cast<gid_t>(library.entry_gid(entry)), AT_SYMLINK_NOFOLLOW) != 0) {
            return world_error("set the owner of", path);
        }
        if (S_ISLNK(made.st_mode)) return Done{};
        // Whoever is not root must be able to remove it again.
        const auto least = is_root_ ? 0U : (S_ISDIR(made.st_mode) ? 0700U : 0600U);
        const mode_t mode = (library.entry_perm(entry) & 07777U) | least;
        if (::fchmodat(above, name.c_str(), mode, 0) != 0) return world_error("set mode of", path);
        const timespec time{library.entry_mtime(entry), 0};
        const timespec times[] = {time, time};
        ::utimensat(above, name.c_str(), times, AT_SYMLINK_NOFOLLOW);
        return Done{};
    }

    archive* reader_;
    int root_;
    bool is_layer_;
    bool is_root_;
    /// Paths of this layer, and all folders above them.
    std::set<std::string> added_;
};

} // namespace

Result<Done> unpack_over(const std::string& tarball, const std::string& folder, bool is_layer) {
    const ArchiveLibrary* library = archive_library();
    if (library == nullptr) return missing_archive_library();
    const Descriptor root(folder, O_PATH | O_DIRECTORY);
    if (root.number() < 0) return world_error("open", folder);
    const Utf8Names names;
    const ArchiveReader reader(library->read_new());
    library->read_support_filter_gzip(reader.get());
    library->read_support_filter_zstd(reader.get());
    library->read_support_format_tar(reader.get());
    if (library->read_open_filename(reader.get(), tarball.c_str(), kBlock) != ARCHIVE_OK) {
        return Error{"cannot read `" + tarball + "` as a tarball"};
    }
    return LayerUnpacker(reader.get(), root.number(), is_layer).run(tarball);
}

} // namespace tiphys::run
