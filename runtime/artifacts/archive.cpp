// Tarballs and zip files, by libarchive.

#include "runtime/artifacts/archive.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <locale.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>
#include <vector>

#include "runtime/artifacts/archive_library.h"
#include "runtime/io/descriptor.h"
#include "runtime/io/files.h"

namespace tiphys::run {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlock = std::size_t{64} * 1024;

struct FreeWriter {
    void operator()(archive* writer) const { archive_library()->write_free(writer); }
};
struct FreeEntry {
    void operator()(archive_entry* entry) const { archive_library()->entry_free(entry); }
};
using Writer = std::unique_ptr<archive, FreeWriter>;
using Reader = ArchiveReader;
using Entry = std::unique_ptr<archive_entry, FreeEntry>;

Error library_error(const std::string& what, archive* handle) {
    const char* reason = archive_library()->error_string(handle);
    return {what + ": " + (reason == nullptr ? "unknown reason" : reason)};
}

Error world_error(const std::string& what, const std::string& path) {
    return {"cannot " + what + " `" + path + "`: " + std::strerror(errno)};
}

/// A file or folder, and below it in the order of names.
class Packer {
public:
    Packer(archive* writer, bool is_zip) : writer_(writer), is_zip_(is_zip) {}

    Result<Done> add(const std::string& path, const std::string& name, bool follow) {
        struct stat status {};
        if ((follow ? ::stat : ::lstat)(path.c_str(), &status) != 0) {
            return world_error("read", path);
        }
        if (S_ISDIR(status.st_mode)) return add_folder(path, name, status);
        if (S_ISLNK(status.st_mode)) return add_link(path, name, status);
        if (S_ISREG(status.st_mode)) return add_file(path, name, status);
        // Argo writes the header of sockets and pipes and nothing else; nobody can use that.
        return Done{};
    }

private:
    Result<Done> put_header(const std::string& name, const struct stat& status, mode_t kind,
                            const std::string& link) {
        const ArchiveLibrary& library = *archive_library();
        const Entry entry(library.entry_new());
        library.entry_set_pathname(entry.get(), name.c_str());
        library.entry_set_filetype(entry.get(), kind);
        library.entry_set_perm(entry.get(), is_zip_ ? 0666 : status.st_mode & 07777U);
        library.entry_set_mtime(entry.get(), status.st_mtime, 0);
        library.entry_set_size(
            entry.get(),
            kind == S_IFREG && link.empty() && !S_ISLNK(status.st_mode) ? status.st_size : 0);
        if (!link.empty()) library.entry_set_symlink(entry.get(), link.c_str());
        if (library.write_header(writer_, entry.get()) < ARCHIVE_WARN) {
            return library_error("cannot pack `" + name + "`", writer_);
        }
        return Done{};
    }

    Result<Done> add_folder(const std::string& path, const std::string& name,
                            const struct stat& status) {
        if (!is_zip_) {
            TIPHYS_TRY(begun, put_header(name, status, S_IFDIR, ""));
            static_cast<void>(begun);
        }
        std::vector<std::string> names;
        std::error_code error;
        for (fs::directory_iterator entry(path, error), end; !error && entry != end;
             entry.increment(error)) {
            names.push_back(entry->path().filename().string());
        }
        if (error) return Error{"cannot read `" + path + "`: " + error.message()};
        std::sort(names.begin(), names.end());
        for (const std::string& below : names) {
            TIPHYS_TRY(added, add(path + "/" + below, name + "/" + below, false));
            static_cast<void>(added);
        }
        return Done{};
    }

    Result<Done> add_link(const std::string& path, const std::string& name,
                          const struct stat& status) {
        if (is_zip_) return put_header(name, status, S_IFREG, "");
        std::error_code error;
        const fs::path target = fs::read_symlink(path, error);
        if (error) return Error{"cannot read `" + path + "`: " + error.message()};
        return put_header(name, status, S_IFLNK, target.string());
    }

    Result<Done> add_file(const std::string& path, const std::string& name,
                          const struct stat& status) {
        const Descriptor file(path, O_RDONLY);
        if (file.number() < 0) return world_error("read", path);
        TIPHYS_TRY(begun, put_header(name, status, S_IFREG, ""));
        std::vector<char> block(kBlock);
        while (true) {
            const ssize_t n = ::read(file.number(), block.data(), block.size());
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return world_error("read", path);
            if (n == 0) return begun;
            if (archive_library()->write_data(writer_, block.data(), static_cast<std::size_t>(n)) <
                0) {
                return library_error("cannot pack `" + name + "`", writer_);
            }
        }
    }

