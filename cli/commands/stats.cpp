// tiphys stats: what a workflow will need, and where the numbers come from.
#include <algorithm>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "analyzer/call_graph.h"
#include "analyzer/facts.h"
#include "analyzer/number_text.h"
#include "cli/command.h"
#include "cli/read_sources.h"

namespace tiphys::cli {
namespace {

using analyze::Bounds;
using analyze::CallBounds;
using analyze::grouped_number;
using analyze::Interval;
using analyze::kUnbounded;
using analyze::TemplateBounds;
using analyze::WorkflowBounds;
using Json = nlohmann::ordered_json;

struct StatsOptions {
    std::vector<std::string> paths;
    std::string format = "text";
    std::string environment;
    std::int64_t items = 0;
    std::int64_t seconds = 0;
    std::int64_t parallelism = 0;
    std::int64_t nodes = 0;
    double node_cpu = 0;
    double request_cpu = 0;
};

/// One workflow and its numbers.
struct Row {
    const ir::Document* document = nullptr;
    std::string name;
    WorkflowBounds bounds;
    std::unique_ptr<Bounds> analysis;
    /// Templates of a library that nothing in it calls, where it has no entrypoint.
    std::vector<const front::FlowTemplate*> roots;
};

analyze::Assumptions assumptions_of(const StatsOptions& options) {
    analyze::Assumptions assumptions;
    if (options.items > 0) assumptions.items = options.items;
    if (options.seconds > 0) assumptions.pod_seconds = options.seconds;
    if (options.parallelism > 0) assumptions.parallelism = options.parallelism;
    if (options.nodes > 0) {
        // Whole pods on each node: what is left of a node is of no use.
        const double each = options.node_cpu / options.request_cpu + 1e-9;
        assumptions.slots =
            options.nodes * std::max<std::int64_t>(static_cast<std::int64_t>(each), 1);
    }
    return assumptions;
}

std::string name_of(const ir::Document& document) {
    if (!document.name.empty()) return std::string(document.name);
    const ir::Object* metadata = ir::any_object_as(document.object()->field("metadata"));
    const ir::Scalar* generated =
        metadata == nullptr ? nullptr : ir::scalar_as(metadata->field("generateName"));
    return std::string(ir::text_of(generated));
}

std::vector<Row> rows_of(const Sources& sources, const StatsOptions& options,
                         analyze::Facts& facts) {
    std::vector<Row> rows;
    for (const ir::SourceUnit& unit : sources.project.units()) {
        for (const ir::Document& document : unit.documents) {
            for (const front::Flow* flow : facts.flows(document)) {
                Row row;
                row.document = &document;
                row.name = name_of(document);
                row.analysis = std::make_unique<Bounds>(facts, *flow, assumptions_of(options));
                row.bounds = row.analysis->workflow();
                if (row.bounds.entrypoint == nullptr) row.roots = analyze::roots_of(*flow);
                rows.push_back(std::move(row));
            }
        }
    }
    return rows;
}

/// "5", "5 or more", "1 to 5".
std::string words(const Interval& interval) {
    if (interval.least == interval.most) return grouped_number(interval.most);
    if (interval.most == kUnbounded) return grouped_number(interval.least) + " or more";
    return grouped_number(interval.least) + " to " + grouped_number(interval.most);
}

/// The same, with what comes out if conditions hold and unknown lists have one element.
std::string words_with_usual(const Interval& interval) {
    const bool is_plain = interval.most != kUnbounded || interval.usual == interval.least;
    if (is_plain) return words(interval);
    return words(interval) + "; " + grouped_number(interval.usual) +
           " if all conditions hold and unknown lists have one element";
}

std::string time_range(const TemplateBounds& total) {
    const std::string least = "at least " + analyze::time_words(total.least_seconds);
    if (total.most_seconds == kUnbounded) return least + ", no deadline ends it";
    return least + ", at most " + analyze::time_words(total.most_seconds);
}

std::string span_words(const Sources& sources, Span span) {
    const Position at = sources.map.position(span.file, span.begin);
    return sources.map.file(span.file).path + ":" + std::to_string(at.line) + ":" +
           std::to_string(at.column);
}

void line(std::ostream& out, std::string_view name, const std::string& text) {
    std::string padded(name);
    padded.resize(16, ' ');
    out << "  " << padded << text << "\n";
}

/// The templates below one, each with its share; the ways of a template that was shown are not
/// shown again.
class Derivation {
public:
    Derivation(Bounds& analysis, std::ostream& out) : analysis_(analysis), out_(out) {}

