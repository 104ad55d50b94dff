// tiphys eval: tries an expression, condition, tag or schedule by hand.
#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <istream>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/eval_cases.h"
#include "compiler/expr/argo_variables.h"
#include "compiler/expr/cron.h"
#include "compiler/expr/depends.h"
#include "compiler/expr/duration.h"
#include "compiler/expr/evaluate.h"
#include "compiler/expr/json.h"
#include "compiler/expr/number_text.h"
#include "compiler/expr/quantity.h"
#include "compiler/expr/replace_tags.h"
#include "compiler/expr/unicode.h"
#include "compiler/expr/when.h"

namespace tiphys::cli {
namespace {

struct EvalOptions {
    std::string text;
    std::vector<std::string> parameters;
    std::string language = "auto";
    std::string cases;
    std::string from;
};

/// Why there is no value, and where in the text.
struct Trouble {
    expr::Range range;
    std::string message;
    std::string help;
};

/// What came of a text: lines for standard output, or trouble.
struct Outcome {
    std::string lines;
    std::optional<Trouble> trouble;
};

Outcome trouble_at(expr::Range range, std::string message, std::string help = "") {
    return {"", Trouble{range, std::move(message), std::move(help)}};
}

expr::Range whole(std::string_view text) {
    return {0, static_cast<std::uint32_t>(text.size())};
}

std::string value_line(const expr::Value& value) {
    std::string reason;
    const std::optional<std::string> json = expr::to_json(value, {}, reason);
    return (json ? *json : expr::go_text(value)) + " (" + expr::go_type(value) + ")\n";
}

/// `k=v` pairs as flat variables; all values are texts, as Argo's are.
expr::Value variables_of(const EvalOptions& options) {
    std::vector<std::pair<expr::Value, expr::Value>> entries;
    for (const std::string& parameter : options.parameters) {
        const std::size_t sign = parameter.find('=');
        entries.emplace_back(expr::Value::string(parameter.substr(0, sign)),
                             expr::Value::string(parameter.substr(sign + 1)));
    }
    return expr::Value::map(std::move(entries));
}

expr::Environment present_environment() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
    expr::Environment environment;
    environment.now.seconds = nanoseconds / 1'000'000'000;
    environment.now.nanoseconds = static_cast<std::int32_t>(nanoseconds % 1'000'000'000);
    environment.random_bytes = expr::seeded_bytes(static_cast<std::uint64_t>(nanoseconds));
    environment.zone_file = expr::read_system_zone;
    return environment;
}

Outcome eval_expr(const EvalOptions& options) {
    const expr::Value variables = expr::argo_variables(variables_of(options).as_map());
    const expr::Evaluation outcome = expr::evaluate(options.text, variables, present_environment());
    if (outcome.ok()) return {value_line(outcome.value), std::nullopt};
    return trouble_at(outcome.error->range, outcome.error->message, outcome.error->help);
}

/// The tags of a text, each replaced as in a strict pass of Argo's.
Outcome eval_tags(const EvalOptions& options) {
    const expr::Value variables = variables_of(options);
    const std::string json = expr::json_quote(options.text, false);
    const expr::TagReplacement replaced =
        expr::replace_tags(json, variables, expr::MissingTags::kRefuse, {}, present_environment());
    if (replaced.error) return trouble_at(whole(options.text), replaced.error->message);
    expr::JsonFault fault;
    const std::optional<expr::Value> text = expr::parse_json(replaced.text, fault);
    const bool is_text = text && text->is_string();
    return {(is_text ? text->as_string() : replaced.text) + "\n", std::nullopt};
}

Outcome eval_when(const EvalOptions& options) {
    EvalOptions replaced = options;
    if (options.text.find("{{") != options.text.npos) {
        Outcome text = eval_tags(options);
        if (text.trouble) return text;
        replaced.text = text.lines.substr(0, text.lines.size() - 1);
    }
    const expr::WhenResult result = expr::evaluate_when(replaced.text);
    if (result.value) return {*result.value ? "true (bool)\n" : "false (bool)\n", std::nullopt};
    if (result.stage == expr::WhenStage::kNotBool) {
        return trouble_at(whole(options.text), "the condition is " + expr::go_text(result.got) +
                                                   ", neither true nor false");
    }
    return trouble_at(result.error.range, result.error.message, result.error.help);
}

/// `-p task=Succeeded` gives the results of tasks.
expr::TaskResults results_of(std::string_view result) {
    return {.succeeded = result == "Succeeded",
            .failed = result == "Failed",
            .errored = result == "Errored",
            .skipped = result == "Skipped",
            .omitted = result == "Omitted",
            .daemoned = result == "Daemoned",
            .any_succeeded = result == "AnySucceeded",
            .all_failed = result == "AllFailed"};
}

Outcome eval_depends(const EvalOptions& options) {
    const expr::DependsLogic logic = expr::parse_depends_logic(
        options.text, [](std::string_view) { return expr::ContinueOn{}; });
    if (!logic.parsed.ok()) {
        const expr::ParseError& error = *logic.parsed.error;
        return trouble_at(error.range, error.message, error.help);
    }
    const expr::Value results = variables_of(options);
    const expr::Evaluation outcome = expr::evaluate_depends(
        logic, [&](std::string_view task) -> std::optional<expr::TaskResults> {
            const expr::Value* found = results.as_map().find(task);
            if (found == nullptr) return std::nullopt;
            return results_of(found->as_string());
        });
    if (outcome.ok()) return {value_line(outcome.value), std::nullopt};
    return trouble_at(outcome.error->range, outcome.error->message,
                      "give the results of tasks: `-p task=Succeeded`");
}

Outcome eval_cron(const EvalOptions& options) {
    constexpr int kRuns = 5;
    const expr::CronParse parsed = expr::parse_cron(options.text);
    if (!parsed.ok()) {
        return trouble_at(parsed.error->range, parsed.error->message, parsed.error->help);
    }
    const expr::Environment environment = present_environment();
    const std::string zone_name = parsed.schedule.zone_name.value_or("UTC");
    const auto zone = expr::load_zone(environment, zone_name);
    if (zone == nullptr) {
        return trouble_at(whole(options.text), "there is no time zone `" + zone_name + "`");
    }
    std::optional<expr::Time> at = environment.now;
    if (!options.from.empty()) {
        at = expr::parse_time(expr::kRfc3339, options.from, expr::TimeZone::utc());
        if (!at)
            return trouble_at({}, "`" + options.from + "` is no time like 2026-01-31T12:00:00Z");
    }
    Outcome outcome;
    for (int i = 0; i < kRuns && at; ++i) {
        at = expr::next_run(parsed.schedule, *at, zone);
        if (!at) break;
        at->zone = zone;
        outcome.lines += expr::format_time(*at, expr::kRfc3339) + "\n";
    }
    if (outcome.lines.empty()) outcome.lines = "never\n";
    return outcome;
}

Outcome eval_quantity(const EvalOptions& options) {
    const std::optional<expr::Quantity> quantity = expr::parse_quantity(options.text);
    if (!quantity) {
        return trouble_at(whole(options.text), "`" + options.text + "` is no quantity",
                          "write it like `500m`, `1.5Gi` or `2`");
    }
    return {expr::canonical_text(*quantity) + " (" +
                expr::format_general(expr::approximate_value(*quantity)) + ")\n",
            std::nullopt};
}

Outcome eval_duration(const EvalOptions& options) {
    const std::optional<std::int64_t> nanoseconds = expr::parse_go_duration_ns(options.text);
    if (!nanoseconds) {
        return trouble_at(whole(options.text), "`" + options.text + "` is no duration",
                          "write it like `1h30m`, `90s` or `15m`");
    }
    const double seconds = static_cast<double>(*nanoseconds) / 1e9;
    return {expr::format_go_duration(*nanoseconds) + " (" + expr::format_general(seconds) +
                " seconds)\n",
            std::nullopt};
}

struct Language {
    std::string_view name;
    Outcome (*run)(const EvalOptions& options);
};
constexpr std::array<Language, 7> kLanguages{{{"expr", eval_expr},
                                              {"tags", eval_tags},
                                              {"when", eval_when},
                                              {"depends", eval_depends},
                                              {"cron", eval_cron},
                                              {"quantity", eval_quantity},
                                              {"duration", eval_duration}}};

std::vector<std::string> language_names() {
    std::vector<std::string> names{"auto"};
    for (const Language& language : kLanguages)
        names.emplace_back(language.name);
    return names;
}

/// The line that holds the place, and marks below it.
void show_place(const std::string& text, expr::Range range, std::ostream& err) {
    const std::size_t begin = std::min<std::size_t>(range.begin, text.size());
    const std::size_t line_begin = begin == 0 || text.rfind('\n', begin - 1) == text.npos
                                       ? 0
                                       : text.rfind('\n', begin - 1) + 1;
    const std::size_t line_end = std::min(text.find('\n', begin), text.size());
    const std::size_t end = std::clamp<std::size_t>(range.end, begin, line_end);
    const std::string_view view = text;
    const std::size_t n_before = expr::rune_count(view.substr(line_begin, begin - line_begin));
    const std::size_t n_marked =
        std::max<std::size_t>(1, expr::rune_count(view.substr(begin, end - begin)));
    err << "  " << expr::to_utf8(view.substr(line_begin, line_end - line_begin)) << "\n  "
        << std::string(n_before, ' ') << std::string(n_marked, '^') << "\n";
}

int eval_text(const EvalOptions& options, Streams& streams) {
    const bool has_tags = options.text.find("{{") != options.text.npos;
    const std::string wanted =
        options.language != "auto" ? options.language : (has_tags ? "tags" : "expr");
    const auto language = std::find_if(kLanguages.begin(), kLanguages.end(),
                                       [&](const Language& each) { return each.name == wanted; });
    const Outcome outcome = language->run(options);
    if (!outcome.trouble) {
        streams.out << outcome.lines;
        return kExitFine;
    }
    streams.err << "tiphys: " << outcome.trouble->message << "\n";
    show_place(options.text, outcome.trouble->range, streams.err);
    if (!outcome.trouble->help.empty()) streams.err << "help: " << outcome.trouble->help << "\n";
    return kExitFindings;
}

int eval_cases(const EvalOptions& options, Streams& streams) {
    std::ifstream file;
    std::istream* in = &streams.in;
    if (options.cases != "-") {
        file.open(options.cases, std::ios::binary);
        if (!file) return fail(streams, "cannot read `" + options.cases + "`");
        in = &file;
    }
    for (std::string line; std::getline(*in, line);) {
        if (!line.empty()) streams.out << rerun_case(line) << "\n";
    }
    return kExitFine;
}

int eval(const EvalOptions& options, Streams& streams) {
    for (const std::string& parameter : options.parameters) {
        const std::size_t sign = parameter.find('=');
        if (sign == parameter.npos || sign == 0) {
            return fail(streams, "`-p " + parameter + "` is not of the form `name=value`");
        }
    }
    if (!options.cases.empty()) return eval_cases(options, streams);
    if (options.text.empty()) return fail(streams, "no expression and no `--cases` given");
    return eval_text(options, streams);
}

} // namespace

void add_eval(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand("eval", "Try an expression, condition or schedule");
    auto options = std::make_shared<EvalOptions>();
    command->add_option("EXPR", options->text, "What to evaluate");
    command
        ->add_option("-p,--parameter", options->parameters,
                     "A variable, `inputs.parameters.n=3`; of `depends` the result of a task")
        ->allow_extra_args(false)
        ->type_name("NAME=VALUE");
    command
        ->add_option("--language", options->language,
                     "How to read it; `auto`: as text with tags where it holds any, else as expr")
        ->check(CLI::IsMember(language_names()))
        ->capture_default_str();
    command->add_option("--from", options->from, "Of a schedule: the time to start at (RFC 3339)");
    command->add_option("--cases", options->cases,
                        "Run the recorded cases of a file, one JSON object a line; `-` is standard "
                        "input");
    command->footer("Example: tiphys eval \"asInt(inputs.parameters.n) * 2\" -p "
                    "inputs.parameters.n=3\n"
                    "Exit codes: 0 a value, 1 no value, 2 usage or environment");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return eval(*options, streams); };
    });
}

} // namespace tiphys::cli
