// Reading, writing, copying and removing.

#include "runtime/io/files.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "runtime/io/descriptor.h"

namespace tiphys::run {
namespace {

namespace fs = std::filesystem;

Error failed(std::string_view what, const std::string& path, int error) {
    return {"cannot " + std::string(what) + " `" + path + "`: " + std::strerror(error)};
}

Error failed(std::string_view what, const std::string& path, const std::error_code& error) {
    return {"cannot " + std::string(what) + " `" + path + "`: " + error.message()};
}

Result<std::string> read_from(int file, std::size_t n_bytes, const std::string& path) {
    std::string content(n_bytes, '\0');
    std::size_t filled = 0;
    while (filled < content.size()) {
        const ssize_t n = ::read(file, content.data() + filled, content.size() - filled);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return failed("read", path, errno);
        if (n == 0) break;
        filled += static_cast<std::size_t>(n);
        // Files of /proc claim to be empty, and others may grow.
        if (filled == content.size()) content.resize(content.size() * 2);
    }
    content.resize(filled);
    return content;
}

} // namespace

Result<Done> write_all(int file, std::string_view content, const std::string& path) {
    while (!content.empty()) {
        const ssize_t n = ::write(file, content.data(), content.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return failed("write", path, errno);
        content.remove_prefix(static_cast<std::size_t>(n));
    }
    return Done{};
}

bool path_exists(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0;
}

bool is_directory(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

Result<std::string> read_file(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0) return failed("read", path, errno);
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) return failed("read", path, errno);
    if (S_ISDIR(status.st_mode)) return failed("read", path, EISDIR);
    return read_from(file.number(), static_cast<std::size_t>(status.st_size) + 1, path);
}

Result<std::string> read_tail(const std::string& path, std::size_t n_bytes) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0) return failed("read", path, errno);
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) return failed("read", path, errno);
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > n_bytes) ::lseek(file.number(), static_cast<off_t>(size - n_bytes), SEEK_SET);
    return read_from(file.number(), std::min(size, n_bytes) + 1, path);
}

Result<std::string> read_from_offset(const std::string& path, std::size_t offset) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0) return failed("read", path, errno);
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) return failed("read", path, errno);
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size <= offset) return std::string();
    ::lseek(file.number(), static_cast<off_t>(offset), SEEK_SET);
    return read_from(file.number(), size - offset + 1, path);
}

Result<Done> write_file(const std::string& path, std::string_view content, std::uint32_t mode) {
    const Descriptor file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, static_cast<mode_t>(mode)));
    if (file.number() < 0) return failed("write", path, errno);
    TIPHYS_TRY(written, write_all(file.number(), content, path));
    ::fchmod(file.number(), static_cast<mode_t>(mode));
    return written;
}

Result<Done> replace_file(const std::string& path, std::string_view content) {
    const std::string draft = path + ".new";
    TIPHYS_TRY(written, write_file(draft, content));
    if (::rename(draft.c_str(), path.c_str()) != 0) return failed("write", path, errno);
    return written;
}

Result<Done> make_folders(const std::string& path) {
    std::error_code error;
    fs::create_directories(path, error);
    if (error) return failed("create", path, error);
    return Done{};
}

Result<Done> make_folders_above(const std::string& path) {
    return make_folders(folder_of(path));
}

void remove_tree(const std::string& path) {
    std::error_code error;
    fs::remove_all(path, error);
}

Result<Done> copy_tree(const std::string& from, const std::string& to) {
    std::error_code error;
    fs::copy(from, to,
             fs::copy_options::recursive | fs::copy_options::copy_symlinks |
                 fs::copy_options::overwrite_existing,
             error);
    if (error) return failed("copy", from, error);
    return Done{};
}

Result<Done> set_mode(const std::string& path, std::uint32_t mode, bool recurse) {
    if (::chmod(path.c_str(), static_cast<mode_t>(mode)) != 0) {
        return failed("set the mode of", path, errno);
    }
    if (!recurse || !is_directory(path)) return Done{};
    std::error_code error;
    for (auto entry = fs::recursive_directory_iterator(path, error);
         !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        if (!entry->is_symlink(error)) ::chmod(entry->path().c_str(), static_cast<mode_t>(mode));
    }
    if (error) return failed("set the mode of", path, error);
    return Done{};
}

std::string clean_path(std::string_view path) {
    std::vector<std::string_view> parts;
    std::size_t at = 0;
    while (at < path.size()) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        const std::string_view part = path.substr(at, end - at);
        at = end + 1;
        if (part.empty() || part == ".") continue;
        if (part == "..") {
            if (!parts.empty()) parts.pop_back();
            continue;
        }
        parts.push_back(part);
    }
    std::string clean = path.substr(0, 1) == "/" ? "/" : "";
    for (const std::string_view part : parts) {
        if (!clean.empty() && clean.back() != '/') clean += '/';
        clean += part;
    }
    return clean;
}

std::optional<std::string> path_within(std::string_view path, std::string_view folder) {
    if (folder == "/") return std::string(path == "/" ? "" : path);
    if (path.substr(0, folder.size()) != folder) return std::nullopt;
    const std::string_view below = path.substr(folder.size());
    if (!below.empty() && below.front() != '/') return std::nullopt;
    return std::string(below);
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.find_last_of('/');
    if (slash == path.npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::vector<std::string> files_below(const std::string& folder) {
    std::vector<std::string> files;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(folder, error), end; entry != end;
         entry.increment(error)) {
        if (error) break;
        if (!entry->is_directory(error)) files.push_back(entry->path().string());
    }
    return files;
}

} // namespace tiphys::run
