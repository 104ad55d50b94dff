// Plain lines of progress.
#include "cli/progress_plain.h"

#include <ctime>
#include <ostream>

namespace tiphys::cli {
namespace {

std::string clock_text(std::int64_t unix_ms) {
    const auto seconds = static_cast<std::time_t>(unix_ms / 1000);
    std::tm parts{};
    localtime_r(&seconds, &parts);
    char buffer[16];
    const std::size_t length = std::strftime(buffer, sizeof buffer, "%H:%M:%S", &parts);
    return {buffer, length};
}

std::string_view colour_of(run::Phase phase) {
    switch (phase) {
    case run::Phase::kPending:
        return "\033[33m";
    case run::Phase::kRunning:
        return "\033[36m";
    case run::Phase::kSucceeded:
        return "\033[32m";
    case run::Phase::kSkipped:
    case run::Phase::kOmitted:
        return "\033[2m";
    case run::Phase::kFailed:
    case run::Phase::kError:
        return "\033[31m";
    }
    return "";
}

/// Groups and templates are the sum of what they hold; they speak only for themselves when they
/// fail without it.
bool is_worth_a_line(const run::Node& node) {
    switch (node.type) {
    case run::NodeType::kPod:
    case run::NodeType::kSuspend:
    case run::NodeType::kHttp:
    case run::NodeType::kSkipped:
        return true;
    case run::NodeType::kRetry:
        return node.phase == run::Phase::kRunning ? node.message != 0 : is_failed(node.phase);
    case run::NodeType::kSteps:
    case run::NodeType::kDag:
        return node.phase == run::Phase::kError;
    case run::NodeType::kContainer:
    case run::NodeType::kStepGroup:
    case run::NodeType::kTaskGroup:
        return false;
    }
    return false;
}

} // namespace

std::string_view phase_sign(run::Phase phase) {
    switch (phase) {
    case run::Phase::kPending:
        return "◷";
    case run::Phase::kRunning:
        return "●";
    case run::Phase::kSucceeded:
        return "✔";
    case run::Phase::kSkipped:
    case run::Phase::kOmitted:
        return "○";
    case run::Phase::kFailed:
        return "✖";
    case run::Phase::kError:
        return "⚠";
    }
    return "";
}

std::string in_ascii(std::string text) {
    // Argo: initializeSession and renderChild in cmd/argo/commands/common.
    static constexpr std::pair<std::string_view, std::string_view> kWords[] = {
        {"◷", "Pending"}, {"●", "Running"}, {"✔", "Succeeded"}, {"○", "Skipped"},
        {"✖", "Failed"},  {"⚠", "Error"},   {"├─", "|-"},       {"└─", "`-"},
        {"│", "|"},       {"…", "..."},     {"→", "->"},        {"·", "-"}};
    for (const auto& [sign, word] : kWords) {
        for (std::size_t at = text.find(sign); at != text.npos; at = text.find(sign, at)) {
            text.replace(at, sign.size(), word);
            at += word.size();
        }
    }
    return text;
}

std::string in_phase_colour(run::Phase phase, std::string_view text, bool with_colour) {
    if (!with_colour) return std::string(text);
    return std::string(colour_of(phase)) + std::string(text) + "\033[0m";
}

std::string elapsed_text(std::int64_t milliseconds) {
    if (milliseconds < 1000) return std::to_string(milliseconds) + " ms";
    const std::int64_t seconds = milliseconds / 1000;
    if (seconds < 60) {
        return std::to_string(seconds) + "." + std::to_string(milliseconds % 1000 / 100) + " s";
    }
    const std::string rest = std::to_string(seconds % 60);
    return std::to_string(seconds / 60) + " m " + (rest.size() < 2 ? "0" : "") + rest + " s";
}

std::string short_name(const run::State& state, run::NodeId node) {
    std::string name = run::node_name(state, node);
    name.erase(0, state.plan->workflow_name.size());
    if (!name.empty() && name.front() == '.') name.erase(0, 1);
    if (!name.empty()) return name;
    return state.plan->calls[state.plan->entrypoint].reference.name;
}

void OutputPrinter::print_line(const run::State& state, run::NodeId node, std::string_view line) {
    const std::string name = short_name(state, node) + ":";
    out_ << (with_colour_ ? "\033[2m" + name + "\033[0m" : name) << " " << line << "\n";
}

void OutputPrinter::print(const run::State& state, const run::Backend::Output& output) {
    std::string& text = unfinished_[{output.node, output.is_error}];
    text += output.text;
    std::size_t at = 0;
    for (std::size_t end = text.find('\n'); end != text.npos; end = text.find('\n', at)) {
        print_line(state, output.node, std::string_view(text).substr(at, end - at));
        at = end + 1;
    }
    text.erase(0, at);
    if (text.empty()) unfinished_.erase({output.node, output.is_error});
    out_.flush();
}

void OutputPrinter::flush(const run::State& state) {
    for (const auto& [source, text] : unfinished_) {
        print_line(state, source.first, text);
    }
    unfinished_.clear();
    out_.flush();
}

std::string outcome_line(const run::State& state, bool with_colour) {
    const bool good = state.phase == run::RunPhase::kSucceeded;
    const run::Phase phase = good ? run::Phase::kSucceeded : run::Phase::kFailed;
    std::string words = std::string(phase_sign(phase)) + " " + state.plan->workflow_name + " " +
                        std::string(run::run_phase_name(state.phase)) + " (" +
                        elapsed_text(state.finished_ms - state.started_ms) + ")";
    words = in_phase_colour(phase, words, with_colour);
    if (!state.message.empty()) words += ": " + state.message;
    return words;
}

void PlainProgress::node_changed(const run::State& state, run::NodeId id) {
    const run::Node& node = state.nodes[id];
    if (options_.is_quiet || !is_worth_a_line(node)) return;
    if (options_.shown && !options_.shown(state, id)) return;
    // It is worth a line when it says what it waits for.
    if (node.phase == run::Phase::kPending && node.message == 0) return;
    std::string line = std::string(phase_sign(node.phase)) + " " + short_name(state, id);
    line = in_phase_colour(node.phase, line, options_.with_colour);
    if (is_completed(node.phase) && node.type != run::NodeType::kSkipped) {
        line += " (" + elapsed_text(node.finished_ms - node.started_ms) + ")";
    }
    if (node.message != 0) line += ": " + std::string(run::message_of(state, id));
    out_ << clock_text(state.now_ms) << " " << line << "\n" << std::flush;
}

void PlainProgress::output(const run::State& state, const run::Backend::Output& output) {
    if (options_.with_output) printer_.print(state, output);
}

void PlainProgress::tick(const run::State&, std::int64_t) {}

void PlainProgress::warned(const std::string& message) {
    out_ << "tiphys: " << message << "\n";
}

void PlainProgress::finished(const run::State& state) {
    printer_.flush(state);
    out_ << clock_text(state.now_ms) << " " << outcome_line(state, options_.with_colour) << "\n";
    out_.flush();
}

} // namespace tiphys::cli