    void print(const front::FlowTemplate& at, int depth) {
        constexpr int kMostDepth = 24;
        if (depth == kMostDepth) return;
        const bool is_first = shown_.insert(&at).second;
        for (const CallBounds& call : analysis_.of(at).calls) {
            out_ << std::string(static_cast<std::size_t>(2 * depth + 4), ' ')
                 << call.node->name_text() << ": " << share(call);
            const bool has_more = call.callee != nullptr && !call.callee->nodes.empty();
            if (has_more && !is_first) out_ << ", as above";
            out_ << "\n";
            if (has_more && is_first) print(*call.callee, depth + 1);
        }
    }

private:
    static std::string share(const CallBounds& call) {
        const std::string callee = call.callee == nullptr
                                       ? std::string("a template that is not in these files")
                                       : "`" + std::string(call.callee->name()) + "`";
        std::string text = callee;
        if (call.node->is_loop()) {
            text = words(call.count) + " x " + callee;
        } else if (call.count.least == 0) {
            text += ", if its condition holds";
        }
        const bool makes_pods = call.pods_each.usual != 0 || call.pods_each.most != 0;
        text += makes_pods ? ", pods: " + words(call.pods) : ", no pod";
        const bool is_in_rows = call.count.usual > 1 && call.rows > 1;
        if (is_in_rows) {
            text += ", " + grouped_number(call.at_once) + " at once in " +
                    grouped_number(call.rows) + " waves";
        }
        return text;
    }

