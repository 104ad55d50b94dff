// tiphys simulate: a workflow in virtual time, on a cluster that need not exist.
#include <algorithm>
#include <iomanip>
#include <memory>
#include <ostream>
#include <sstream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/read_sources.h"
#include "cli/runs/find_workflow.h"
#include "cli/simulation_options.h"
#include "compiler/expr/environment.h"
#include "runtime/gantt.h"
#include "runtime/io/files.h"
#include "runtime/plan/time_text.h"

namespace tiphys::cli {
namespace {

using run::short_duration;
using run::SimulationReport;
using Json = nlohmann::ordered_json;

double seconds(std::int64_t milliseconds) {
    return static_cast<double>(milliseconds) / 1000;
}

std::string two_decimals(double value) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(2) << value;
    return text.str();
}

/// The value that a share of the sorted values does not exceed.
template <class Value>
Value percentile(std::vector<Value> values, double share) {
    std::sort(values.begin(), values.end());
    const double position = share * static_cast<double>(values.size() - 1);
    return values[static_cast<std::size_t>(position + 0.5)];
}

std::string path_text(const SimulationReport& report) {
    std::string text;
    for (const run::PathPart& part : report.path) {
        if (part.waiting_ms > 0) {
            text += (text.empty() ? "wait " : ", wait ") + short_duration(part.waiting_ms);
        }
        if (!text.empty()) text += ", ";
        text += part.template_name;
        if (part.n_pods > 1) text += " ×" + std::to_string(part.n_pods);
        text += " " + short_duration(part.running_ms);
    }
    return text;
}

void write_text(const SimulationReport& report, const std::string& name, bool has_prices,
                std::ostream& out) {
    out << name << " " << run::run_phase_name(report.phase) << " after "
        << short_duration(report.makespan_ms)
        << (report.message.empty() ? "" : ": " + report.message) << "\n";
    out << "  pods           " << report.n_pods << ", at most " << report.peak_pods << " at once";
    if (report.n_failed > 0) out << ", " << report.n_failed << " failed";
    out << "\n  waves          " << report.n_waves << "\n";
    if (report.n_waiting > 0) {
        const auto n_waiting = static_cast<std::int64_t>(report.n_waiting);
        out << "  queueing       " << report.n_waiting << " pods waited for room, at most "
            << report.peak_waiting << " at once; "
            << short_duration(report.total_wait_ms / n_waiting) << " on average, "
            << short_duration(report.longest_wait_ms) << " at most\n";
    } else {
        out << "  queueing       none\n";
    }
    if (!report.path.empty()) out << "  critical path  " << path_text(report) << "\n";
    out << "  use            " << two_decimals(report.cpu_hours) << " CPU-hours, "
        << two_decimals(report.gib_hours) << " GiB-hours";
    if (report.node_hours > 0) out << ", " << two_decimals(report.node_hours) << " node-hours";
    out << "\n";
    if (has_prices) out << "  cost           " << two_decimals(report.cost) << "\n";
}

Json as_json(const SimulationReport& report) {
    Json path = Json::array();
    for (const run::PathPart& part : report.path) {
        path.push_back({{"template", part.template_name},
                        {"pods", part.n_pods},
                        {"runningSeconds", seconds(part.running_ms)},
                        {"waitingSeconds", seconds(part.waiting_ms)}});
    }
    return {{"phase", std::string(run::run_phase_name(report.phase))},
            {"message", report.message},
            {"makespanSeconds", seconds(report.makespan_ms)},
            {"pods", report.n_pods},
            {"failedPods", report.n_failed},
            {"peakPods", report.peak_pods},
            {"waves", report.n_waves},
            {"queueing",
             {{"pods", report.n_waiting},
              {"peak", report.peak_waiting},
              {"totalSeconds", seconds(report.total_wait_ms)},
              {"longestSeconds", seconds(report.longest_wait_ms)}}},
            {"cpuHours", report.cpu_hours},
            {"gibHours", report.gib_hours},
            {"nodeHours", report.node_hours},
            {"cost", report.cost},
            {"criticalPath", std::move(path)}};
}

/// What several runs have in common.
struct Spread {
    std::vector<std::int64_t> makespans;
    std::vector<double> costs;
    std::vector<std::size_t> peaks;
    std::size_t n_succeeded = 0;
};

Spread spread_of(const std::vector<SimulationReport>& reports) {
    Spread spread;
    for (const SimulationReport& report : reports) {
        spread.makespans.push_back(report.makespan_ms);
        spread.costs.push_back(report.cost);
        spread.peaks.push_back(report.peak_pods);
        if (report.phase == run::RunPhase::kSucceeded) ++spread.n_succeeded;
    }
    return spread;
}

void write_spread(const Spread& spread, const std::string& name, bool has_prices,
                  std::ostream& out) {
    constexpr std::pair<const char*, double> kShares[] = {
        {"least", 0}, {"half within", 0.5}, {"95 % within", 0.95}, {"most", 1}};
    out << name << ": " << spread.n_succeeded << " of " << spread.makespans.size()
        << " runs succeeded\n";
    for (const auto& [words, share] : kShares) {
        out << "  " << std::left << std::setw(13) << words << std::right << std::setw(10)
            << short_duration(percentile(spread.makespans, share)) << std::setw(8)
            << percentile(spread.peaks, share) << " pods at once";
        if (has_prices) out << ", cost " << two_decimals(percentile(spread.costs, share));
        out << "\n";
    }
}

Json spread_as_json(const Spread& spread) {
    Json all = {{"runs", spread.makespans.size()}, {"succeeded", spread.n_succeeded}};
    constexpr std::pair<const char*, double> kShares[] = {
        {"min", 0}, {"p50", 0.5}, {"p95", 0.95}, {"max", 1}};
    for (const auto& [key, share] : kShares) {
        all[key] = {{"makespanSeconds", seconds(percentile(spread.makespans, share))},
                    {"peakPods", percentile(spread.peaks, share)},
                    {"cost", percentile(spread.costs, share)}};
    }
    return all;
}

/// One run; the first also draws the picture.
Result<SimulationReport> simulate_once(const SimulationOptions& options, const run::Plan& plan,
                                       const run::TaskModel& model, const run::ClusterSize& cluster,
                                       bool draws) {
    run::SimulatedOptions settings;
    settings.behaviour = run::behaviour_of(model);
    settings.cluster = cluster;
    settings.keeps_names = false;
    run::SimulatedBackend backend(std::move(settings));
    run::State state(plan);
    TIPHYS_TRY(done, run::simulate_to_end(state, backend));
    static_cast<void>(done);
    const std::vector<run::PodSpan> pods = run::pod_spans(state, backend);
    SimulationReport report = run::report_of(state, backend, pods, options.n_nodes, options.prices);
    if (!draws || options.gantt.empty()) return report;
    TIPHYS_TRY(written, run::write_file(options.gantt, run::gantt_svg(state, pods, report)));
    static_cast<void>(written);
    return report;
}

int write_reports(const SimulationOptions& options, const std::string& name,
                  const std::vector<SimulationReport>& reports, Streams& streams) {
    const run::Prices& prices = options.prices;
    const bool has_prices = prices.cpu_hour + prices.gib_hour + prices.node_hour > 0;
    const Spread spread = spread_of(reports);
    if (options.format == "json") {
        const Json json = reports.size() == 1 ? as_json(reports[0]) : spread_as_json(spread);
        streams.out << json.dump(2) << "\n";
    } else if (reports.size() == 1) {
        write_text(reports[0], name, has_prices, streams.out);
    } else {
        write_spread(spread, name, has_prices, streams.out);
    }
    return spread.n_succeeded == reports.size() ? kExitFine : kExitFindings;
}

int run_simulate(const SimulationOptions& options, Streams& streams) {
    auto sources = read_sources(options.files, streams, "<stdin>", 0);
    if (!sources) return fail(streams, sources.error().message);
    const ir::Document* document = find_workflow((*sources)->project);
    if (document == nullptr) {
        return fail(streams, "there is no workflow in `" + options.files.front() + "`");
    }
    const auto request = simulated_request(options, *document);
    if (!request) return fail(streams, request.error().message);
    run::BuiltPlan built = run::build_plan((*sources)->project, *request);
    for (const run::Unsupported& field : built.unsupported) {
        streams.err << "tiphys: cannot simulate `" << field.path << "`: " << field.reason << "\n";
    }
    if (!built.unsupported.empty()) return kExitFindings;
    built.plan.zone_file = expr::read_system_zone;
    const auto adapted = adapt_plan(options, built.plan);
    if (!adapted) return fail(streams, adapted.error().message);
    auto model = task_model(options, built.plan);
    if (!model) return fail(streams, model.error().message);
    const auto cluster = cluster_size(options);
    if (!cluster) return fail(streams, cluster.error().message);
    std::vector<SimulationReport> reports;
    for (std::uint32_t i = 0; i < options.n_runs; ++i) {
        model->seed = options.seed + i;
        auto report = simulate_once(options, built.plan, *model, *cluster, i == 0);
        if (!report) return fail(streams, report.error().message);
        reports.push_back(std::move(*report));
    }
    return write_reports(options, request->name, reports, streams);
}

void add_model_options(CLI::App& command, SimulationOptions& options) {
    command
        .add_option("--duration", options.durations,
                    "How long tasks take: 30s, TEMPLATE=30s; uniform(a,b), normal(mean,deviation), "
                    "exponential(mean) and lognormal(median,factor) are drawn (default: the "
                    "annotation `tiphys/duration` of the pod, else 1s)")
        ->allow_extra_args(false);
    command.add_option("--durations", options.duration_file,
                       "Durations by template: the JSON of a finished run, or a YAML mapping");
    command.add_option("--start-up", options.start_up, "Time before a pod's first process")
        ->capture_default_str();
    command
        .add_option("--fail-rate", options.fail_rates,
                    "Share of tasks that fail: 0.05, TEMPLATE=0.05")
        ->allow_extra_args(false);
    command
        .add_option("--result", options.results,
                    "What tasks put out: TEMPLATE=VALUE, TEMPLATE.PARAMETER=VALUE")
        ->allow_extra_args(false);
    command.add_option("--items", options.n_items, "Elements of lists that only a run would know")
        ->capture_default_str();
    command.add_option("--approve", options.approve_after,
                       "Time after which suspended nodes without a duration are resumed");
    command.add_option("--parallelism", options.parallelism,
                       "Pods of the workflow at once, in place of the manifest's");
    command.add_option("--seed", options.seed, "Decides what is drawn")->capture_default_str();
    command.add_option("--runs", options.n_runs, "Runs with seeds that follow one another")
        ->check(CLI::Range(1U, 1'000'000U))
        ->capture_default_str();
}

void add_cluster_options(CLI::App& command, SimulationOptions& options) {
    command.add_option("--nodes", options.n_nodes, "Nodes of the cluster (default: no limit)");
    command.add_option("--cpu", options.cpu, "Processors of each node, as in 4 or 3920m");
    command.add_option("--memory", options.memory, "Memory of each node, as in 16Gi");
    command.add_option("--pods-per-node", options.pods_per_node, "Pods that a node takes")
        ->capture_default_str();
    command.add_option("--quota", options.quota, "Of the namespace: pods=100,cpu=50,memory=100Gi");
    command.add_option("--request", options.request,
                       "Of containers that request nothing: cpu=500m,memory=256Mi");
    command.add_option("--cpu-price", options.prices.cpu_hour, "Price of a CPU for an hour");
    command.add_option("--memory-price", options.prices.gib_hour, "Price of a GiB for an hour");
    command.add_option("--node-price", options.prices.node_hour, "Price of a node for an hour");
}

} // namespace

