// The live tree.
#include "cli/progress_tree.h"

#include <algorithm>
#include <ostream>
#include <sys/ioctl.h>
#include <unistd.h>

namespace tiphys::cli {
namespace {

/// A node with the nodes shown below it.
struct Branch {
    std::vector<run::NodeId> below;
    /// Itself or something below it is not finished, or has failed.
    bool is_interesting = false;
};

/// Below which node a node is shown: attempts below their retry, elements below their group,
/// everything else below the template around it. kNoId: at the top.
run::NodeId shown_below(const run::State& state, run::NodeId id) {
    const run::Node& node = state.nodes[id];
    if (node.owner.kind == run::Owner::Kind::kAttempt) {
        return state.retries[node.owner.frame].node;
    }
    if (node.owner.kind == run::Owner::Kind::kSlot && node.item != run::kNoId) {
        const run::NodeId group = state.frames[node.owner.frame].slots[node.owner.slot].node;
        if (group != run::kNoId && group != id) return group;
    }
    return node.boundary;
}

std::vector<Branch> branches_of(const run::State& state) {
    std::vector<Branch> branches(state.nodes.size());
    for (run::NodeId id = 0; id < state.nodes.size(); ++id) {
        const run::Node& node = state.nodes[id];
        if (node.type == run::NodeType::kStepGroup) continue;
        const run::NodeId parent = shown_below(state, id);
        if (parent != run::kNoId) branches[parent].below.push_back(id);
        if (is_fulfilled(node.phase) && !is_failed(node.phase)) continue;
        for (run::NodeId at = id; at != run::kNoId && !branches[at].is_interesting;
             at = shown_below(state, at)) {
            branches[at].is_interesting = true;
        }
    }
    return branches;
}

/// Draws lines depth first.
class Drawing {
public:
    Drawing(const run::State& state, std::int64_t now_ms, const TreeView& view, bool all)
        : state_(state), now_ms_(now_ms), view_(view), with_colour_(view.with_colour), all_(all),
          branches_(branches_of(state)) {
        if (view_.shown) leave_out_others();
    }

    std::vector<std::string> run() {
        for (run::NodeId id = 0; id < state_.nodes.size(); ++id) {
            const bool is_top = state_.nodes[id].type != run::NodeType::kStepGroup &&
                                shown_below(state_, id) == run::kNoId;
            if (is_top) draw(id, "", "");
        }
        return std::move(lines_);
    }

private:
    /// A node stays where it is wanted itself, or something below it is.
    void leave_out_others() {
        std::vector<bool> stays(state_.nodes.size());
        for (run::NodeId id = 0; id < state_.nodes.size(); ++id) {
            if (!view_.shown(id)) continue;
            for (run::NodeId at = id; at != run::kNoId && !stays[at];
                 at = shown_below(state_, at)) {
                stays[at] = true;
            }
        }
        for (Branch& branch : branches_) {
            std::erase_if(branch.below, [&](run::NodeId id) { return !stays[id]; });
        }
    }

    std::string line_of(run::NodeId id) const {
        const run::Node& node = state_.nodes[id];
        const bool is_root = id == state_.root;
        const std::string name = is_root
                                     ? state_.plan->workflow_name + " · " + short_name(state_, id)
                                     : run::display_name(state_, id);
        std::string line =
            in_phase_colour(node.phase, phase_sign(node.phase), with_colour_) + " " + name;
        std::string details;
        const bool ran = node.type != run::NodeType::kSkipped;
        if (ran && node.phase != run::Phase::kPending) {
            const std::int64_t end = node.finished_ms != 0 ? node.finished_ms : now_ms_;
            details = "  " + elapsed_text(std::max<std::int64_t>(end - node.started_ms, 0));
        }
        if (node.message != 0) details += "  " + first_line(run::message_of(state_, id));
        const std::string more = view_.details ? view_.details(id) : "";
        if (!more.empty()) details += "  " + more;
        return line + (with_colour_ ? "\033[2m" + details + "\033[0m" : details);
    }

    static std::string first_line(std::string_view text) {
        return std::string(text.substr(0, text.find('\n')));
    }

