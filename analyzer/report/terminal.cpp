// Whether output is coloured.
#include "analyzer/report/terminal.h"

namespace tiphys::report {
namespace {

bool forces(const std::optional<std::string_view>& variable) {
    return variable && !variable->empty() && *variable != "0" && *variable != "false";
}

bool environment_allows(const Terminal& terminal) {
    if (terminal.no_color && !terminal.no_color->empty()) return false;
    if (forces(terminal.force_color) || forces(terminal.clicolor_force)) return true;
    return terminal.is_tty && terminal.term != "dumb";
}

} // namespace

std::optional<ColourChoice> colour_choice_by_name(std::string_view name) {
    if (name == "auto") return ColourChoice::kAuto;
    if (name == "always") return ColourChoice::kAlways;
    if (name == "never") return ColourChoice::kNever;
    return std::nullopt;
}

bool use_colour(ColourChoice choice, const Terminal& terminal) {
    switch (choice) {
    case ColourChoice::kAuto:
        return environment_allows(terminal);
    case ColourChoice::kAlways:
        return true;
    case ColourChoice::kNever:
        return false;
    }
    return false;
}

} // namespace tiphys::report
