// Reading the options of `tiphys simulate`.
#include "cli/simulation_options.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "compiler/expr/quantity.h"
#include "runtime/io/files.h"
#include "runtime/plan/parameter_file.h"
#include "runtime/plan/time_text.h"

namespace tiphys::cli {
namespace {

/// `NAME=VALUE`; without a name the text is the value.
std::pair<std::string, std::string> split_at_equals(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == text.npos) return {"", text};
    return {text.substr(0, equals), text.substr(equals + 1)};
}

Result<std::int64_t> parse_amount(const std::string& option, const std::string& text, int scale) {
    if (text.empty()) return std::int64_t{0};
    const auto quantity = expr::parse_quantity(text);
    if (!quantity || quantity->negative) {
        return Error{"`" + option + " " + text + "` is no quantity; write `4`, `500m` or `16Gi`"};
    }
    return expr::scaled_value(*quantity, scale);
}

/// `pods=10,cpu=4,memory=8Gi`, each at most once.
struct Amounts {
    run::Resources resources;
    std::size_t n_pods = 0;
};
Result<Amounts> parse_amounts(const std::string& option, const std::string& text) {
    Amounts amounts;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        const auto [name, value] = split_at_equals(text.substr(at, end - at));
        at = end + 1;
        TIPHYS_TRY(amount, parse_amount(option, value, name == "cpu" ? -3 : 0));
        if (name == "cpu") {
            amounts.resources.cpu_millis = amount;
        } else if (name == "memory") {
            amounts.resources.memory_bytes = amount;
        } else if (name == "pods") {
            amounts.n_pods = static_cast<std::size_t>(amount);
        } else {
            return Error{"`" + option + " " + text +
                         "` names none of `pods`, `cpu` and `memory`; write `cpu=4,memory=8Gi`"};
        }
    }
    return amounts;
}

Result<run::Distribution> parse_option(const std::string& option, const std::string& text) {
    auto parsed = run::parse_distribution(text);
    if (parsed) return std::move(*parsed);
    return Error{"`" + option + " " + text +
                 "` is no duration; write `90s`, `uniform(1m, 2m)`, `normal(1m, 10s)`, "
                 "`exponential(1m)` or `lognormal(1m, 2)`"};
}

Result<Done> add_durations(const SimulationOptions& options, run::TaskModel& model) {
    for (const std::string& written : options.durations) {
        const auto [name, value] = split_at_equals(written);
        TIPHYS_TRY(parsed, parse_option("--duration", value));
        if (name.empty()) {
            model.duration = std::move(parsed);
        } else {
            model.durations.insert_or_assign(name, std::move(parsed));
        }
    }
    return Done{};
}

Result<Done> add_fail_rates(const SimulationOptions& options, run::TaskModel& model) {
    for (const std::string& written : options.fail_rates) {
        const auto [name, value] = split_at_equals(written);
        double rate = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), rate);
        const bool is_number = error == std::errc() && end == value.data() + value.size();
        if (!is_number || rate < 0 || rate > 1) {
            return Error{"`--fail-rate " + written +
                         "` is no share; write a number from 0 to 1, as in `0.05`"};
        }
        if (name.empty()) {
            model.fail_rate = rate;
        } else {
            model.fail_rates.insert_or_assign(name, rate);
        }
    }
    return Done{};
}

} // namespace

Result<run::RunRequest> simulated_request(const SimulationOptions& options,
                                          const ir::Document& document) {
    run::RunRequest request;
    request.workflow = &document;
    request.name = options.name.empty() ? std::string(document.name) : options.name;
    if (request.name.empty()) request.name = "simulated";
    if (!document.namespace_name.empty()) request.namespace_name = document.namespace_name;
    request.uid = "00000000-0000-0000-0000-000000000000";
    request.entrypoint = options.entrypoint;
    request.is_simulated = true;
    for (const std::string& written : options.parameters) {
        const auto [name, value] = split_at_equals(written);
        if (name.empty()) {
            return Error{"`-p " + written + "` is no parameter; write `-p name=value`"};
        }
        request.parameters.emplace_back(name, value);
    }
    if (options.parameter_file.empty()) return request;
    TIPHYS_TRY(text, run::read_file(options.parameter_file));
    TIPHYS_TRY(more, run::parse_parameter_file(text));
    // The first value of a name counts.
    request.parameters.insert(request.parameters.end(), more.begin(), more.end());
    return request;
}

