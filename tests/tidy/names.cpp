// Names of files, types and tests.
#include <algorithm>
#include <array>
#include <cctype>

#include "tests/tidy/checks.h"
#include "tests/tidy/cpp_text.h"

namespace tiphys::tidy {
namespace {

/// Endings of type names that say nothing.
constexpr std::array<std::string_view, 6> kEmptyEndings = {"Manager", "Helper", "Helpers",
                                                           "Util",    "Utils",  "Impl"};
/// The same for files.
constexpr std::array<std::string_view, 7> kEmptyFileNames = {"util", "utils",  "helper", "helpers",
                                                             "misc", "common", "impl"};

bool is_made_of(std::string_view text, std::string_view more) {
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return std::islower(static_cast<unsigned char>(c)) != 0 ||
               std::isdigit(static_cast<unsigned char>(c)) != 0 || more.find(c) != more.npos;
    });
}

std::string_view without_ending(std::string_view name) {
    return name.substr(0, name.find('.'));
}

void check_file_name(const File& file, Findings& findings) {
    const std::string_view stem = without_ending(file.name());
    const bool is_code =
        file.is_cpp() || file.path.ends_with(".schema") || file.path.ends_with(".cmake");
    if (is_code && !is_made_of(file.path, "_/.")) {
        findings.push_back({file.path, 0, "names of files and their folders are in snake_case"});
    }
    if (is_below_any(file.path, "docs examples scripts") && !is_made_of(file.path, "_-/.") &&
        file.name() != "README.md") {
        findings.push_back({file.path, 0, "names of files are in small letters"});
    }
    if (!file.is_cpp()) return;
    if (std::find(kEmptyFileNames.begin(), kEmptyFileNames.end(), stem) != kEmptyFileNames.end()) {
        findings.push_back(
            {file.path, 0, "`" + std::string(stem) + "` does not say what is in it"});
    }
}

void check_type_names(const File& file, Findings& findings) {
    for (const std::string_view keyword : {"class", "struct"}) {
        for (const std::size_t at : find_word(file.code, keyword)) {
            std::string_view rest = trim(std::string_view(file.code).substr(at + keyword.size()));
            if (rest.starts_with("[[")) rest = trim(rest.substr(rest.find("]]") + 2));
            std::size_t end = 0;
            while (end < rest.size() && is_word_char(rest[end])) {
                ++end;
            }
            const std::string_view name = rest.substr(0, end);
            const bool is_empty =
                std::any_of(kEmptyEndings.begin(), kEmptyEndings.end(),
                            [&](std::string_view ending) { return name.ends_with(ending); });
            if (!is_empty) continue;
            findings.push_back({file.path, line_at(file.code, at),
                                "`" + std::string(name) + "` does not say what it is"});
        }
    }
}

/// Tests stand in `x_test.cpp`: the build tells them apart by the name.
void check_test_names(const File& file, Findings& findings) {
    if (find_word(file.code, "TEST_CASE").empty() || file.path.ends_with("_test.cpp")) return;
    findings.push_back({file.path, 0, "holds tests, but its name does not end in `_test.cpp`"});
}

void check_test_titles(const File& file, Findings& findings) {
    for (const std::size_t at : find_word(file.code, "TEST_CASE")) {
        const std::size_t open = file.text.find('"', at);
        if (open == file.text.npos || open + 1 >= file.text.size()) continue;
        const std::string_view title =
            std::string_view(file.text).substr(open + 1, file.text.find('"', open + 1) - open - 1);
        if (!title.empty() && !title.ends_with('.')) continue;
        findings.push_back({file.path, line_at(file.text, at),
                            "a test's name says what holds, without a full stop"});
    }
}

} // namespace

Findings check_names(const Tree& tree) {
    Findings findings;
    for (const File& file : tree.files()) {
        check_file_name(file, findings);
        if (!file.is_cpp()) continue;
        check_type_names(file, findings);
        check_test_names(file, findings);
        check_test_titles(file, findings);
    }
    return findings;
}

} // namespace tiphys::tidy
