// Brings what pages show up to date.
#include "tests/runner/shown_text.h"

#include <algorithm>

namespace tiphys::golden {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrompt = "$ ";
constexpr std::string_view kProgram = "$ tiphys ";

/// Takes the first line off `text`, its line break included.
std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end);
    return line;
}

/// Number of backticks that begin a line; less than three are no fence.
std::size_t fence_length(std::string_view line) {
    const std::size_t length = std::min(line.find_first_not_of('`'), line.size());
    return length < 3 ? 0 : length;
}

bool closes(std::string_view line, std::size_t fence) {
    return fence_length(line) >= fence && split_words(line).size() == 1;
}

/// Takes the lines of a block off `rest`, without the closing fence.
std::string_view take_block(std::string_view& rest, std::size_t fence) {
    const std::string_view begin = rest;
    while (!rest.empty() && !closes(rest.substr(0, rest.find('\n')), fence)) {
        take_line(rest);
    }
    return begin.substr(0, begin.size() - rest.size());
}

/// What stands behind `name=` in the line that opens a block.
std::string attribute(std::string_view opening, std::string_view name) {
    for (const std::string& word : split_words(opening)) {
        if (word.starts_with(name)) return word.substr(name.size());
    }
    return {};
}

/// Takes the shown output of a command off `rest`: the lines up to the next prompt.
std::string_view take_output(std::string_view& rest) {
    const std::string_view begin = rest;
    while (!rest.empty() && !rest.starts_with(kPrompt)) {
        take_line(rest);
    }
    return begin.substr(0, begin.size() - rest.size());
}

std::string real_output(std::string_view line, const fs::path& folder, const Command& command) {
    const std::vector<std::string> words = split_words(line.substr(kProgram.size()));
    const Outcome outcome = run_in(folder, words, "", command);
    std::string text = outcome.out + outcome.err;
    if (!text.empty() && text.back() != '\n') text += '\n';
    return text;
}

std::string console_block(std::string_view block, const fs::path& folder, const Command& command) {
    std::string out;
    while (!block.empty()) {
        const std::string_view line = take_line(block);
        out += line;
        if (!line.starts_with(kProgram)) continue;
        const std::string_view shown = take_output(block);
        const std::string real = real_output(line, folder, command);
        out += mask_times(shown) == mask_times(real) ? std::string(shown) : real;
    }
    return out;
}

std::string fresh_block(std::string_view opening, std::string_view block, const fs::path& root,
                        const Command& command) {
    const std::string file = attribute(opening, "file=");
    if (!file.empty()) return read_file(root / file);
    if (opening.substr(fence_length(opening)).starts_with("console")) {
        return console_block(block, root / attribute(opening, "in="), command);
    }
    return std::string(block);
}

} // namespace

std::string with_shown_text(std::string_view page, const fs::path& root, const Command& command) {
    std::string out;
    while (!page.empty()) {
        const std::string_view line = take_line(page);
        out += line;
        const std::size_t fence = fence_length(line);
        if (fence == 0) continue;
        const std::string_view block = take_block(page, fence);
        out += fresh_block(line, block, root, command);
        if (!page.empty()) out += take_line(page);
    }
    return out;
}

} // namespace tiphys::golden