Result<run::TaskModel> task_model(const SimulationOptions& options, const run::Plan& plan) {
    run::TaskModel model;
    model.duration.first_ms = 1000;
    model.n_items = options.n_items;
    model.seed = options.seed;
    TIPHYS_TRY(start_up, parse_option("--start-up", options.start_up));
    model.start_up = std::move(start_up);
    // What is said first counts: on the command line, in the file, in the manifest.
    TIPHYS_TRY(written, add_durations(options, model));
    static_cast<void>(written);
    if (!options.duration_file.empty()) {
        TIPHYS_TRY(text, run::read_file(options.duration_file));
        const auto added = run::add_durations_of_file(text, model);
        if (!added) return Error{"`" + options.duration_file + "`: " + added.error().message};
    }
    TIPHYS_TRY(declared, run::add_declared_durations(plan, model));
    static_cast<void>(declared);
    TIPHYS_TRY(rates, add_fail_rates(options, model));
    static_cast<void>(rates);
    for (const std::string& result : options.results) {
        const auto [name, value] = split_at_equals(result);
        if (name.empty()) {
            return Error{"`--result " + result +
                         "` names no template; write `TEMPLATE=VALUE` or "
                         "`TEMPLATE.PARAMETER=VALUE`"};
        }
        model.outputs.insert_or_assign(name, value);
    }
    run::add_missing_outputs(plan, model);
    return model;
}

Result<run::ClusterSize> cluster_size(const SimulationOptions& options) {
    run::ClusterSize size;
    size.n_nodes = options.n_nodes;
    size.pods_per_node = options.pods_per_node;
    TIPHYS_TRY(cpu, parse_amount("--cpu", options.cpu, -3));
    TIPHYS_TRY(memory, parse_amount("--memory", options.memory, 0));
    size.node = {cpu, memory};
    if (size.n_nodes == 0 && (cpu != 0 || memory != 0)) {
        return Error{"`--cpu` and `--memory` are those of one node; say how many nodes there are "
                     "with `--nodes`"};
    }
    TIPHYS_TRY(quota, parse_amounts("--quota", options.quota));
    size.quota = quota.resources;
    size.quota_pods = quota.n_pods;
    return size;
}

Result<Done> adapt_plan(const SimulationOptions& options, run::Plan& plan) {
    TIPHYS_TRY(request, parse_amounts("--request", options.request));
    const bool approves = !options.approve_after.empty();
    if (approves && !run::parse_duration_ms(options.approve_after)) {
        return Error{"`--approve " + options.approve_after + "` is no duration; write `10m`"};
    }
    if (options.parallelism > 0) plan.parallelism = options.parallelism;
    for (run::Template& made : plan.templates) {
        const bool waits = made.kind == run::TemplateKind::kSuspend;
        if (waits && approves && made.suspend_duration.empty()) {
            made.suspend_duration = run::Text(options.approve_after);
            for (run::OutputParameter& output : made.output_parameters) {
                if (output.supplied && !output.default_value) output.default_value = run::Text("1");
            }
        }
        for (run::ContainerSpec& container : made.containers) {
            if (container.role != run::ProcessRole::kMain) continue;
            run::Resources& own = container.requests;
            if (own.cpu_millis == 0) own.cpu_millis = request.resources.cpu_millis;
            if (own.memory_bytes == 0) own.memory_bytes = request.resources.memory_bytes;
        }
    }
    return Done{};
}

} // namespace tiphys::cli
