// From a command line to the command that it names.
#include "cli/run_command.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
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

/// CLI11's `TEXT:{a,b}` and `INT:INT in [0 - 9]` as `a|b` and `NUMBER`.
std::string type_words(const std::string& type) {
    const std::size_t colon = type.find(':');
    if (colon != type.npos && type.substr(colon + 1).starts_with("{")) {
        std::string words = type.substr(colon + 2, type.size() - colon - 3);
        std::replace(words.begin(), words.end(), ',', '|');
        return words;
    }
    const std::string name = type.substr(0, colon);
    if (name == "TEXT") return "VALUE";
    return name == "INT" || name == "UINT" || name == "FLOAT" ? "NUMBER" : name;
}

/// Help in the words of this program.
class OwnHelp : public CLI::Formatter {
public:
    std::string make_option_opts(const CLI::Option* option) const override {
        std::string text;
        if (!option->get_option_text().empty()) {
            text = " " + option->get_option_text();
        } else if (option->get_type_size() != 0) {
            if (option->nonpositional()) text = " " + type_words(option->get_type_name());
            const bool takes_many =
                option->get_expected_max() == CLI::detail::expected_max_vector_size &&
                (option->get_positional() || option->get_allow_extra_args());
            text += takes_many ? " ..." : "";
            text += option->get_required() ? " (required)" : "";
        }
        // CLI11 has them in the order of their addresses.
        std::set<std::string> excluded;
        for (const CLI::Option* other : option->get_excludes())
            excluded.insert(other->get_name());
        if (!excluded.empty()) text += " Excludes:";
        for (const std::string& name : excluded)
            text += " " + name;
        return text;
    }

    std::string make_option_desc(const CLI::Option* option) const override {
        const std::string text = CLI::Formatter::make_option_desc(option);
        const std::string standard = option->get_default_str();
        const bool is_said = standard.empty() || text.find("(default:") != text.npos;
        return is_said ? text : text + " (default: " + standard + ")";
    }

    std::string make_help(const CLI::App* app, std::string name,
                          CLI::AppFormatMode mode) const override {
        std::string text = CLI::Formatter::make_help(app, std::move(name), mode);
        constexpr std::string_view kTwoLines = "\n\n\n";
        for (std::size_t at = text.find(kTwoLines); at != text.npos; at = text.find(kTwoLines))
            text.erase(at, 1);
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

/// `a: b` of CLI11's messages.
struct Halves {
    std::string before;
    std::string behind;
};

std::optional<Halves> split_at(const std::string& text, std::string_view separator) {
    const std::size_t at = text.find(separator);
    if (at == text.npos) return std::nullopt;
    return Halves{text.substr(0, at), text.substr(at + separator.size())};
}

/// CLI11's words about a value that an option does not take, in ours: `--depth: Value x not in
/// range 0 to 9`, `--color: x not in {auto,never}`, `Could not convert: --threads = x`.
std::string own_words(const CLI::ParseError& error) {
    const std::string words = error.what();
    const std::optional<Halves> parts = split_at(words, ": ");
    if (!parts.has_value()) return words;
    const std::string option = "`" + parts->before + "`";
    if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) {
        const auto given = split_at(parts->behind, " = ");
        if (given) return "`" + given->before + "` cannot be `" + given->behind + "`";
    }
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr &&
        parts->behind.ends_with(" missing")) {
        return option + " needs a value";
    }
    if (dynamic_cast<const CLI::ValidationError*>(&error) == nullptr) return words;
    if (const auto given = split_at(parts->behind, " not in {")) {
        std::string names;
        for (const char c : given->behind)
            names += c == ',' ? ", " : c == '}' ? "" : std::string(1, c);
        return option + " cannot be `" + given->before + "`; it can be " + names;
    }
    if (const auto given = split_at(parts->behind, " not in range ")) {
        constexpr std::size_t kValue = std::string_view("Value ").size();
        return option + " cannot be `" + given->before.substr(kValue) + "`; it is a number from " +
               given->behind;
    }
    return option + ": " + parts->behind;
}

int report_usage(const CLI::App& app, const CLI::ParseError& error, std::ostream& err) {
    const CLI::App& command = chosen_command(app);
    std::string message = own_words(error);
    const std::vector<std::string> extras = app.remaining(true);
    const bool is_missing = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
    // What is missing may be what was misspelt.
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr ||
        (is_missing && !extras.empty())) {
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
    app.formatter(std::make_shared<OwnHelp>());
    app.get_formatter()->label("SUBCOMMAND", "COMMAND");
    app.get_formatter()->label("Positionals", "Arguments");
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
