// Branches and lines.
#include "cli/tree_shape.h"

#include "cli/progress_plain.h"

namespace tiphys::cli {
namespace {

void draw(const TreeShape& shape, std::size_t node, const std::string& prefix,
          const std::string& sign, std::vector<std::string>& lines) {
    lines.push_back(prefix + sign + shape.line_of(node));
    const std::string below = prefix + (sign.empty() ? "" : sign == "├─ " ? "│  " : "   ");
    std::vector<std::size_t> shown;
    std::size_t n_left_out = 0;
    for (const std::size_t child : shape.branches[node].below) {
        if (shape.shows_all || shape.branches[child].is_interesting) {
            shown.push_back(child);
        } else {
            ++n_left_out;
        }
    }
    if (n_left_out > 0) {
        lines.push_back(below + (shown.empty() ? "└─ " : "├─ ") + "✔ " +
                        std::to_string(n_left_out) + " done");
    }
    for (std::size_t i = 0; i < shown.size(); ++i) {
        draw(shape, shown[i], below, i + 1 == shown.size() ? "└─ " : "├─ ", lines);
    }
}

} // namespace

std::vector<std::string> draw_tree(const TreeShape& shape) {
    std::vector<std::string> lines;
    for (const std::size_t top : shape.tops) {
        draw(shape, top, "", "", lines);
    }
    return lines;
}

std::string line_text(const NodeLine& line, bool with_colour) {
    std::string details;
    if (line.elapsed_ms >= 0) details = "  " + elapsed_text(line.elapsed_ms);
    if (!line.message.empty()) {
        details += "  " + std::string(line.message.substr(0, line.message.find('\n')));
    }
    if (!line.more.empty()) details += "  " + line.more;
    return in_phase_colour(line.phase, phase_sign(line.phase), with_colour) + " " + line.name +
           (with_colour ? "\033[2m" + details + "\033[0m" : details);
}

} // namespace tiphys::cli
