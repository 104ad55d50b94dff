// run::archive_library for a static program: libarchive is part of it, where others load it at run
// time (runtime/artifacts/archive_library.cpp).

#include "runtime/artifacts/archive_library.h"

namespace tiphys::run {

const ArchiveLibrary* archive_library() {
    static constexpr ArchiveLibrary kLibrary = {
        .error_string = ::archive_error_string,
        .write_new = ::archive_write_new,
        .write_free = ::archive_write_free,
        .write_close = ::archive_write_close,
        .write_set_format_gnutar = ::archive_write_set_format_gnutar,
        .write_set_format_zip = ::archive_write_set_format_zip,
        .write_add_filter_gzip = ::archive_write_add_filter_gzip,
        .write_set_options = ::archive_write_set_options,
        .write_open_filename = ::archive_write_open_filename,
        .write_header = ::archive_write_header,
        .write_data = ::archive_write_data,
        .read_new = ::archive_read_new,
        .read_free = ::archive_read_free,
        .read_support_filter_gzip = ::archive_read_support_filter_gzip,
        .read_support_format_tar = ::archive_read_support_format_tar,
        .read_support_format_zip = ::archive_read_support_format_zip,
        .read_open_filename = ::archive_read_open_filename,
        .read_next_header = ::archive_read_next_header,
        .read_data = ::archive_read_data,
        .entry_new = ::archive_entry_new,
        .entry_free = ::archive_entry_free,
        .entry_set_pathname = ::archive_entry_set_pathname,
        .entry_set_filetype = ::archive_entry_set_filetype,
        .entry_set_perm = ::archive_entry_set_perm,
        .entry_set_size = ::archive_entry_set_size,
        .entry_set_mtime = ::archive_entry_set_mtime,
        .entry_set_symlink = ::archive_entry_set_symlink,
        .entry_pathname = ::archive_entry_pathname,
        .entry_filetype = ::archive_entry_filetype,
        .entry_perm = ::archive_entry_perm,
        .entry_mtime = ::archive_entry_mtime,
        .entry_symlink = ::archive_entry_symlink,
        .entry_hardlink = ::archive_entry_hardlink,
        // What only images need would make the program larger.
        .read_support_filter_zstd = nullptr,
        .entry_uid = nullptr,
        .entry_gid = nullptr,
        .entry_rdevmajor = nullptr,
        .entry_rdevminor = nullptr,
    };
    return &kLibrary;
}

} // namespace tiphys::run
