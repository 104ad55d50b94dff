#pragma once
// Files and folders of this machine; every failure is an Error that names the path.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"

namespace tiphys::run {

[[nodiscard]] bool path_exists(const std::string& path);
[[nodiscard]] bool is_directory(const std::string& path);

[[nodiscard]] Result<std::string> read_file(const std::string& path);
/// The last `n_bytes` of a file, all of it where it is shorter.
[[nodiscard]] Result<std::string> read_tail(const std::string& path, std::size_t n_bytes);
/// What stands in a file from `offset` on; nothing where it is shorter.
[[nodiscard]] Result<std::string> read_from_offset(const std::string& path, std::size_t offset);
/// `mode`: permission bits.
[[nodiscard]] Result<Done> write_file(const std::string& path, std::string_view content,
                                      std::uint32_t mode = 0644);
/// To an open file; `path` is for the message.
[[nodiscard]] Result<Done> write_all(int file, std::string_view content, const std::string& path);
/// The file has the old or the new content at any instant.
[[nodiscard]] Result<Done> replace_file(const std::string& path, std::string_view content);

/// With all folders above.
[[nodiscard]] Result<Done> make_folders(const std::string& path);
/// The folder that `path` stands in, with all above.
[[nodiscard]] Result<Done> make_folders_above(const std::string& path);
/// Nothing happens where it is absent; what cannot be removed stays.
void remove_tree(const std::string& path);

/// A file, or a folder with all below; symbolic links stay links. `to` must not exist, or be a
/// folder where `from` is one.
[[nodiscard]] Result<Done> copy_tree(const std::string& from, const std::string& to);

/// Paths of all files below a folder, in no order.
[[nodiscard]] std::vector<std::string> files_below(const std::string& folder);

/// Sets permission bits, of all below as well if `recurse`.
[[nodiscard]] Result<Done> set_mode(const std::string& path, std::uint32_t mode, bool recurse);

/// `path` without `.`, `..`, doubled and trailing slashes; absolute paths stay within `/`.
[[nodiscard]] std::string clean_path(std::string_view path);
/// `below` when `path` is `folder` itself ("") or stands in it ("/x/y").
[[nodiscard]] std::optional<std::string> path_within(std::string_view path,
                                                     std::string_view folder);
[[nodiscard]] std::string folder_of(const std::string& path);

} // namespace tiphys::run
