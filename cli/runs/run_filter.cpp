// Choosing among runs.
#include "cli/runs/run_filter.h"

#include <algorithm>
#include <map>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/runs/field_conditions.h"
#include "runtime/archive/selector.h"
#include "runtime/plan/time_text.h"

namespace tiphys::cli {
namespace {

constexpr std::int64_t kSecondMs = 1000;
constexpr std::int64_t kMinuteMs = 60 * kSecondMs;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
constexpr std::int64_t kDayMs = 24 * kHourMs;

bool has_phase(const run::RunRecord& record, const std::vector<std::string>& phases) {
    return phases.empty() || std::find(phases.begin(), phases.end(),
                                       run::run_phase_name(record.summary.phase)) != phases.end();
}

/// Those that the object of the run would have on a cluster.
Result<std::map<std::string, std::string>> labels_of(run::Journal& journal,
                                                     const std::string& name) {
    TIPHYS_TRY(record, find_run(journal, name));
    TIPHYS_TRY(loaded, load_plan(std::move(record)));
    std::map<std::string, std::string> labels =
        run::phase_labels(loaded->record.summary.phase, loaded->record.closed);
    const nlohmann::json own =
        nlohmann::json::parse(object_of(*loaded).labels_json, nullptr, false);
    for (const auto& [label, value] : own.items()) {
        if (value.is_string()) labels[label] = value.get<std::string>();
    }
    return labels;
}

Result<Done> choose_by_labels(run::Journal& journal, const std::string& selector,
                              std::vector<run::RunRecord>& runs) {
    TIPHYS_TRY(conditions, archive::parse_selector(selector));
    std::vector<run::RunRecord> chosen;
    for (run::RunRecord& record : runs) {
        TIPHYS_TRY(labels, labels_of(journal, record.name));
        if (archive::matches(conditions, labels)) chosen.push_back(std::move(record));
    }
    runs = std::move(chosen);
    return Done{};
}

/// Kubernetes knows the same two fields of workflows.
Result<Done> choose_by_fields(const std::string& selector, std::vector<run::RunRecord>& runs) {
    TIPHYS_TRY(conditions, parse_conditions(selector, "runs", "metadata.name=x"));
    for (const FieldCondition& condition : conditions) {
        if (condition.field == "metadata.name" || condition.field == "metadata.namespace") continue;
        return Error{"runs are not chosen by `" + condition.field +
                     "`, but by `metadata.name` and `metadata.namespace`; `-l`, `--status` and "
                     "`--prefix` say more"};
    }
    std::erase_if(runs, [&](const run::RunRecord& record) {
        return !hold(conditions, [&](std::string_view field) {
            return field == "metadata.name" ? record.name : record.namespace_name;
        });
    });
    return Done{};
}

} // namespace

Result<std::int64_t> parse_age_ms(const std::string& text) {
    if (text.size() > 1 && text.back() == 'd') {
        const std::string days = text.substr(0, text.size() - 1);
        if (days.size() < 6 && days.find_first_not_of("0123456789") == days.npos) {
            return std::stoll(days) * kDayMs;
        }
    }
    if (const auto duration = run::parse_duration_ms(text)) return *duration;
    return Error{"`" + text + "` is no duration; write `30m`, `2h` or `7d`"};
}

std::string age_text(std::int64_t milliseconds) {
    const std::int64_t age = std::max<std::int64_t>(milliseconds, 0);
    if (age >= kDayMs) return std::to_string(age / kDayMs) + "d";
    if (age >= kHourMs) return std::to_string(age / kHourMs) + "h";
    if (age >= kMinuteMs) return std::to_string(age / kMinuteMs) + "m";
    return std::to_string(age / kSecondMs) + "s";
}

Result<AgeLimits> age_limits(const RunFilter& filter) {
    if (filter.completed && filter.running) {
        return Error{"`--completed` and `--running` exclude each other"};
    }
    AgeLimits limits;
    if (!filter.older.empty()) {
        TIPHYS_TRY(age, parse_age_ms(filter.older));
        limits.older_ms = age;
    }
    if (!filter.since.empty()) {
        TIPHYS_TRY(age, parse_age_ms(filter.since));
        limits.since_ms = age;
    }
    return limits;
}

Result<std::vector<run::RunRecord>> filtered_runs(run::Journal& journal, const RunFilter& filter,
                                                  const ListQuery& selectors) {
    TIPHYS_TRY(ages, age_limits(filter));
    const std::int64_t now = unix_ms();
    TIPHYS_TRY(runs, journal.runs());
    std::erase_if(runs, [&](const run::RunRecord& record) {
        const run::RunSummary& summary = record.summary;
        // Argo counts the age of finished runs from their end.
        const bool is_young =
            ages.older_ms > 0 && (!record.closed || now - summary.finished_ms < ages.older_ms);
        const bool is_old = ages.since_ms > 0 && now - record.created_ms > ages.since_ms;
        return is_young || is_old || !has_phase(record, filter.phases) ||
               !record.name.starts_with(filter.prefix) || (filter.completed && !record.closed) ||
               (filter.running && record.closed) || (filter.resubmitted && record.previous.empty());
    });
    TIPHYS_TRY(by_fields, choose_by_fields(selectors.fields, runs));
    static_cast<void>(by_fields);
    if (!selectors.labels.empty()) {
        TIPHYS_TRY(chosen, choose_by_labels(journal, selectors.labels, runs));
        static_cast<void>(chosen);
    }
    return runs;
}

Result<std::vector<std::string>> chosen_runs(run::Journal& journal,
                                             const std::vector<std::string>& names,
                                             const RunFilter& filter, const ListQuery& selectors) {
    std::vector<std::string> chosen;
    const auto add = [&](std::string name) {
        const bool is_known = std::find(chosen.begin(), chosen.end(), name) != chosen.end();
        if (!is_known) chosen.push_back(std::move(name));
    };
    for (const std::string& name : names) {
        TIPHYS_TRY(record, find_run(journal, name, false));
        add(std::move(record.name));
    }
    if (!selectors.chooses()) return chosen;
    TIPHYS_TRY(runs, filtered_runs(journal, filter, selectors));
    for (run::RunRecord& record : runs) {
        add(std::move(record.name));
    }
    if (chosen.empty()) return Error{"there are no such runs"};
    return chosen;
}

void add_filter_options(CLI::App& command, RunFilter& filter) {
    command.add_flag("--completed", filter.completed, "Only runs that have ended");
    command.add_flag("--running", filter.running, "Only runs that have not");
    command.add_option("--status", filter.phases, "Only runs in these phases: Failed,Error")
        ->delimiter(',')
        ->check(CLI::IsMember({"Pending", "Running", "Succeeded", "Failed", "Error"}))
        ->option_text("PHASE,...");
    command.add_option("--prefix", filter.prefix, "Only runs whose names begin so");
    command.add_option("--older", filter.older, "Only runs that ended longer ago: 30m, 7d")
        ->option_text("DURATION");
    command.add_option("--since", filter.since, "Only runs that began no longer ago: 30m, 7d")
        ->option_text("DURATION");
    command.add_flag("--resubmitted", filter.resubmitted, "Only runs that repeat others");
}

} // namespace tiphys::cli
