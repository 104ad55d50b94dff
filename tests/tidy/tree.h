#pragma once
// The source tree as the checks see it: every file with its text, and for C++ the code alone.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tiphys::tidy {

/// One file. `path` is relative to the root, with slashes.
struct File {
    std::string path;
    std::string text;
    /// Of C++ files: the text without comments and the insides of literals, see code_of().
    std::string code;

    [[nodiscard]] bool is_header() const;
    /// A header or a source file of C++.
    [[nodiscard]] bool is_cpp() const;
    /// A unit test or a file below tests/.
    [[nodiscard]] bool is_test() const;
    [[nodiscard]] bool is_markdown() const;
    /// Something that people write and compilers or shells read: C++, schema, CMake, make, shell.
    [[nodiscard]] bool is_source() const;
    /// False where a NUL byte says that this is no text.
    [[nodiscard]] bool is_text() const;
    /// The part of the path after the last slash.
    [[nodiscard]] std::string_view name() const;
};

/// All files, sorted by path.
class Tree {
public:
    /// Adds a file; a second one of the same path is kept too.
    void add(std::string path, std::string text);

    [[nodiscard]] const std::vector<File>& files() const { return files_; }
    [[nodiscard]] const File* find(std::string_view path) const;
    /// True for a file, and for a folder that holds one.
    [[nodiscard]] bool has(std::string_view path) const;

private:
    std::vector<File> files_;
};

/// Reads everything below `root` but version control and build folders; nothing where `root`
/// cannot be read.
[[nodiscard]] std::optional<Tree> read_tree(const std::string& root);

/// True where `path` is `folder` or lies below it.
[[nodiscard]] bool is_below(std::string_view path, std::string_view folder);
/// is_below() for one of several folders, separated by spaces.
[[nodiscard]] bool is_below_any(std::string_view path, std::string_view folders);

/// The lines of a text, without their line breaks.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);
/// Number of the line at an offset, from 1.
[[nodiscard]] int line_at(std::string_view text, std::size_t offset);
/// Without spaces, tabs and line breaks at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);
/// The parts of a text between separators; empty parts are left out.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

} // namespace tiphys::tidy
