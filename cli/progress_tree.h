#pragma once
// Progress of a run as a tree that is redrawn in place on a terminal.

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "cli/progress_plain.h"
#include "runtime/runner.h"

namespace tiphys::cli {

struct TerminalSize {
    std::size_t n_columns = 80;
    std::size_t n_rows = 24;
};
/// Of the terminal behind standard output; a common size where it does not say.
[[nodiscard]] TerminalSize terminal_size();

/// What a tree shows of a run.
struct TreeView {
    bool with_colour = false;
    /// Nodes that are left out keep their place where something below them is shown; empty: none.
    std::function<bool(run::NodeId)> shown;
    /// Said after a node's own words; empty: nothing.
    std::function<std::string(run::NodeId)> details;
};

/// The whole tree as lines.
[[nodiscard]] std::vector<std::string> tree_lines(const run::State& state, std::int64_t now_ms,
                                                  const TreeView& view);

/// At most `n_lines` of it: what is done is left out first, then what comes last.
[[nodiscard]] std::vector<std::string> tree_lines(const run::State& state, std::int64_t now_ms,
                                                  std::size_t n_lines, const TreeView& view);

/// `text` cut to `n_columns` columns; colour codes take none.
[[nodiscard]] std::string cut_to_width(const std::string& text, std::size_t n_columns);

class TreeProgress : public run::Observer {
public:
    TreeProgress(std::ostream& out, ProgressOptions options)
        : out_(out), options_(options), printer_(out, options.with_colour) {}

    void node_changed(const run::State& state, run::NodeId node) override;
    void output(const run::State& state, const run::Backend::Output& output) override;
    void tick(const run::State& state, std::int64_t now_ms) override;
    void finished(const run::State& state) override;
    void warned(const std::string& message) override;

private:
    [[nodiscard]] TreeView view_of(const run::State& state) const;
    void erase();
    void draw(const run::State& state, std::int64_t now_ms);

    std::ostream& out_;
    ProgressOptions options_;
    OutputPrinter printer_;
    std::size_t n_drawn_ = 0;
};

} // namespace tiphys::cli
