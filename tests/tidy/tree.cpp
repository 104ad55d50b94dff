// The source tree as the checks see it.
#include "tests/tidy/tree.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/tidy/cpp_text.h"

namespace tiphys::tidy {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 6> kSkippedFolders = {".git",  "build",   ".cache",
                                                             ".idea", ".vscode", "node_modules"};

bool is_skipped(const fs::path& path) {
    const std::string name = path.filename().string();
    return std::find(kSkippedFolders.begin(), kSkippedFolders.end(), name) != kSkippedFolders.end();
}

std::string read_text(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
}

} // namespace

bool File::is_header() const {
    return path.ends_with(".h");
}

bool File::is_cpp() const {
    return is_header() || path.ends_with(".cpp");
}

bool File::is_test() const {
    return path.ends_with("_test.cpp") || is_below(path, "tests");
}

bool File::is_markdown() const {
    return path.ends_with(".md");
}

bool File::is_source() const {
    return is_cpp() || path.ends_with(".schema") || path.ends_with(".cmake") ||
           path.ends_with(".g4") || name() == "CMakeLists.txt" || name() == "Makefile" ||
           is_below_any(path, "scripts .ci");
}

bool File::is_text() const {
    return text.find('\0') == text.npos;
}

std::string_view File::name() const {
    return std::string_view(path).substr(path.rfind('/') + 1);
}

void Tree::add(std::string path, std::string text) {
    File file{std::move(path), std::move(text), {}};
    if (file.is_cpp()) file.code = code_of(file.text);
    const auto place =
        std::upper_bound(files_.begin(), files_.end(), file,
                         [](const File& a, const File& b) { return a.path < b.path; });
    files_.insert(place, std::move(file));
}

const File* Tree::find(std::string_view path) const {
    const auto at =
        std::lower_bound(files_.begin(), files_.end(), path,
                         [](const File& file, std::string_view p) { return file.path < p; });
    return at != files_.end() && at->path == path ? &*at : nullptr;
}

bool Tree::has(std::string_view path) const {
    return std::any_of(files_.begin(), files_.end(),
                       [&](const File& file) { return is_below(file.path, path); });
}

std::optional<Tree> read_tree(const std::string& root) {
    std::error_code failed;
    Tree tree;
    fs::recursive_directory_iterator entry(root, failed);
    for (; !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
        if (is_skipped(entry->path())) {
            entry.disable_recursion_pending();
        } else if (entry->is_regular_file(failed)) {
            tree.add(fs::relative(entry->path(), root, failed).generic_string(),
                     read_text(entry->path()));
        }
    }
    if (failed) return std::nullopt;
    return tree;
}

bool is_below(std::string_view path, std::string_view folder) {
    return path == folder || (path.starts_with(folder) && path.substr(folder.size())[0] == '/');
}

bool is_below_any(std::string_view path, std::string_view folders) {
    const std::vector<std::string_view> list = split(folders, ' ');
    return std::any_of(list.begin(), list.end(),
                       [&](std::string_view folder) { return is_below(path, folder); });
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.push_back(text.substr(0, end));
        if (end == text.npos) break;
        text.remove_prefix(end + 1);
    }
    return lines;
}

int line_at(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    return static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1;
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view kSpaces = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(kSpaces);
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        if (end > 0) parts.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

} // namespace tiphys::tidy
