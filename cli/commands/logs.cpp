// tiphys logs: what tasks have written.
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <thread>

#include <CLI/CLI.hpp>

#include "cli/cluster/pod_logs.h"
#include "cli/command.h"
#include "cli/line_pattern.h"
#include "cli/progress_plain.h"
#include "cli/runs/cluster_only.h"
#include "cli/runs/node_selector.h"
#include "cli/runs/request.h"
#include "cli/runs/run_filter.h"
#include "cli/runs/state_folder.h"
#include "runtime/backends/process/log_times.h"
#include "runtime/io/files.h"
#include "runtime/plan/time_text.h"
#include "runtime/runner.h"

namespace tiphys::cli {
namespace {

constexpr auto kPause = std::chrono::milliseconds(100);

struct LogOptions {
    ClusterChoice cluster;
    LogQuery query;
    std::string run;
    std::string node;
    std::string state;
    std::string container;
    std::string selector;
    std::string grep;
    std::string since;
    std::string since_time;
    std::size_t n_tail = 0;
    bool follows = false;
    bool without_colour = false;
    bool without_names = false;
};

/// Which lines are wanted, and how they are shown.
struct Wanted {
    NodeSelector selector;
    LinePattern pattern;
    /// Only what was written after this time.
    std::int64_t since_ms = 0;
    bool with_times = false;
    bool with_colour = false;
};

/// One file that grows.
struct LogFile {
    std::string path;
    std::string label;
    std::size_t n_read = 0;
    std::string unfinished;
    /// Where `unfinished` begins.
    std::size_t line_start = 0;
    bool has_begun = false;
};

std::int64_t changed_ms(const std::string& path) {
    std::error_code error;
    const auto time = std::filesystem::last_write_time(path, error);
    if (error) return 0;
    const auto age = std::filesystem::file_time_type::clock::now() - time;
    return unix_ms() - std::chrono::duration_cast<std::chrono::milliseconds>(age).count();
}

/// `2026-08-21T12:39:06.042Z`
std::string exact_time(std::int64_t unix_ms) {
    const std::string decimals = std::to_string(1000 + unix_ms % 1000).substr(1);
    std::string text = run::rfc3339(unix_ms);
    return text.insert(text.size() - 1, "." + decimals);
}

class LogPrinter {
public:
    LogPrinter(const LogOptions& options, const Wanted& wanted, std::string folder,
               std::ostream& out)
        : options_(options), wanted_(wanted), folder_(std::move(folder)), out_(out) {}

    /// Nodes that are new since the last call.
    void add_nodes(const run::State& state) {
        for (; n_nodes_ < state.nodes.size(); ++n_nodes_) {
            const auto id = static_cast<run::NodeId>(n_nodes_);
            if (state.nodes[id].type == run::NodeType::kPod && is_wanted(state, id)) {
                add_node(state, id);
            }
        }
    }

    void print_news() {
        for (LogFile& file : files_) {
            print_news_of(file);
        }
        out_.flush();
    }

    [[nodiscard]] bool has_found_any() const { return !files_.empty(); }

    /// Lines that lack their end.
    void finish() {
        for (LogFile& file : files_) {
            if (!file.unfinished.empty()) print_line(file, times_of(file));
            file.unfinished.clear();
        }
    }

private:
    bool is_wanted(const run::State& state, run::NodeId id) const {
        if (!wanted_.selector.matches(state, id)) return false;
        const std::string& name = options_.node;
        return name.empty() || name == run::display_name(state, id) ||
               name == run::node_name(state, id) || name == run::node_id(state, id) ||
               name == run::pod_name(state, id) || name == short_name(state, id);
    }

    void add_node(const run::State& state, run::NodeId id) {
        const std::string base = folder_ + "/logs/" + run::node_id(state, id);
        const std::string label = short_name(state, id);
        const run::Node& node = state.nodes[id];
        if (node.template_id == run::kNoId) return;
        for (const run::ContainerSpec& container :
             state.plan->templates[node.template_id].containers) {
            const bool is_main = container.name == "main";
            if (options_.container.empty() ? container.role != run::ProcessRole::kMain
                                           : container.name != options_.container) {
                continue;
            }
            for (const char* ending : {".out", ".err"}) {
                LogFile file;
                file.path = base + (is_main ? "" : "." + container.name) + ending;
                file.label = label + (is_main ? "" : "." + container.name);
                files_.push_back(std::move(file));
            }
        }
    }