    Bounds& analysis_;
    std::ostream& out_;
    std::unordered_set<const front::FlowTemplate*> shown_;
};

void print_root(Row& row, const front::FlowTemplate& root, std::ostream& out) {
    out << "  template `" << root.name() << "`, pods: " << words(row.analysis->of(root).pods)
        << "\n";
    Derivation(*row.analysis, out).print(root, 0);
}

void print(Row& row, const Sources& sources, std::ostream& out) {
    const WorkflowBounds& bounds = row.bounds;
    const TemplateBounds& total = bounds.total;
    out << row.document->kind << " " << (row.name.empty() ? "without a name" : row.name) << " ("
        << sources.map.file(row.document->file).path << ")\n";
    if (bounds.entrypoint == nullptr) {
        for (const front::FlowTemplate* root : row.roots)
            print_root(row, *root, out);
        return;
    }
    line(out, "pods", words_with_usual(total.pods));
    line(out, "pods at once",
         grouped_number(total.most_at_once) +
             (bounds.parallelism > 0 ? ", of " + grouped_number(bounds.parallelism) + " allowed"
                                     : ", nothing limits the workflow as a whole"));
    line(out, "with retries",
         total.most_attempts == kUnbounded ? "no bound"
                                           : grouped_number(total.most_attempts) + " pods at most");
    line(out, "status",
         words(total.nodes) + " entries, about " + analyze::byte_words(bounds.status_bytes) +
             ", packed " + analyze::byte_words(bounds.packed_bytes) + " of 1 MiB");
    line(out, "objects",
         grouped_number(bounds.objects) + ", about " + grouped_number(bounds.api_calls) +
             " calls of the Kubernetes API");
    line(out, "nesting", grouped_number(total.depth) + (total.depth == 1 ? " level" : " levels"));
    line(out, "time", time_range(total));
    out << "\n";
    print_root(row, *bounds.entrypoint, out);
    if (row.analysis->reasons().empty()) return;
    out << "\n  without a bound\n";
    for (const analyze::UnboundedReason& reason : row.analysis->reasons())
        out << "    " << span_words(sources, reason.span) << ": " << reason.words << "\n";
}

Json number_json(std::int64_t number) {
    return number == kUnbounded ? Json() : Json(number);
}

Json interval_json(const Interval& interval) {
    Json json;
    json["least"] = number_json(interval.least);
    json["usual"] = number_json(interval.usual);
    json["most"] = number_json(interval.most);
    return json;
}

/// Calls of each template, once: a tree would repeat those that are called twice.
Json templates_json(Row& row, const front::FlowTemplate& root) {
    Json list = Json::array();
    std::unordered_set<const front::FlowTemplate*> seen{&root};
    std::vector<const front::FlowTemplate*> open{&root};
    for (std::size_t i = 0; i < open.size(); ++i) {
        Json json;
        json["template"] = std::string(open[i]->name());
        json["pods"] = interval_json(row.analysis->of(*open[i]).pods);
        json["calls"] = Json::array();
        for (const CallBounds& call : row.analysis->of(*open[i]).calls) {
            Json entry;
            entry["name"] = std::string(call.node->name_text());
            entry["template"] =
                call.callee == nullptr ? Json() : Json(std::string(call.callee->name()));
            entry["count"] = interval_json(call.count);
            entry["pods"] = interval_json(call.pods);
            entry["atOnce"] = number_json(call.at_once);
            entry["waves"] = number_json(call.rows);
            json["calls"].push_back(std::move(entry));
            if (call.callee != nullptr && seen.insert(call.callee).second) {
                open.push_back(call.callee);
            }
        }
        list.push_back(std::move(json));
    }
    return list;
}

Json row_json(Row& row, const Sources& sources) {
    const WorkflowBounds& bounds = row.bounds;
    Json json;
    json["kind"] = std::string(row.document->kind);
    json["name"] = row.name;
    json["file"] = sources.map.file(row.document->file).path;
    json["pods"] = interval_json(bounds.total.pods);
    json["podsAtOnce"] = number_json(bounds.total.most_at_once);
    json["parallelism"] = bounds.parallelism == 0 ? Json() : Json(bounds.parallelism);
    json["attempts"] = number_json(bounds.total.most_attempts);
    json["statusEntries"] = interval_json(bounds.total.nodes);
    json["statusBytes"] = number_json(bounds.status_bytes);
    json["packedStatusBytes"] = number_json(bounds.packed_bytes);
    json["objects"] = number_json(bounds.objects);
    json["apiCalls"] = number_json(bounds.api_calls);
    json["nesting"] = bounds.total.depth;
    json["leastSeconds"] = number_json(bounds.total.least_seconds);
    json["mostSeconds"] = number_json(bounds.total.most_seconds);
    json["templates"] = Json::array();
    if (bounds.entrypoint != nullptr) json["templates"] = templates_json(row, *bounds.entrypoint);
    for (const front::FlowTemplate* root : row.roots) {
        for (Json& entry : templates_json(row, *root))
            json["templates"].push_back(std::move(entry));
    }
    json["unbounded"] = Json::array();
    for (const analyze::UnboundedReason& reason : row.analysis->reasons()) {
        Json entry;
        entry["place"] = span_words(sources, reason.span);
        entry["reason"] = reason.words;
        json["unbounded"].push_back(std::move(entry));
    }
    return json;
}

int run_stats(const StatsOptions& options, Streams& streams) {
    const auto sources = read_sources(options.paths, streams, "<stdin>", 0, options.environment);
    if (!sources.has_value()) return fail(streams, sources.error().message);
    const bool is_incomplete =
        options.nodes > 0 && (options.node_cpu <= 0 || options.request_cpu <= 0);
    if (is_incomplete) return fail(streams, "`--nodes` needs `--cpu` and `--request`");
    analyze::Facts facts((*sources)->project);
    std::vector<Row> rows = rows_of(**sources, options, facts);
    for (const std::string& message : (*sources)->unreadable)
        streams.err << "tiphys: " << message << "\n";
    if (rows.empty()) {
        const std::string where = options.paths.empty() ? "." : options.paths.front();
        return fail(streams, "no workflow in `" + where + "`; see tiphys lint " + where);
    }
    if (options.format == "json") {
        Json json;
        json["version"] = 1;
        json["workflows"] = Json::array();
        for (Row& row : rows)
            json["workflows"].push_back(row_json(row, **sources));
        streams.out << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
        return kExitFine;
    }
    bool is_first = true;
    for (Row& row : rows) {
        if (!is_first) streams.out << "\n";
        is_first = false;
        print(row, **sources, streams.out);
    }
    return kExitFine;
}

} // namespace

void add_stats(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand(
        "stats", "Estimate pods, objects, status size and time, and say where they come from");
    auto options = std::make_shared<StatsOptions>();
    command->add_option("PATH", options->paths,
                        "Files and folders with the workflows and the templates that they refer "
                        "to; `-` is standard input (default: the current folder)");
    add_environment(*command, options->environment);
    command->add_option("-o,--format", options->format, "How the numbers are written")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    command
        ->add_option("--items", options->items,
                     "Elements of lists that are known only when the workflow runs")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}));
    command->add_option("--seconds", options->seconds, "Seconds that a pod takes")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}));
    command
        ->add_option("--parallelism", options->parallelism,
                     "Pods at once, instead of the workflow's own `parallelism`")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}));
    command->add_option("--nodes", options->nodes, "Nodes of the cluster; with --cpu and --request")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}));
    command->add_option("--cpu", options->node_cpu, "Processors of each node");
    command->add_option("--request", options->request_cpu, "Processors that a pod asks for");
    command->footer("Example: tiphys stats --items 5000 --seconds 30 --parallelism 50 wf.yaml\n"
                    "Exit codes: 0 printed, 2 nothing to estimate");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_stats(*options, streams); };
    });
}

} // namespace tiphys::cli