    archive* writer_;
    bool is_zip_;
};

/// Takes an archive apart within a folder.
class Unpacker {
public:
    Unpacker(archive* reader, std::string folder) : reader_(reader), folder_(std::move(folder)) {}

    Result<Done> run(const std::string& packed) {
        const ArchiveLibrary& library = *archive_library();
        while (true) {
            archive_entry* entry = nullptr;
            const int code = library.read_next_header(reader_, &entry);
            if (code == ARCHIVE_EOF) return Done{};
            if (code < ARCHIVE_WARN)
                return library_error("cannot unpack `" + packed + "`", reader_);
            TIPHYS_TRY(done, unpack_entry(entry));
            static_cast<void>(done);
        }
    }

private:
    [[nodiscard]] static Error leads_out(const std::string& name) {
        return {"`" + name + "` leads out of its archive"};
    }

    /// Nothing where `name` leads out of the folder.
    [[nodiscard]] std::optional<std::string> place_of(const std::string& name) const {
        std::string place = fs::path(folder_ + "/" + name).lexically_normal().string();
        while (place.size() > 1 && place.back() == '/') {
            place.pop_back();
        }
        if (!path_within(place, folder_)) return std::nullopt;
        return place;
    }

    /// The folder above exists, and no link leads from it to elsewhere.
    Result<Done> make_above(const std::string& place, const std::string& name) const {
        TIPHYS_TRY(made, make_folders_above(place));
        std::error_code error;
        const std::string above = fs::canonical(folder_of(place), error).string();
        const std::string folder = fs::canonical(folder_, error).string();
        if (error || !path_within(above, folder)) return leads_out(name);
        return made;
    }

    Result<Done> unpack_entry(archive_entry* entry) {
        const ArchiveLibrary& library = *archive_library();
        const char* raw = library.entry_pathname(entry);
        const std::string name = raw == nullptr ? "" : raw;
        const auto place = place_of(name);
        if (!place) return leads_out(name);
        if (*place == folder_) return Done{};
        TIPHYS_TRY(above, make_above(*place, name));
        if (const char* other = library.entry_hardlink(entry)) return link_to(*place, name, other);
        switch (library.entry_filetype(entry)) {
        case AE_IFDIR:
            return make_folders(*place);
        case AE_IFLNK:
            return add_link(*place, name, library.entry_symlink(entry));
        case AE_IFREG:
            return add_file(*place, entry);
        default:
            return above;
        }
    }

    Result<Done> link_to(const std::string& place, const std::string& name, const char* other) {
        const auto existing = place_of(other);
        if (!existing) return leads_out(name);
        TIPHYS_TRY(above, make_above(*existing, name));
        if (::linkat(AT_FDCWD, existing->c_str(), AT_FDCWD, place.c_str(), 0) != 0) {
            return world_error("unpack", name);
        }
        return above;
    }

    Result<Done> add_link(const std::string& place, const std::string& name, const char* target) {
        const std::string wanted = target == nullptr ? "" : target;
        const fs::path from =
            wanted.substr(0, 1) == "/" ? fs::path(wanted) : fs::path(folder_of(place)) / wanted;
        if (!path_within(from.lexically_normal().string(), folder_)) {
            return Error{"link `" + name + "` to `" + wanted + "` leads out of its archive"};
        }
        if (::symlink(wanted.c_str(), place.c_str()) != 0) return world_error("create", place);
        return Done{};
    }

    Result<Done> add_file(const std::string& place, archive_entry* entry) {
        const ArchiveLibrary& library = *archive_library();
        const auto mode = static_cast<mode_t>(library.entry_perm(entry) & 0777U);
        {
            const Descriptor file(place, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode | 0200U);
            if (file.number() < 0) return world_error("write", place);
            std::vector<char> block(kBlock);
            while (true) {
                const la_ssize_t n = library.read_data(reader_, block.data(), block.size());
                if (n < 0) return library_error("cannot unpack `" + place + "`", reader_);
                if (n == 0) break;
                TIPHYS_TRY(written, write_all(file.number(),
                                              {block.data(), static_cast<std::size_t>(n)}, place));
                static_cast<void>(written);
            }
            if ((mode & 0200U) == 0) ::fchmod(file.number(), mode);
        }
        const utimbuf times{library.entry_mtime(entry), library.entry_mtime(entry)};
        if (times.modtime != 0) ::utime(place.c_str(), &times);
        return Done{};
    }

