// libarchive, loaded when the first artifact is packed or unpacked.

#include "runtime/artifacts/archive_library.h"

#include <optional>

#include "runtime/io/shared_library.h"

namespace tiphys::run {
namespace {

bool find_functions(const SharedLibrary& library, ArchiveLibrary& archive) {
    return library.find("archive_error_string", archive.error_string) &&
           library.find("archive_write_new", archive.write_new) &&
           library.find("archive_write_free", archive.write_free) &&
           library.find("archive_write_close", archive.write_close) &&
           library.find("archive_write_set_format_gnutar", archive.write_set_format_gnutar) &&
           library.find("archive_write_set_format_zip", archive.write_set_format_zip) &&
           library.find("archive_write_add_filter_gzip", archive.write_add_filter_gzip) &&
           library.find("archive_write_set_options", archive.write_set_options) &&
           library.find("archive_write_open_filename", archive.write_open_filename) &&
           library.find("archive_write_header", archive.write_header) &&
           library.find("archive_write_data", archive.write_data) &&
           library.find("archive_read_new", archive.read_new) &&
           library.find("archive_read_free", archive.read_free) &&
           library.find("archive_read_support_filter_gzip", archive.read_support_filter_gzip) &&
           library.find("archive_read_support_format_tar", archive.read_support_format_tar) &&
           library.find("archive_read_support_format_zip", archive.read_support_format_zip) &&
           library.find("archive_read_open_filename", archive.read_open_filename) &&
           library.find("archive_read_next_header", archive.read_next_header) &&
           library.find("archive_read_data", archive.read_data) &&
           library.find("archive_entry_new", archive.entry_new) &&
           library.find("archive_entry_free", archive.entry_free) &&
           library.find("archive_entry_set_pathname", archive.entry_set_pathname) &&
           library.find("archive_entry_set_filetype", archive.entry_set_filetype) &&
           library.find("archive_entry_set_perm", archive.entry_set_perm) &&
           library.find("archive_entry_set_size", archive.entry_set_size) &&
           library.find("archive_entry_set_mtime", archive.entry_set_mtime) &&
           library.find("archive_entry_set_symlink", archive.entry_set_symlink) &&
           library.find("archive_entry_pathname", archive.entry_pathname) &&
           library.find("archive_entry_filetype", archive.entry_filetype) &&
           library.find("archive_entry_perm", archive.entry_perm) &&
           library.find("archive_entry_mtime", archive.entry_mtime) &&
           library.find("archive_entry_symlink", archive.entry_symlink) &&
           library.find("archive_entry_hardlink", archive.entry_hardlink) &&
           library.find("archive_read_support_filter_zstd", archive.read_support_filter_zstd) &&
           library.find("archive_entry_uid", archive.entry_uid) &&
           library.find("archive_entry_gid", archive.entry_gid) &&
           library.find("archive_entry_rdevmajor", archive.entry_rdevmajor) &&
           library.find("archive_entry_rdevminor", archive.entry_rdevminor);
}

} // namespace

const ArchiveLibrary* archive_library() {
    static const std::optional<ArchiveLibrary> kLibrary = [] {
        ArchiveLibrary archive{};
        const bool is_whole = find_functions(SharedLibrary("libarchive.so.13"), archive);
        return is_whole ? std::optional(archive) : std::nullopt;
    }();
    return kLibrary.has_value() ? &*kLibrary : nullptr;
}

} // namespace tiphys::run
