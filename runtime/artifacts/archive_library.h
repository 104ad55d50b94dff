#pragma once
// libarchive, loaded when the first artifact is packed or unpacked: it brings libxml2 and half a
// dozen compressors with it.

#include <archive.h>
#include <archive_entry.h>
#include <clocale>
#include <memory>

#include "compiler/base/result.h"

namespace tiphys::run {

/// The functions of libarchive that are used here.
struct ArchiveLibrary {
    decltype(&::archive_error_string) error_string;
    decltype(&::archive_write_new) write_new;
    decltype(&::archive_write_free) write_free;
    decltype(&::archive_write_close) write_close;
    decltype(&::archive_write_set_format_gnutar) write_set_format_gnutar;
    decltype(&::archive_write_set_format_zip) write_set_format_zip;
    decltype(&::archive_write_add_filter_gzip) write_add_filter_gzip;
    decltype(&::archive_write_set_options) write_set_options;
    decltype(&::archive_write_open_filename) write_open_filename;
    decltype(&::archive_write_header) write_header;
    decltype(&::archive_write_data) write_data;
    decltype(&::archive_read_new) read_new;
    decltype(&::archive_read_free) read_free;
    decltype(&::archive_read_support_filter_gzip) read_support_filter_gzip;
    decltype(&::archive_read_support_format_tar) read_support_format_tar;
    decltype(&::archive_read_support_format_zip) read_support_format_zip;
    decltype(&::archive_read_open_filename) read_open_filename;
    decltype(&::archive_read_next_header) read_next_header;
    decltype(&::archive_read_data) read_data;
    decltype(&::archive_entry_new) entry_new;
    decltype(&::archive_entry_free) entry_free;
    decltype(&::archive_entry_set_pathname) entry_set_pathname;
    decltype(&::archive_entry_set_filetype) entry_set_filetype;
    decltype(&::archive_entry_set_perm) entry_set_perm;
    decltype(&::archive_entry_set_size) entry_set_size;
    decltype(&::archive_entry_set_mtime) entry_set_mtime;
    decltype(&::archive_entry_set_symlink) entry_set_symlink;
    decltype(&::archive_entry_pathname) entry_pathname;
    decltype(&::archive_entry_filetype) entry_filetype;
    decltype(&::archive_entry_perm) entry_perm;
    decltype(&::archive_entry_mtime) entry_mtime;
    decltype(&::archive_entry_symlink) entry_symlink;
    decltype(&::archive_entry_hardlink) entry_hardlink;
    decltype(&::archive_read_support_filter_zstd) read_support_filter_zstd;
    decltype(&::archive_entry_uid) entry_uid;
    decltype(&::archive_entry_gid) entry_gid;
    decltype(&::archive_entry_rdevmajor) entry_rdevmajor;
    decltype(&::archive_entry_rdevminor) entry_rdevminor;
};

/// Null where the machine has no libarchive 13.
[[nodiscard]] const ArchiveLibrary* archive_library();
/// What to say then.
[[nodiscard]] Error missing_archive_library();

struct FreeArchiveReader {
    void operator()(archive* reader) const { archive_library()->read_free(reader); }
};
using ArchiveReader = std::unique_ptr<archive, FreeArchiveReader>;

/// libarchive reads and writes names in the encoding of the locale; ours are bytes, mostly UTF-8.
class Utf8Names {
public:
    Utf8Names();
    ~Utf8Names();
    Utf8Names(const Utf8Names&) = delete;
    Utf8Names& operator=(const Utf8Names&) = delete;

private:
    locale_t wanted_ = nullptr;
    locale_t before_ = nullptr;
};

} // namespace tiphys::run
