// Lengths of functions, files and lines; what a file begins and ends with.
#include <algorithm>
#include <array>

#include "tests/tidy/checks.h"
#include "tests/tidy/cpp_text.h"

namespace tiphys::tidy {
namespace {

constexpr int kFunctionLines = 70;
constexpr std::size_t kFileLines = 800;
constexpr std::size_t kColumns = 100;
/// Documentation stands at the end of a schema's lines.
constexpr std::size_t kSchemaColumns = 200;

/// Functions that may be longer, as `path:name`; for tables that cannot be split.
constexpr std::array<std::string_view, 1> kLongFunctions = {
    // One line for each operator.
    "compiler/expr/tree.cpp:spelling",
};

/// Number of characters, not bytes: the continuation bytes of UTF-8 take no column.
std::size_t columns(std::string_view line) {
    return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

void check_functions(const File& file, Findings& findings) {
    for (const Function& function : find_functions(file.code)) {
        const int length = function.last_line - function.first_line + 1;
        if (length <= kFunctionLines) continue;
        const std::string key = file.path + ":" + function.name;
        if (std::find(kLongFunctions.begin(), kLongFunctions.end(), key) != kLongFunctions.end()) {
            continue;
        }
        findings.push_back({file.path, function.first_line,
                            "`" + function.name + "` has " + std::to_string(length) +
                                " lines, more than " + std::to_string(kFunctionLines)});
    }
}

/// Lines within R"md(...)md": documentation, whose long lines Markdown needs.
std::vector<bool> documentation_lines(const File& file) {
    std::vector<bool> is_documentation;
    bool inside = false;
    for (const std::string_view line : lines_of(file.text)) {
        const bool opens = line.find("R\"md(") != line.npos;
        is_documentation.push_back(inside || opens);
        if (opens) inside = true;
        if (line.find(")md\"") != line.npos) inside = false;
    }
    return is_documentation;
}

void check_lines(const File& file, Findings& findings) {
    const std::size_t limit = file.path.ends_with(".schema") ? kSchemaColumns : kColumns;
    const std::vector<std::string_view> lines = lines_of(file.text);
    const std::vector<bool> is_documentation = documentation_lines(file);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const int line = static_cast<int>(i) + 1;
        if (columns(lines[i]) > limit && !is_documentation[i] &&
            lines[i].find("://") == std::string_view::npos) {
            findings.push_back(
                {file.path, line, "line of more than " + std::to_string(limit) + " columns"});
        }
        if (lines[i].ends_with(' ') || lines[i].ends_with('\t') || lines[i].ends_with('\r')) {
            findings.push_back({file.path, line, "white space at the end of the line"});
        }
    }
    if (!file.text.empty() && file.text.back() != '\n') {
        findings.push_back({file.path, 0, "the last line has no line break"});
    }
    if (lines.size() > kFileLines) {
        findings.push_back(
            {file.path, 0,
             std::to_string(lines.size()) + " lines, more than " + std::to_string(kFileLines)});
    }
}

/// True for a comment that says something.
bool is_comment(std::string_view line, std::string_view mark) {
    return line.starts_with(mark) && trim(line.substr(mark.size())).size() > 3;
}

void check_beginning(const File& file, Findings& findings) {
    std::vector<std::string_view> lines = lines_of(file.text);
    lines.resize(std::max<std::size_t>(lines.size(), 2));
    if (file.is_header()) {
        if (lines[0] != "#pragma once") {
            findings.push_back({file.path, 1, "a header begins with `#pragma once`"});
        } else if (!is_comment(lines[1], "// ")) {
            findings.push_back({file.path, 2, "a `//` comment on the header's purpose is missing"});
        }
    } else if (file.is_cpp()) {
        if (!is_comment(lines[0], "// ")) {
            findings.push_back({file.path, 1, "a `//` comment on the file's purpose is missing"});
        }
    } else if (is_below_any(file.path, "scripts .ci")) {
        if (!lines[0].starts_with("#!") || !is_comment(lines[1], "# ")) {
            findings.push_back(
                {file.path, 1, "a script begins with `#!` and a comment on its use"});
        }
    } else if (file.path.ends_with(".schema") && !is_comment(lines[0], "# ")) {
        findings.push_back({file.path, 1, "a `#` comment on the table's topic is missing"});
    }
}

void check_using_namespace(const File& file, Findings& findings) {
    for (const std::size_t at : find_word(file.code, "using")) {
        const std::string_view rest = trim(std::string_view(file.code).substr(at + 5, 12));
        if (!rest.starts_with("namespace")) continue;
        findings.push_back({file.path, line_at(file.code, at), "`using namespace` in a header"});
    }
}

} // namespace

Findings check_layout(const Tree& tree) {
    Findings findings;
    for (const File& file : tree.files()) {
        if (!file.is_source() || !file.is_text()) continue;
        check_lines(file, findings);
        check_beginning(file, findings);
        if (file.is_cpp()) check_functions(file, findings);
        if (file.is_header()) check_using_namespace(file, findings);
    }
    return findings;
}

} // namespace tiphys::tidy
