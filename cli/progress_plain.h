#pragma once
// Progress of a run as plain lines: one for each change that people care about.

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/runner.h"

namespace tiphys::cli {

/// A sign for a phase: ◷ ● ✔ ○ ✖ ⚠.
[[nodiscard]] std::string_view phase_sign(run::Phase phase);
/// The signs and lines of pages in ASCII: phases by their names.
[[nodiscard]] std::string in_ascii(std::string text);
/// `850 ms`, `1.2 s`, `2 m 05 s`.
[[nodiscard]] std::string elapsed_text(std::int64_t milliseconds);
/// The node's name without the workflow's; the template's for the entrypoint.
[[nodiscard]] std::string short_name(const run::State& state, run::NodeId node);

struct ProgressOptions {
    bool with_colour = false;
    /// Show what tasks write, each line after the task's name.
    bool with_output = false;
    /// Show nothing but that output and the outcome.
    bool is_quiet = false;
    /// Nodes that are meant; empty: all.
    std::function<bool(const run::State&, run::NodeId)> shown;
};

/// Prints the output of tasks line by line.
class OutputPrinter {
public:
    OutputPrinter(std::ostream& out, bool with_colour) : out_(out), with_colour_(with_colour) {}

    void print(const run::State& state, const run::Backend::Output& output);
    /// Lines that lack their end.
    void flush(const run::State& state);

private:
    void print_line(const run::State& state, run::NodeId node, std::string_view line);

    std::ostream& out_;
    bool with_colour_;
    std::map<std::pair<run::NodeId, bool>, std::string> unfinished_;
};

class PlainProgress : public run::Observer {
public:
    PlainProgress(std::ostream& out, ProgressOptions options)
        : out_(out), options_(options), printer_(out, options.with_colour) {}

    void node_changed(const run::State& state, run::NodeId node) override;
    void output(const run::State& state, const run::Backend::Output& output) override;
    void tick(const run::State& state, std::int64_t now_ms) override;
    void finished(const run::State& state) override;
    void warned(const std::string& message) override;

private:
    std::ostream& out_;
    ProgressOptions options_;
    OutputPrinter printer_;
};

/// One line on how the run ended.
[[nodiscard]] std::string outcome_line(const run::State& state, bool with_colour);
/// `text` in the colour of a phase, where colour is wanted.
[[nodiscard]] std::string in_phase_colour(run::Phase phase, std::string_view text,
                                          bool with_colour);

} // namespace tiphys::cli
