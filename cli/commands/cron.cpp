// tiphys cron: starts the runs of CronWorkflows on this machine, and says when they are due.

#include <algorithm>
#include <chrono>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "cli/cluster/cron_commands.h"
#include "cli/command.h"
#include "cli/cron_scheduler.h"
#include "cli/read_sources.h"
#include "cli/runs/state_folder.h"
#include "compiler/expr/environment.h"
#include "runtime/io/files.h"

namespace tiphys::cli {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;
/// Lines of a dry run; `@every 1s` has more of them than anybody reads.
constexpr std::size_t kMostTimes = 10'000;

struct CronOptions {
    std::vector<std::string> files;
    std::string from;
    std::string to;
    std::string state;
    std::string isolation;
    std::size_t n_times = 5;
    bool is_dry = false;
    bool is_quiet = false;
    bool with_log = false;
};

std::int64_t now_s() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

/// RFC 3339, or a date or a time without zone, in UTC.
Result<std::int64_t> time_of(const std::string& text, std::int64_t fallback) {
    if (text.empty()) return fallback;
    for (const std::string_view layout :
         {expr::kRfc3339, std::string_view("2006-01-02T15:04:05"),
          std::string_view("2006-01-02T15:04"), std::string_view("2006-01-02")}) {
        const auto time = expr::parse_time(layout, text, expr::TimeZone::utc());
        if (time) return time->seconds;
    }
    return Error{"`" + text + "` is no time; write `2026-03-29T02:30:00Z` or `2026-03-29`"};
}

/// All CronWorkflows of the project, in its order.
Result<std::vector<ScheduledCron>> find_crons(const ir::Project& project,
                                              const std::string& state) {
    std::vector<ScheduledCron> crons;
    for (const ir::Document* document : project.all("CronWorkflow")) {
        TIPHYS_TRY(spec, run::read_cron_spec(*document, expr::read_system_zone));
        run::CronStatus status;
        const std::string path = cron_folder(state, spec) + "/status.json";
        if (!state.empty() && run::path_exists(path)) {
            TIPHYS_TRY(json, run::read_file(path));
            auto known = run::read_cron_status(json);
            if (!known) return Error{"cannot read `" + path + "`: " + known.error().message};
            status = std::move(*known);
        }
        crons.push_back(
            {document, run::CronJob(std::move(spec), std::move(status), expr::read_system_zone)});
    }
    if (crons.empty()) return Error{"there is no CronWorkflow in the given files"};
    return crons;
}

/// Scheduled times of all, in their order in time; `n_times` of each, before `to_s`.
void write_times(const std::vector<ScheduledCron>& crons, std::int64_t from_s, std::int64_t to_s,
                 std::size_t n_times, std::ostream& out) {
    struct Due {
        std::int64_t at_s = 0;
        const run::CronJob* job = nullptr;
    };
    std::vector<Due> due;
    std::size_t width = 0;
    for (const ScheduledCron& cron : crons) {
        // The first instant itself counts.
        auto at = cron.job.next_time(from_s - 1);
        for (std::size_t n = 0; n < n_times && at && *at < to_s; ++n) {
            due.push_back({*at, &cron.job});
            width = std::max(width, cron.job.time_text(*at).size());
            at = cron.job.next_time(*at);
        }
    }
    std::stable_sort(due.begin(), due.end(),
                     [](const Due& a, const Due& b) { return a.at_s < b.at_s; });
    for (const Due& each : due) {
        std::string time = each.job->time_text(each.at_s);
        time.resize(width, ' ');
        out << time << "  " << each.job->run_name(each.at_s)
            << (each.job->spec().is_suspended ? "  (suspended)" : "") << "\n";
    }
}

Result<int> show_times(const CronOptions& options, bool is_next, Streams& streams) {
    TIPHYS_TRY(sources, read_sources(options.files, streams, "<stdin>", 0));
    TIPHYS_TRY(crons, find_crons(sources->project, ""));
    TIPHYS_TRY(from, time_of(options.from, now_s()));
    TIPHYS_TRY(to, time_of(options.to, from + kDaySeconds));
    constexpr std::int64_t kEver = std::int64_t{1} << 50;
    write_times(crons, from, is_next ? kEver : to, is_next ? options.n_times : kMostTimes,
                streams.out);
    return kExitFine;
}

Result<int> schedule(const CronOptions& options, Streams& streams) {
    SchedulerOptions settings;
    settings.state_folder = state_folder(options.state);
    settings.files = options.files;
    settings.is_quiet = options.is_quiet;
    if (!options.isolation.empty()) {
        settings.run_options = {"--isolation", options.isolation};
    }
    settings.run_options.emplace_back(options.with_log ? "--log" : "--quiet");
    TIPHYS_TRY(sources, read_sources(options.files, streams, "<stdin>", 0));
    TIPHYS_TRY(crons, find_crons(sources->project, settings.state_folder));
    if (std::find(options.files.begin(), options.files.end(), "-") != options.files.end()) {
        return Error{"a scheduler reads its files at each run; standard input is gone by then"};
    }
    return CronScheduler(std::move(crons), std::move(settings), streams).run();
}

int finish(const Result<int>& outcome, Streams& streams) {
    return outcome ? *outcome : fail(streams, outcome.error().message);
}

void add_files(CLI::App& command, CronOptions& options) {
    command.add_option("FILE", options.files,
                       "Files with CronWorkflows, and with what their workflows refer to");
}

} // namespace