    void print_news_of(LogFile& file) {
        if (changed_ms(file.path) < wanted_.since_ms) return;
        auto text = run::read_from_offset(file.path, file.n_read);
        if (!text || text->empty()) return;
        file.n_read += text->size();
        std::string_view left = *text;
        if (!file.has_begun && options_.n_tail > 0) left = last_lines(left);
        if (!file.has_begun) file.line_start = file.n_read - left.size();
        file.has_begun = true;
        const bool asks_times = wanted_.since_ms != 0 || wanted_.with_times;
        const auto times = asks_times ? std::optional(times_of(file)) : std::nullopt;
        while (!left.empty()) {
            const std::size_t end = left.find('\n');
            file.unfinished += left.substr(0, end);
            if (end == left.npos) return;
            print_line(file, times);
            file.line_start += file.unfinished.size() + 1;
            file.unfinished.clear();
            left.remove_prefix(end + 1);
        }
    }

    [[nodiscard]] run::LogTimes times_of(const LogFile& file) const {
        return {folder_, std::filesystem::path(file.path).filename().string()};
    }

    [[nodiscard]] std::string_view last_lines(std::string_view text) const {
        std::size_t at = text.size();
        if (at > 0 && text.back() == '\n') --at;
        for (std::size_t n = 0; n < options_.n_tail; ++n) {
            at = at == 0 ? text.npos : text.rfind('\n', at - 1);
            if (at == text.npos) return text;
        }
        return text.substr(at + 1);
    }

    void print_line(const LogFile& file, const std::optional<run::LogTimes>& times) {
        const std::string& line = file.unfinished;
        // Where nobody knows it is no longer ago than the last change of the log.
        const std::int64_t noted = times ? times->of(file.line_start) : 0;
        if (noted != 0 && noted < wanted_.since_ms) return;
        if (!wanted_.pattern.matches(line)) return;
        if (!options_.without_names) {
            const std::string name = file.label + ":";
            out_ << (wanted_.with_colour ? "\033[2m" + name + "\033[0m" : name) << " ";
        }
        if (wanted_.with_times) {
            out_ << exact_time(noted != 0 ? noted : changed_ms(file.path)) << " ";
        }
        out_ << line << "\n";
    }