void add_simulate(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand(
        "simulate", "Run a workflow in virtual time: makespan, waves, queueing, cost, a picture");
    auto options = std::make_shared<SimulationOptions>();
    command
        ->add_option("FILE", options->files,
                     "The first workflow in the files runs; the other documents are its world. "
                     "`-` is standard input")
        ->required();
    command
        ->add_option("-p,--parameter", options->parameters,
                     "Value of a parameter of the workflow: name=value")
        ->allow_extra_args(false);
    command->add_option("-f,--parameter-file", options->parameter_file,
                        "YAML or JSON mapping with values of parameters");
    command->add_option("--entrypoint", options->entrypoint, "Template to begin with");
    command->add_option("--name", options->name, "Name of the run");
    add_model_options(*command, *options);
    add_cluster_options(*command, *options);
    command->add_option("--gantt", options->gantt,
                        "SVG file for a picture of the first run: a bar for each pod, or the "
                        "number of pods over time");
    command->add_option("-o,--output", options->format, "Format of the figures")
        ->check(CLI::IsMember({"text", "json"}))
        ->option_text("text|json");
    command->footer("Example: tiphys simulate sweep.yaml --duration train=20m --nodes 10 --cpu 8 "
                    "--memory 32Gi\n"
                    "Nothing is executed; the same options give the same figures.\n"
                    "Exit codes: 0 succeeded, 1 failed or refused, 2 usage or environment");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_simulate(*options, streams); };
    });
}

} // namespace tiphys::cli
