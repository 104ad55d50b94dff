#pragma once
// How the kinds of nodes look, the same in all formats that have colours.

#include <span>
#include <string_view>

#include "codegen/graph/graph.h"

namespace tiphys::graph {

/// Colours as `#rrggbb`, chosen for a light background and dark text.
struct Style {
    std::string_view name;
    std::string_view fill;
    std::string_view stroke;
    bool is_dashed = false;
};

[[nodiscard]] const Style& style_of(NodeKind kind);

[[nodiscard]] std::span<const Style> all_styles();

inline constexpr std::string_view kTextColour = "#1f2933";
inline constexpr std::string_view kEdgeColour = "#7b8ba1";
inline constexpr std::string_view kHookColour = "#8064c8";
inline constexpr std::string_view kBackColour = "#d64545";

} // namespace tiphys::graph