void add_cron(CLI::App& app, Invocation& invocation) {
    CLI::App* command =
        app.add_subcommand("cron", "Run CronWorkflows on this machine when they are due, or handle "
                                   "those of a cluster");
    auto options = std::make_shared<CronOptions>();
    add_files(*command, *options);
    command->add_flag("--dry-run", options->is_dry,
                      "Print the scheduled times between --from and --to, and run nothing");
    command->add_option("--from", options->from, "First time of a dry run (default: now)")
        ->option_text("TIME");
    command->add_option("--to", options->to, "End of a dry run (default: a day later)")
        ->option_text("TIME");
    add_state_option(*command, options->state);
    command
        ->add_option("--isolation", options->isolation, "How tasks are kept apart (default: auto)")
        ->check(CLI::IsMember({"auto", "none", "namespace"}))
        ->option_text("auto|none|namespace");
    command->add_flag("--log", options->with_log, "Show what tasks write");
    command->add_flag("-q,--quiet", options->is_quiet, "Say nothing about starts and ends");
    command->footer(
        "Example: tiphys cron nightly.yaml\n"
        "Times are in the CronWorkflow's time zone, or in UTC. Missed starts are made up for "
        "within\n"
        "startingDeadlineSeconds. Ctrl-C stops the runs; the scheduler ends by itself when every\n"
        "stopStrategy has come true. `tiphys cron next FILE` prints the next times.");
    command->callback([options, command, &invocation] {
        if (!command->get_subcommands().empty()) return;
        invocation.run = [options](Streams& streams) {
            if (options->files.empty()) return fail(streams, "`cron` needs a FILE");
            return finish(options->is_dry ? show_times(*options, false, streams)
                                          : schedule(*options, streams),
                          streams);
        };
    });
    CLI::App* next = command->add_subcommand("next", "Print the next scheduled times");
    auto wanted = std::make_shared<CronOptions>();
    add_files(*next, *wanted);
    next->add_option("-n,--count", wanted->n_times, "How many of each CronWorkflow")
        ->capture_default_str();
    next->add_option("--from", wanted->from, "Not before this time (default: now)")
        ->option_text("TIME");
    next->callback([wanted, options, &invocation] {
        // `cron FILE next` says the same.
        wanted->files.insert(wanted->files.begin(), options->files.begin(), options->files.end());
        invocation.run = [wanted](Streams& streams) {
            if (wanted->files.empty()) return fail(streams, "`cron next` needs a FILE");
            return finish(show_times(*wanted, true, streams), streams);
        };
    });
    add_cron_commands(*command, invocation);
}

} // namespace tiphys::cli
