// The live tree.
#include "cli/progress_tree.h"

#include <algorithm>
#include <ostream>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/tree_shape.h"

namespace tiphys::cli {
namespace {

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

/// A node stays where it is wanted itself, or something below it is.
void leave_out_others(const run::State& state, const TreeView& view,
                      std::vector<Branch>& branches) {
    std::vector<bool> stays(state.nodes.size());
    for (run::NodeId id = 0; id < state.nodes.size(); ++id) {
        if (!view.shown(id)) continue;
        for (run::NodeId at = id; at != run::kNoId && !stays[at]; at = shown_below(state, at)) {
            stays[at] = true;
        }
    }
    for (Branch& branch : branches) {
        std::erase_if(branch.below, [&](std::size_t id) { return !stays[id]; });
    }
}

std::string node_line(const run::State& state, run::NodeId id, std::int64_t now_ms,
                      const TreeView& view) {
    const run::Node& node = state.nodes[id];
    NodeLine line;
    line.phase = node.phase;
    line.name = id == state.root ? state.plan->workflow_name + " · " + short_name(state, id)
                                 : run::display_name(state, id);
    if (node.type != run::NodeType::kSkipped && node.phase != run::Phase::kPending) {
        const std::int64_t end = node.finished_ms != 0 ? node.finished_ms : now_ms;
        line.elapsed_ms = std::max<std::int64_t>(end - node.started_ms, 0);
    }
    if (node.message != 0) line.message = run::message_of(state, id);
    if (view.details) line.more = view.details(id);
    return line_text(line, view.with_colour);
}

std::vector<std::string> drawn(const run::State& state, std::int64_t now_ms, const TreeView& view,
                               bool shows_all) {
    TreeShape shape;
    shape.shows_all = shows_all;
    shape.branches = branches_of(state);
    if (view.shown) leave_out_others(state, view, shape.branches);
    for (run::NodeId id = 0; id < state.nodes.size(); ++id) {
        const bool is_top = state.nodes[id].type != run::NodeType::kStepGroup &&
                            shown_below(state, id) == run::kNoId;
        if (is_top) shape.tops.push_back(id);
    }
    shape.line_of = [&](std::size_t id) {
        return node_line(state, static_cast<run::NodeId>(id), now_ms, view);
    };
    return draw_tree(shape);
}

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
    return drawn(state, now_ms, view, true);
}

std::vector<std::string> tree_lines(const run::State& state, std::int64_t now_ms,
                                    std::size_t n_lines, const TreeView& view) {
    std::vector<std::string> lines = drawn(state, now_ms, view, true);
    if (lines.size() <= n_lines) return lines;
    lines = drawn(state, now_ms, view, false);
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

TreeView TreeProgress::view_of(const run::State& state) const {
    TreeView view;
    view.with_colour = options_.with_colour;
    if (options_.shown) view.shown = [&](run::NodeId id) { return options_.shown(state, id); };
    return view;
}

void TreeProgress::draw(const run::State& state, std::int64_t now_ms) {
    const TerminalSize size = terminal_size();
    for (const std::string& line : tree_lines(state, now_ms, size.n_rows - 1, view_of(state))) {
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
    for (const std::string& line : tree_lines(state, state.now_ms, view_of(state))) {
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