    void draw(run::NodeId id, const std::string& prefix, const std::string& branch_sign) {
        lines_.push_back(prefix + branch_sign + line_of(id));
        const std::string below_prefix = prefix + (branch_sign.empty()    ? ""
                                                   : branch_sign == "├─ " ? "│  "
                                                                          : "   ");
        std::vector<run::NodeId> shown;
        std::size_t n_left_out = 0;
        for (const run::NodeId child : branches_[id].below) {
            if (all_ || branches_[child].is_interesting) {
                shown.push_back(child);
            } else {
                ++n_left_out;
            }
        }
        if (n_left_out > 0) {
            lines_.push_back(below_prefix + (shown.empty() ? "└─ " : "├─ ") + "✔ " +
                             std::to_string(n_left_out) + " done");
        }
        for (std::size_t i = 0; i < shown.size(); ++i) {
            draw(shown[i], below_prefix, i + 1 == shown.size() ? "└─ " : "├─ ");
        }
    }

    const run::State& state_;
    std::int64_t now_ms_;
    const TreeView& view_;
    bool with_colour_;
    bool all_;
    std::vector<Branch> branches_;
    std::vector<std::string> lines_;
};

} // namespace

TerminalSize terminal_size() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) {
        return {};
    }
    return {size.ws_col, size.ws_row};
}

std::string cut_to_width(const std::string& text, std::size_t n_columns) {
    std::string out;
    std::size_t column = 0;
    bool in_code = false;
    bool had_code = false;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\033') in_code = had_code = true;
        const bool begins_character = !in_code && (byte & 0xc0U) != 0x80U;
        if (begins_character && ++column > n_columns) break;
        out += c;
        if (in_code && c == 'm') in_code = false;
    }
    if (column > n_columns && had_code) out += "\033[0m";
    return out;
}

std::vector<std::string> tree_lines(const run::State& state, std::int64_t now_ms,
                                    const TreeView& view) {
    return Drawing(state, now_ms, view, true).run();
}

std::vector<std::string> tree_lines(const run::State& state, std::int64_t now_ms,
                                    std::size_t n_lines, bool with_colour) {
    const TreeView view{with_colour, {}, {}};
    std::vector<std::string> lines = Drawing(state, now_ms, view, true).run();
    if (n_lines == 0 || lines.size() <= n_lines) return lines;
    lines = Drawing(state, now_ms, view, false).run();
    if (lines.size() <= n_lines) return lines;
    const std::size_t n_left_out = lines.size() - n_lines + 1;
    lines.resize(n_lines - 1);
    lines.push_back("… " + std::to_string(n_left_out) + " more lines");
    return lines;
}

void TreeProgress::erase() {
    if (n_drawn_ > 0) out_ << "\033[" << n_drawn_ << "A\r\033[J";
    n_drawn_ = 0;
}

void TreeProgress::draw(const run::State& state, std::int64_t now_ms) {
    const TerminalSize size = terminal_size();
    for (const std::string& line :
         tree_lines(state, now_ms, size.n_rows - 1, options_.with_colour)) {
        out_ << cut_to_width(line, size.n_columns - 1) << "\n";
        ++n_drawn_;
    }
    out_.flush();
}

void TreeProgress::node_changed(const run::State&, run::NodeId) {}

void TreeProgress::output(const run::State& state, const run::Backend::Output& output) {
    if (!options_.with_output) return;
    erase();
    printer_.print(state, output);
}

void TreeProgress::tick(const run::State& state, std::int64_t now_ms) {
    erase();
    draw(state, now_ms);
}

void TreeProgress::finished(const run::State& state) {
    erase();
    printer_.flush(state);
    for (const std::string& line : tree_lines(state, state.now_ms, 0, options_.with_colour)) {
        out_ << line << "\n";
    }
    out_ << outcome_line(state, options_.with_colour) << "\n";
    out_.flush();
}

void TreeProgress::warned(const std::string& message) {
    erase();
    out_ << "tiphys: " << message << "\n";
}

} // namespace tiphys::cli
