// From a command line to the command that it names.
#include "cli/run_command.h"

#include <algorithm>
#include <array>
#include <memory>
#include <ostream>
#include <set>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/cluster/commands.h"
#include "cli/command.h"
#include "compiler/base/nearest.h"

namespace tiphys::cli {
namespace {

constexpr const char* kVersionFlag = "--version";

/// Its name is that of the command that `add` declares.
struct Command {
    std::string_view name;
    AddCommand add;
};
constexpr auto kCommands = std::to_array<Command>({{"lint", add_lint},
                                                   {"run", add_run},
                                                   {"list", add_list},
                                                   {"get", add_get},
                                                   {"logs", add_logs},
                                                   {"watch", add_watch},
                                                   {"wait", add_wait},
                                                   {"suspend", add_suspend},
                                                   {"resume", add_resume},
                                                   {"stop", add_stop},
                                                   {"terminate", add_terminate},
                                                   {"node", add_node},
                                                   {"retry", add_retry},
                                                   {"resubmit", add_resubmit},
                                                   {"delete", add_delete},
                                                   {"cp", add_cp},
                                                   {"submit", add_submit},
                                                   {"template", add_template},
                                                   {"cluster-template", add_cluster_template},
                                                   {"simulate", add_simulate},
                                                   {"cron", add_cron},
                                                   {"controller", add_controller},
                                                   {"graph", add_graph},
                                                   {"stats", add_stats},
                                                   {"compile", add_compile},
                                                   {"import", add_import},
                                                   {"fmt", add_fmt},
                                                   {"diff", add_diff},
                                                   {"vendor", add_vendor},
                                                   {"eval", add_eval},
                                                   {"rules", add_rules},
                                                   {"explain", add_explain},
                                                   {"install", add_install},
                                                   {"archive", add_archive},
                                                   {"help", add_help}});

/// CLI11 tells which options exclude each other in the order of their addresses.
class OrderedHelp : public CLI::Formatter {
public:
    std::string make_option_opts(const CLI::Option* option) const override {
        constexpr std::string_view kExcludes = "Excludes:";
        std::string text = CLI::Formatter::make_option_opts(option);
        const std::size_t at = text.rfind(kExcludes);
        if (at == text.npos) return text;
        std::set<std::string> names;
        for (const CLI::Option* other : option->get_excludes())
            names.insert(other->get_name());
        text.resize(at + kExcludes.size());
        for (const std::string& name : names)
            text += " " + name;
        return text;
    }
};

/// "did you mean" for an unknown command or option.
std::string suggestion(const CLI::App& app, const std::string& written) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands({}))
        names.push_back(command->get_name());
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames())
            names.push_back("--" + name);
    }
    const std::vector<std::string_view> candidates(names.begin(), names.end());
    const std::string_view nearest = nearest_name(written, candidates);
    return nearest.empty() ? "" : "; did you mean `" + std::string(nearest) + "`";
}

const CLI::App& chosen_command(const CLI::App& app) {
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? app : *chosen.front();
}

int report_usage(const CLI::App& app, const CLI::ParseError& error, std::ostream& err) {
    const CLI::App& command = chosen_command(app);
    std::string message = error.what();
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
        const std::vector<std::string> extras = app.remaining(true);
        const std::string first = extras.empty() ? "" : extras.front();
        const bool is_option = first.size() > 1 && first[0] == '-';
        const char* what = is_option          ? "unknown option"
                           : &command == &app ? "unknown command"
                                              : "unexpected argument";
        message = std::string(what) + " `" + first + "`" +
                  suggestion(command, first.substr(0, first.find('=')));
    }
    const std::string name = &command == &app ? "tiphys" : "tiphys " + command.get_name();
    err << "tiphys: " << message << "\n"
        << "run `" << name << " --help` for the options\n";
    return kExitUsage;
}

} // namespace

void declare_commands(CLI::App& app, Invocation& invocation, const std::string& first) {
    app.description("Compiles, checks and runs Argo Workflows and Argo Events.");
    app.name("tiphys");
    app.set_version_flag(kVersionFlag, std::string("tiphys ") + kVersion, "Print the version");
    app.set_help_flag("-h,--help", "Print help");
    app.require_subcommand(0, 1);
    app.formatter(std::make_shared<OrderedHelp>());
    app.get_formatter()->label("SUBCOMMAND", "COMMAND");
    app.get_formatter()->label("Positionals", "Arguments");
    app.get_formatter()->label("TEXT", "VALUE");
    app.get_formatter()->label("REQUIRED", "(required)");
    app.footer("Exit codes: 0 fine, 1 findings or a failed run, 2 usage or environment.\n"
               "Documentation of a rule: tiphys explain RULE");
    // The options of all commands take longer than what many of them do.
    const auto named = [&](const Command& command) { return command.name == first; };
    const bool needs_one =
        first != "help" && std::any_of(kCommands.begin(), kCommands.end(), named);
    for (const Command& command : kCommands) {
        if (first == kVersionFlag || (needs_one && !named(command))) continue;
        command.add(app, invocation);
    }
    for (CLI::App* command : app.get_subcommands({}))
        command->group("Commands");
}

void add_environment(CLI::App& command, std::string& environment) {
    command.add_option("-e,--env", environment,
                       "Environment: the `overlay` of .tiphys files to apply");
}

int fail(Streams& streams, const std::string& message) {
    streams.err << "tiphys: " << message << "\n";
    return kExitUsage;
}

int run_command(std::span<const std::string> args, Streams& streams) {
    CLI::App app;
    Invocation invocation;
    declare_commands(app, invocation, args.empty() ? "" : args.front());
    std::vector<std::string> reversed(args.rbegin(), args.rend());
    try {
        app.parse(reversed);
    } catch (const CLI::CallForHelp&) {
        streams.out << app.help();
        return kExitFine;
    } catch (const CLI::CallForVersion& version) {
        streams.out << version.what() << "\n";
        return kExitFine;
    } catch (const CLI::ParseError& error) {
        return report_usage(app, error, streams.err);
    }
    if (!invocation.run) {
        streams.out << app.help();
        return kExitFine;
    }
    return invocation.run(streams);
}

} // namespace tiphys::cli
