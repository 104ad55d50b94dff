// Commands shown in Markdown pages, run again.
#include "tests/runner/console_blocks.h"

#include <algorithm>

namespace tiphys::golden {
namespace {

constexpr std::string_view kFence = "```";
constexpr std::string_view kOpening = "```console";
constexpr std::string_view kPrompt = "$ ";
constexpr std::string_view kProgram = "$ tiphys ";

/// Takes the first line off `text`, its line break included.
std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end);
    return line;
}

/// The folder that the opening line of a block names.
std::filesystem::path folder_of(std::string_view opening, const std::filesystem::path& root) {
    for (const std::string& word : split_words(opening)) {
        if (word.starts_with("in=")) return root / word.substr(3);
    }
    return root;
}

/// Takes the shown output of a command off `rest`: the lines up to the next prompt or the fence.
std::string_view take_output(std::string_view& rest) {
    const std::string_view begin = rest;
    while (!rest.empty() && !rest.starts_with(kPrompt) && !rest.starts_with(kFence)) {
        take_line(rest);
    }
    return begin.substr(0, begin.size() - rest.size());
}

std::string real_output(std::string_view line, const std::filesystem::path& folder,
                        const Command& command) {
    const std::vector<std::string> words = split_words(line.substr(kProgram.size()));
    const Outcome outcome = run_in(folder, words, "", command);
    std::string text = outcome.out + outcome.err;
    if (!text.empty() && text.back() != '\n') text += '\n';
    return text;
}

} // namespace

std::string with_real_output(std::string_view page, const std::filesystem::path& root,
                             const Command& command) {
    std::string out;
    bool is_console = false;
    std::filesystem::path folder;
    while (!page.empty()) {
        const std::string_view line = take_line(page);
        out += line;
        if (line.starts_with(kFence)) {
            is_console = line.starts_with(kOpening);
            folder = folder_of(line, root);
        } else if (is_console && line.starts_with(kProgram)) {
            const std::string_view shown = take_output(page);
            const std::string real = real_output(line, folder, command);
            out += mask_times(shown) == mask_times(real) ? std::string(shown) : real;
        }
    }
    return out;
}

} // namespace tiphys::golden