    archive* reader_;
    std::string folder_;
};

Reader open_reader(bool is_zip, const std::string& packed) {
    const ArchiveLibrary& library = *archive_library();
    Reader reader(library.read_new());
    if (is_zip) {
        library.read_support_format_zip(reader.get());
    } else {
        library.read_support_filter_gzip(reader.get());
        library.read_support_format_tar(reader.get());
    }
    if (library.read_open_filename(reader.get(), packed.c_str(), kBlock) != ARCHIVE_OK) {
        reader.reset();
    }
    return reader;
}

bool begins_with(const std::string& path, std::string_view magic) {
    std::ifstream file(path, std::ios::binary);
    std::array<char, 4> first{};
    file.read(first.data(), static_cast<std::streamsize>(magic.size()));
    return std::string_view(first.data(), static_cast<std::size_t>(file.gcount())) == magic;
}

/// Argo: isTarball in workflow/executor/executor.go.
bool is_tarball(const std::string& path) {
    if (is_directory(path) || !begins_with(path, "\x1f\x8b")) return false;
    if (archive_library() == nullptr) return true;
    const Reader reader = open_reader(false, path);
    archive_entry* entry = nullptr;
    return reader && archive_library()->read_next_header(reader.get(), &entry) == ARCHIVE_OK;
}

/// Argo: unpack in workflow/executor/executor.go.
Result<Done> settle(const std::string& folder, const std::string& path) {
    std::vector<fs::path> entries;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        entries.push_back(entry->path());
    }
    if (error) return Error{"cannot read `" + folder + "`: " + error.message()};
    const bool is_one = entries.size() == 1;
    fs::rename(is_one ? entries.front() : fs::path(folder), path, error);
    if (error) return Error{"cannot create `" + path + "`: " + error.message()};
    if (is_one) fs::remove(folder, error);
    return Done{};
}

std::string base_name(const std::string& path) {
    return fs::path(clean_path(path)).filename().string();
}

} // namespace

Result<Done> pack(const std::string& path, const std::string& name, Archive archive,
                  std::optional<int> level, const std::string& packed) {
    const ArchiveLibrary* library = archive_library();
    if (library == nullptr) return missing_archive_library();
    const Utf8Names names;
    const bool is_zip = archive == Archive::kZip;
    const Writer writer(library->write_new());
    if (is_zip) {
        library->write_set_format_zip(writer.get());
    } else {
        library->write_set_format_gnutar(writer.get());
        library->write_add_filter_gzip(writer.get());
        std::string options = "gzip:!timestamp";
        // Other numbers are names of strategies to Go; their output differs in size only.
        if (level && *level >= 0 && *level <= 9) {
            options += ",gzip:compression-level=" + std::to_string(*level);
        }
        library->write_set_options(writer.get(), options.c_str());
    }
    if (library->write_open_filename(writer.get(), packed.c_str()) != ARCHIVE_OK) {
        return library_error("cannot write `" + packed + "`", writer.get());
    }
    TIPHYS_TRY(added, Packer(writer.get(), is_zip).add(path, base_name(name), true));
    if (library->write_close(writer.get()) != ARCHIVE_OK) {
        return library_error("cannot write `" + packed + "`", writer.get());
    }
    return added;
}

Result<Done> unpack(const std::string& packed, Archive archive, const std::string& path) {
    const Utf8Names names;
    const bool is_zip = archive == Archive::kZip;
    const bool is_packed =
        is_zip || archive == Archive::kTar || (archive == Archive::kDefault && is_tarball(packed));
    if (!is_packed) {
        if (::rename(packed.c_str(), path.c_str()) != 0) return world_error("create", path);
        return Done{};
    }
    if (archive_library() == nullptr) return missing_archive_library();
    const std::string folder = fs::absolute(path).lexically_normal().string() + ".unpacked";
    TIPHYS_TRY(made, make_folders(folder));
    static_cast<void>(made);
    const Reader reader = open_reader(is_zip, packed);
    if (!reader) return Error{"cannot read `" + packed + "` as an archive"};
    auto done = Unpacker(reader.get(), folder).run(packed);
    if (done) done = settle(folder, path);
    remove_tree(done ? packed : folder);
    return done;
}

} // namespace tiphys::run
