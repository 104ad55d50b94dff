// Finds and reads golden cases.
#include "tests/runner/golden_case.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <set>
#include <sstream>

namespace tiphys::golden {
namespace {

namespace fs = std::filesystem;

std::set<fs::path> entries(const fs::path& folder) {
    std::error_code failed;
    std::set<fs::path> sorted;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, failed)) {
        sorted.insert(entry.path());
    }
    return sorted;
}

/// A format that `args` may ask for, and the ending of its files.
struct FormatEnding {
    std::string_view format;
    std::string_view ending;
};

constexpr std::array kFormatEndings = {
    FormatEnding{"json", "json"},        FormatEnding{"json-lines", "jsonl"},
    FormatEnding{"sarif", "sarif.json"}, FormatEnding{"dot", "dot"},
    FormatEnding{"mermaid", "mmd"},      FormatEnding{"svg", "svg"},
    FormatEnding{"yaml", "yaml"},
};

Result<int> exit_code_of(const Case& golden) {
    const fs::path path = golden.folder / "exit";
    if (!fs::exists(path)) return golden.must_fail() ? 1 : 0;
    const std::string text = read_file(path);
    int code = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), code);
    if (parsed.ec != std::errc{} || golden.must_fail() != (code != 0)) {
        return Error{golden.id() + ": `exit` must hold a number that is 0, or another one for "
                                   "cases called `fail_*`"};
    }
    return code;
}

Result<Case> read_case(const Suite& suite, const fs::path& folder) {
    Case golden;
    golden.suite = &suite;
    golden.name = folder.filename().string();
    golden.folder = folder;
    for (const fs::path& path : entries(folder)) {
        const std::string name = path.filename().string();
        if (name == "input" || name.starts_with("input.")) golden.inputs.push_back(name);
        if (name == "args") golden.args = split_words(read_file(path));
        if (name.starts_with("expected.")) golden.expected[name] = read_file(path);
    }
    TIPHYS_TRY(exit_code, exit_code_of(golden));
    golden.exit_code = exit_code;
    return golden;
}

} // namespace

bool Case::reads_stdin() const {
    return std::find(args.begin(), args.end(), "-") != args.end() && inputs.size() == 1 &&
           !fs::is_directory(folder / inputs[0]);
}

std::vector<std::string> Case::words_of(std::string_view command) const {
    std::vector<std::string> words = split_words(command);
    std::replace(words.begin(), words.end(), std::string("{case}"), name);
    return words;
}

std::vector<std::string> Case::command_line() const {
    std::vector<std::string> words = words_of(suite->command);
    if (!reads_stdin()) words.insert(words.end(), inputs.begin(), inputs.end());
    words.insert(words.end(), args.begin(), args.end());
    return words;
}

std::string Case::output_file() const {
    for (const auto& [file, text] : expected) {
        if (file != kErrorFile && file != kFixedFile) return file;
    }
    for (const FormatEnding& row : kFormatEndings) {
        const bool is_asked = std::any_of(args.begin(), args.end(), [&](const std::string& word) {
            return word == row.format || word.ends_with("=" + std::string(row.format));
        });
        if (is_asked) return "expected." + std::string(row.ending);
    }
    return "expected." + std::string(suite->ending);
}

Result<std::vector<Case>> find_cases(const fs::path& folder) {
    std::vector<Case> cases;
    for (const fs::path& suite_folder : entries(folder)) {
        const Suite* suite = find_suite(suite_folder.filename().string());
        if (suite == nullptr) {
            return Error{"`" + suite_folder.string() +
                         "` is no suite; give it a row in tests/runner/suites.cpp"};
        }
        for (const fs::path& case_folder : entries(suite_folder)) {
            TIPHYS_TRY(golden, read_case(*suite, case_folder));
            cases.push_back(std::move(golden));
        }
    }
    return cases;
}

std::vector<std::string> split_words(std::string_view line) {
    std::vector<std::string> words;
    bool in_word = false;
    char quote = '\0';
    for (const char c : line) {
        const bool is_space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (quote == '\0' && is_space) {
            in_word = false;
            continue;
        }
        if (!in_word) words.emplace_back();
        in_word = true;
        if (quote == '\0' && (c == '\'' || c == '"')) {
            quote = c;
        } else if (c == quote) {
            quote = '\0';
        } else {
            words.back() += c;
        }
    }
    return words;
}

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
}

} // namespace tiphys::golden
