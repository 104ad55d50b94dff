// Words that code may hold only at its walls, and words that no committed text may hold.
#include <algorithm>
#include <array>
#include <cctype>

#include "tests/tidy/checks.h"
#include "tests/tidy/cpp_text.h"

namespace tiphys::tidy {
namespace {

/// A word of C++ and the files and folders that may use it.
struct WalledWord {
    std::string_view word;
    std::string_view allowed_in;
    std::string_view advice;
    bool is_for_tests = false;
};

constexpr std::string_view kPrinters = "compiler/base/assert.cpp cli/main.cpp schemas/gen";
/// Around libraries that throw: ANTLR, CLI11, JSON of clusters, and whatever reaches main().
constexpr std::string_view kCatchers =
    "compiler/syntax cli/run_command.cpp cli/cluster/cluster.cpp "
    "cli/main.cpp runtime/executor/main.cpp runtime/backends tests/bench";

constexpr std::array kWalledWords = {
    WalledWord{"throw", "compiler/syntax", "return a Result, or report a diagnostic"},
    WalledWord{"catch", kCatchers,
               "exceptions end at the wall around the library that throws them"},
    WalledWord{"new", "compiler/base/arena.h", "use values, std::make_unique or an Arena"},
    WalledWord{"delete", "", "let an owner free it"},
    WalledWord{"goto", "", "use a function"},
    WalledWord{"cout", kPrinters, "write to the stream that the command was given", true},
    WalledWord{"cerr", kPrinters, "write to the stream that the command was given", true},
    WalledWord{"clog", "", "write to the stream that the command was given", true},
    WalledWord{"printf", "", "write to the stream that the command was given", true},
    WalledWord{"fprintf", kPrinters, "write to the stream that the command was given", true},
    WalledWord{"puts", "", "write to the stream that the command was given", true},
    WalledWord{"fputs", kPrinters, "write to the stream that the command was given", true},
};

/// Marks of unfinished work: finish it, or write down in words what is missing and why.
constexpr std::array<std::string_view, 3> kUnfinished = {"TODO", "FIXME", "XXX"};

/// The project speaks of itself alone, not of how or by whom it is being made. Small letters.
constexpr std::array<std::string_view, 14> kForeignWords = {
    "coding agent",  "ai agent",     "subagent",        "sub-agent",      "this session",
    "next session",  "last session", "another session", "my brief",       "the brief says",
    "as instructed", "the customer", "this workplace",  "co-authored-by",
};

/// This file names what it forbids.
bool is_exempt_from_words(const File& file) {
    return is_below(file.path, "tests/tidy");
}

/// `= delete` and `operator new` name no allocation of their own.
bool is_declaration(std::string_view code, std::size_t at) {
    const std::size_t from = at < 16 ? 0 : at - 16;
    const std::string_view before = trim(code.substr(from, at - from));
    return before.ends_with('=') || before.ends_with("operator");
}

void check_code(const File& file, Findings& findings) {
    for (const WalledWord& rule : kWalledWords) {
        if (is_below_any(file.path, rule.allowed_in)) continue;
        if (rule.is_for_tests && file.is_test()) continue;
        for (const std::size_t at : find_word(file.code, rule.word)) {
            const int line = line_at(file.code, at);
            if (trim(lines_of(file.code)[static_cast<std::size_t>(line) - 1]).starts_with('#')) {
                continue;
            }
            if (rule.word == "delete" && is_declaration(file.code, at)) continue;
            findings.push_back(
                {file.path, line, "`" + std::string(rule.word) + "`: " + std::string(rule.advice)});
        }
    }
}

void check_unfinished(const File& file, Findings& findings) {
    for (const std::string_view word : kUnfinished) {
        for (const std::size_t at : find_word(file.text, word)) {
            findings.push_back({file.path, line_at(file.text, at),
                                "`" + std::string(word) + "` marks unfinished work"});
        }
    }
}

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

std::size_t digits_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0) {
        ++end;
    }
    return end - at;
}

/// Offsets of `issue 3`, `issues #12` and ` #12`. Longer numbers are left alone: those of
/// upstream's issues have four digits and more, those of colours three and more.
std::vector<std::size_t> issue_numbers(std::string_view lower) {
    constexpr std::size_t kMostDigits = 2;
    std::vector<std::size_t> found;
    const auto add_if_number = [&](std::size_t begin, std::size_t number) {
        const std::size_t n_digits = digits_at(lower, number);
        const std::size_t end = number + n_digits;
        const bool ends_word = end >= lower.size() || !is_word_char(lower[end]);
        if (n_digits > 0 && n_digits <= kMostDigits && ends_word) found.push_back(begin);
    };
    for (const std::string_view word : {"issue", "issues"}) {
        for (const std::size_t at : find_word(lower, word)) {
            const std::size_t number = lower.find_first_not_of(' ', at + word.size());
            if (number != lower.npos && number > at + word.size()) add_if_number(at, number);
        }
    }
    for (std::size_t at = lower.find('#'); at != lower.npos; at = lower.find('#', at + 1)) {
        const char before = at == 0 ? '\n' : lower[at - 1];
        // `#39;` is a character in a drawing.
        const std::size_t end = lower.find_first_not_of("0123456789", at + 1);
        const bool is_entity = end != lower.npos && lower[end] == ';';
        if (is_entity) continue;
        if (before == ' ' || before == '(' || before == '\n') add_if_number(at, at + 1);
    }
    return found;
}

/// Home folders of people. Manifests may name them: they stand for paths in containers.
std::vector<std::size_t> home_folders(const File& file) {
    std::vector<std::size_t> found;
    if (file.path.ends_with(".yaml")) return found;
    constexpr std::string_view kHome = "/home/";
    for (std::size_t at = file.text.find(kHome); at != file.text.npos;
         at = file.text.find(kHome, at + 1)) {
        const std::size_t name = at + kHome.size();
        const bool begins = at == 0 || !is_word_char(file.text[at - 1]);
        if (begins && name < file.text.size() && is_word_char(file.text[name])) found.push_back(at);
    }
    return found;
}

void check_text(const File& file, const Machine& machine, Findings& findings) {
    const auto report = [&](std::size_t at, const std::string& message) {
        findings.push_back({file.path, line_at(file.text, at), message});
    };
    const std::string lower = lower_case(file.text);
    for (const std::string_view word : kForeignWords) {
        for (const std::size_t at : find_word(lower, word)) {
            report(at, "`" + std::string(word) + "` does not speak of the program");
        }
    }
    for (const std::size_t at : issue_numbers(lower)) {
        report(at, "the number of an issue: say what is meant instead");
    }
    for (const std::size_t at : home_folders(file)) {
        report(at, "the path of somebody's home");
    }
    for (const std::string& path : machine.paths) {
        for (std::size_t at = file.text.find(path); at != file.text.npos;
             at = file.text.find(path, at + 1)) {
            report(at, "`" + path + "` is a path of this machine");
        }
    }
}

} // namespace

Findings check_words(const Tree& tree, const Machine& machine) {
    Findings findings;
    for (const File& file : tree.files()) {
        if (!file.is_text()) continue;
        if (file.is_cpp()) check_code(file, findings);
        if (is_exempt_from_words(file)) continue;
        if (file.is_source()) check_unfinished(file, findings);
        check_text(file, machine, findings);
    }
    return findings;
}

} // namespace tiphys::tidy