    const LogOptions& options_;
    const Wanted& wanted_;
    std::string folder_;
    std::ostream& out_;
    std::size_t n_nodes_ = 0;
    std::vector<LogFile> files_;
};

Result<Wanted> parse_wishes(const LogOptions& options, const Streams& streams) {
    Wanted wanted;
    TIPHYS_TRY(selector, NodeSelector::parse(options.selector));
    wanted.selector = std::move(selector);
    wanted.with_times = options.query.with_times;
    wanted.with_colour = streams.out_is_terminal && !options.without_colour;
    if (!options.since_time.empty()) {
        const auto at = run::parse_rfc3339_ms(options.since_time);
        if (!at) {
            return Error{"`--since-time " + options.since_time +
                         "` is no time; write it as 2026-01-31T12:00:00Z"};
        }
        wanted.since_ms = *at;
    }
    if (!options.since.empty()) {
        TIPHYS_TRY(age, parse_age_ms(options.since));
        wanted.since_ms = unix_ms() - age;
    }
    TIPHYS_TRY(pattern, LinePattern::parse(options.grep));
    wanted.pattern = std::move(pattern);
    return wanted;
}

int log_on_cluster(const LogOptions& options, Streams& streams) {
    return on_cluster(options.cluster, streams, [&](const Cluster& cluster) {
        LogQuery query = options.query;
        query.workflow = options.run;
        query.node = options.node;
        query.container = options.container;
        query.node_selector = options.selector;
        query.grep = options.grep;
        query.since = options.since;
        query.since_time = options.since_time;
        query.n_tail = options.n_tail;
        query.follows = options.follows;
        query.with_colour = streams.out_is_terminal && !options.without_colour;
        query.with_names = !options.without_names;
        return log_workflow(cluster, query, streams);
    });
}

int run_logs(const LogOptions& options, Streams& streams) {
    if (options.cluster.is_meant()) return log_on_cluster(options, streams);
    const auto local = refuse_used({{"-l", !options.query.pod_labels.empty()}});
    if (!local) return fail(streams, local.error().message);
    if (options.query.is_previous) {
        return fail(streams, "`--previous` is the log of a container before it was restarted; on "
                             "this machine none is: attempts are nodes with logs of their own, as "
                             "in `tiphys logs RUN 'load(0)'`");
    }
    const auto wanted = parse_wishes(options, streams);
    if (!wanted) return fail(streams, wanted.error().message);
    const std::string state_path = state_folder(options.state);
    const auto journal = open_journal(state_path);
    if (!journal) return fail(streams, journal.error().message);
    const auto record = find_run(**journal, options.run);
    if (!record) return fail(streams, record.error().message);
    const auto replayed = replayed_run(**journal, *record);
    if (!replayed) return fail(streams, replayed.error().message);
    run::State& state = *replayed->state;
    auto n_seen = static_cast<std::int64_t>(replayed->loaded->history.size());
    LogPrinter printer(options, *wanted, run_folder(state_path, record->name), streams.out);
    while (true) {
        const auto now = (*journal)->find(record->name);
        const bool goes_on =
            options.follows && now && *now && !(*now)->closed && is_live(state_path, **now);
        const auto events = (*journal)->events(record->id, n_seen);
        if (!events) return fail(streams, events.error().message);
        n_seen += static_cast<std::int64_t>(events->size());
        const auto done = run::replay(state, *events);
        if (!done) return fail(streams, done.error().message);
        printer.add_nodes(state);
        printer.print_news();
        if (!goes_on) break;
        std::this_thread::sleep_for(kPause);
    }
    printer.finish();
    if (!options.node.empty() && !printer.has_found_any()) {
        return fail(streams, "no node `" + options.node + "` of run `" + record->name +
                                 "` has written logs; `tiphys get " + record->name +
                                 "` shows its nodes");
    }
    return kExitFine;
}

} // namespace

void add_logs(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand("logs", "Show what the tasks of a run have written");
    auto options = std::make_shared<LogOptions>();
    command->add_option("RUN", options->run, "Name of a run; `@latest` is the one begun last")
        ->required();
    command->add_option("NODE", options->node, "Only this node: its name, displayed name or id");
    command->add_flag("-f,--follow", options->follows, "Go on until the run has ended");
    command->add_option("-c,--container", options->container,
                        "Only this container, also an init container or sidecar");
    command->add_option("--node-field-selector", options->selector,
                        "Only nodes whose fields are so: templateName=load,phase=Failed");
    command->add_option("--grep", options->grep, "Only lines that match this regular expression");
    CLI::Option* since = command
                             ->add_option("--since", options->since,
                                          "Only lines that were written no longer ago: 30s, 5m")
                             ->option_text("DURATION");
    command
        ->add_option("--since-time", options->since_time,
                     "The same, after this time: 2026-01-31T12:00:00Z")
        ->option_text("TIME")
        ->excludes(since);
    command->add_option("--tail", options->n_tail, "Only the last lines of each log")
        ->option_text("LINES");
    command->add_flag("--no-names", options->without_names, "Leave out the names of nodes");
    command->add_flag("--no-color", options->without_colour, "No colours");
    command
        ->add_flag("-p,--previous", options->query.is_previous,
                   "The logs of containers before they were restarted")
        ->group("On a cluster");
    command->add_flag("--timestamps", options->query.with_times, "Begin each line with its time");
    add_state_option(*command, options->state);
    add_cluster_options(*command, options->cluster);
    command->add_option("-l,--selector", options->query.pod_labels, "Only pods with these labels")
        ->group("On a cluster")
        ->option_text("LABELS");
    command->footer("Example: tiphys logs @latest --grep Error --tail 20");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_logs(*options, streams); };
    });
}

} // namespace tiphys::cli
