#pragma once
// The frame of a command: its options are declared beside what it does.

#include <functional>
#include <string>

#include "cli/run_command.h"

namespace CLI {
class App;
}

namespace tiphys::cli {

inline constexpr const char* kVersion = "0.1.0";

/// What the parsed command line asks for. The chosen command sets `run`.
struct Invocation {
    std::function<int(Streams&)> run;
};

/// Exit codes of all commands.
inline constexpr int kExitFine = 0;
inline constexpr int kExitFindings = 1;
inline constexpr int kExitUsage = 2;

/// Says on standard error why a command cannot do its work, in words without a full stop; returns
/// kExitUsage.
int fail(Streams& streams, const std::string& message);

/// The option `-e`: the overlay of .tiphys files to apply.
void add_environment(CLI::App& command, std::string& environment);

/// Each declares one command: its name, help and options, and the callback that fills in
/// `invocation.run`.
using AddCommand = void (*)(CLI::App& app, Invocation& invocation);

void add_lint(CLI::App& app, Invocation& invocation);
void add_run(CLI::App& app, Invocation& invocation);
void add_list(CLI::App& app, Invocation& invocation);
void add_get(CLI::App& app, Invocation& invocation);
void add_logs(CLI::App& app, Invocation& invocation);
void add_watch(CLI::App& app, Invocation& invocation);
void add_wait(CLI::App& app, Invocation& invocation);
void add_suspend(CLI::App& app, Invocation& invocation);
void add_resume(CLI::App& app, Invocation& invocation);
void add_stop(CLI::App& app, Invocation& invocation);
void add_terminate(CLI::App& app, Invocation& invocation);
void add_node(CLI::App& app, Invocation& invocation);
void add_retry(CLI::App& app, Invocation& invocation);
void add_resubmit(CLI::App& app, Invocation& invocation);
void add_delete(CLI::App& app, Invocation& invocation);
void add_cp(CLI::App& app, Invocation& invocation);
void add_cron(CLI::App& app, Invocation& invocation);
void add_controller(CLI::App& app, Invocation& invocation);
void add_simulate(CLI::App& app, Invocation& invocation);
void add_graph(CLI::App& app, Invocation& invocation);
void add_stats(CLI::App& app, Invocation& invocation);
void add_compile(CLI::App& app, Invocation& invocation);
void add_import(CLI::App& app, Invocation& invocation);
void add_fmt(CLI::App& app, Invocation& invocation);
void add_diff(CLI::App& app, Invocation& invocation);
void add_vendor(CLI::App& app, Invocation& invocation);
void add_eval(CLI::App& app, Invocation& invocation);
void add_rules(CLI::App& app, Invocation& invocation);
void add_explain(CLI::App& app, Invocation& invocation);
void add_archive(CLI::App& app, Invocation& invocation);
void add_install(CLI::App& app, Invocation& invocation);
void add_help(CLI::App& app, Invocation& invocation);

} // namespace tiphys::cli
