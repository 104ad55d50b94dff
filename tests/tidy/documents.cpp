// Markdown pages: one title, and links that lead somewhere. What pages show of the program is
// compared by the golden runner.
#include <algorithm>
#include <cctype>
#include <optional>

#include "tests/tidy/checks.h"
#include "tests/tidy/cpp_text.h"

namespace tiphys::tidy {
namespace {

/// A line of a page outside of fenced blocks.
struct ProseLine {
    std::string_view text;
    int line = 0;
};

using Prose = std::vector<ProseLine>;

/// Number of backticks that begin a line; less than three are no fence.
std::size_t fence_length(std::string_view line) {
    const std::size_t length = std::min(line.find_first_not_of('`'), line.size());
    return length < 3 ? 0 : length;
}

Prose prose_of(std::string_view text) {
    Prose prose;
    std::size_t fence = 0; // of the block that the line stands in
    int number = 0;
    for (const std::string_view line : lines_of(text)) {
        ++number;
        const std::size_t length = fence_length(trim(line));
        if (fence == 0 && length == 0) {
            prose.push_back({line, number});
        } else if (fence == 0) {
            fence = length;
        } else if (length >= fence && length == trim(line).size()) {
            fence = 0;
        }
    }
    return prose;
}

void check_title(const File& file, const Prose& prose, Findings& findings) {
    int n_titles = 0;
    for (const ProseLine& line : prose) {
        if (line.text.starts_with("# ")) ++n_titles;
    }
    const bool is_first = file.text.starts_with("# ") || file.text.starts_with("<!--");
    if (n_titles == 1 && is_first) return;
    findings.push_back(
        {file.path, 1,
         "a page begins with its one `#` title; this has " + std::to_string(n_titles)});
}

/// The path from the root that a link of `page` means, without `.` and `..`; nothing where it
/// leads out of the tree.
std::optional<std::string> resolve(std::string_view page, std::string_view link) {
    std::vector<std::string_view> parts = split(page.substr(0, page.rfind('/') + 1), '/');
    if (page.find('/') == page.npos) parts.clear();
    for (const std::string_view part : split(link, '/')) {
        if (part == ".") continue;
        if (part != "..") {
            parts.push_back(part);
        } else if (parts.empty()) {
            return std::nullopt;
        } else {
            parts.pop_back();
        }
    }
    std::string path;
    for (const std::string_view part : parts) {
        path += (path.empty() ? "" : "/") + std::string(part);
    }
    return path;
}

/// The name that a heading gets in links: small letters, spaces to dashes, no punctuation.
std::string anchor_of(std::string_view heading) {
    std::string anchor;
    for (const char c : trim(heading.substr(heading.find_first_not_of('#')))) {
        if (c == ' ') anchor += '-';
        if (is_word_char(c) || c == '-' || static_cast<unsigned char>(c) >= 0x80U) {
            anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
    }
    return anchor;
}

bool has_anchor(const File& file, std::string_view anchor) {
    const Prose prose = prose_of(file.text);
    return std::any_of(prose.begin(), prose.end(), [&](const ProseLine& line) {
        return (line.text.starts_with('#') && anchor_of(line.text) == anchor) ||
               line.text.find("id=\"" + std::string(anchor) + "\"") != line.text.npos;
    });
}

void check_link(const Tree& tree, const File& file, int line, std::string_view link,
                Findings& findings) {
    if (link.find("://") != link.npos || link.starts_with("mailto:")) return;
    const std::size_t hash = std::min(link.find('#'), link.size());
    const std::string_view target = link.substr(0, hash);
    const std::optional<std::string> path = target.empty() ? file.path : resolve(file.path, target);
    const std::string shown = "`" + std::string(link) + "`";
    if (!path || !tree.has(*path)) {
        findings.push_back({file.path, line, "the link " + shown + " leads nowhere"});
        return;
    }
    const File* page = tree.find(*path);
    if (hash == link.size() || page == nullptr || !page->is_markdown()) return;
    if (has_anchor(*page, link.substr(hash + 1))) return;
    findings.push_back({file.path, line, "the link " + shown + " names no heading of the page"});
}

/// Calls check_link for each `[words](link)` outside of `code`.
void check_links(const Tree& tree, const File& file, const ProseLine& prose, Findings& findings) {
    std::string text(prose.text);
    bool is_code = false;
    for (char& c : text) {
        if (c == '`') is_code = !is_code;
        if (is_code) c = ' ';
    }
    for (std::size_t at = text.find("]("); at != text.npos; at = text.find("](", at + 2)) {
        const std::size_t end = text.find(')', at);
        if (end == text.npos) return;
        const std::string_view inside = trim(prose.text.substr(at + 2, end - at - 2));
        check_link(tree, file, prose.line, inside.substr(0, inside.find(' ')), findings);
    }
}

} // namespace

Findings check_documents(const Tree& tree) {
    Findings findings;
    for (const File& file : tree.files()) {
        if (!file.is_markdown() || is_below(file.path, "tests/golden")) continue;
        const Prose prose = prose_of(file.text);
        check_title(file, prose, findings);
        for (const ProseLine& line : prose) {
            check_links(tree, file, line, findings);
        }
    }
    return findings;
}

} // namespace tiphys::tidy
