#pragma once
// Whether output is coloured, decided from values that the caller has read.

#include <cstdint>
#include <optional>
#include <string_view>

namespace tiphys::report {

/// The values of `--color`.
enum class ColourChoice : std::uint8_t { kAuto, kAlways, kNever };

[[nodiscard]] std::optional<ColourChoice> colour_choice_by_name(std::string_view name);

/// What surrounds an output stream; variables that are not set are absent.
struct Terminal {
    bool is_tty = false;
    std::optional<std::string_view> no_color;
    std::optional<std::string_view> force_color;
    std::optional<std::string_view> clicolor_force;
    std::optional<std::string_view> term;
};

/// `--color always` and `never` decide; else a NO_COLOR that is not empty switches colour off;
/// else FORCE_COLOR or CLICOLOR_FORCE, unless empty, `0` or `false`, switch it on; else a terminal
/// other than `TERM=dumb` has colour.
[[nodiscard]] bool use_colour(ColourChoice choice, const Terminal& terminal);

} // namespace tiphys::report
