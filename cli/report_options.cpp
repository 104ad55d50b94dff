// How commands show findings.
#include "cli/report_options.h"

#include <cstdlib>
#include <filesystem>

#include "analyzer/report/terminal.h"
#include "analyzer/rule.h"

namespace tiphys::cli {
namespace {

std::optional<std::string_view> variable(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr) return std::nullopt;
    return std::string_view(value);
}

std::optional<report::RuleInfo> rule_info(std::string_view name) {
    const analyze::RegisteredRule* found = analyze::find_rule(name);
    if (found == nullptr) return std::nullopt;
    return report::RuleInfo{found->name,          found->group,     found->rule->severity,
                            found->rule->summary, found->rule->doc, found->rule->since};
}

} // namespace

report::Options report_options(const std::string& colour, const std::string& columns,
                               const Streams& streams) {
    report::Options options;
    const report::Terminal terminal{streams.out_is_terminal, variable("NO_COLOR"),
                                    variable("FORCE_COLOR"), variable("CLICOLOR_FORCE"),
                                    variable("TERM")};
    const auto choice = report::colour_choice_by_name(colour);
    options.colour = report::use_colour(choice.value_or(report::ColourChoice::kAuto), terminal);
    options.utf16_columns = columns == "utf16";
    std::error_code error;
    options.root = std::filesystem::current_path(error).string();
    options.tool_version = kVersion;
    options.rule = rule_info;
    return options;
}

} // namespace tiphys::cli
