// From a command line to the command that it names.
#include "cli/run_command.h"

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

constexpr std::array kCommands = {
    add_lint,     add_run,      add_list,       add_get,    add_logs,      add_watch,
    add_wait,     add_suspend,  add_resume,     add_stop,   add_terminate, add_node,
    add_retry,    add_resubmit, add_delete,     add_submit, add_template,  add_cluster_template,
    add_simulate, add_cron,     add_controller, add_graph,  add_stats,     add_compile,
    add_import,   add_fmt,      add_diff,       add_vendor, add_eval,      add_rules,
    add_explain,  add_install,  add_archive,    add_help};

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

void declare_commands(CLI::App& app, Invocation& invocation) {
    app.description("Compiles, checks and runs Argo Workflows and Argo Events.");
    app.name("tiphys");
    app.set_version_flag("--version", std::string("tiphys ") + kVersion, "Print the version");
    app.set_help_flag("-h,--help", "Print help");
    app.require_subcommand(0, 1);
    app.formatter(std::make_shared<OrderedHelp>());
    app.get_formatter()->label("SUBCOMMAND", "COMMAND");
    app.get_formatter()->label("Positionals", "Arguments");
    app.get_formatter()->label("TEXT", "VALUE");
    app.get_formatter()->label("REQUIRED", "(required)");
    app.footer("Exit codes: 0 fine, 1 findings or a failed run, 2 usage or environment.\n"
               "Documentation of a rule: tiphys explain RULE");
    for (const AddCommand add : kCommands)
        add(app, invocation);
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
    declare_commands(app, invocation);
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
