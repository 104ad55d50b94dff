#pragma once
// A graph measured and placed, before it is painted.

#include <string>
#include <vector>

#include "codegen/graph/graph.h"
#include "codegen/graph/layered.h"

namespace tiphys::graph {

/// A point or extent on the picture, from its upper left corner.
struct Point {
    Length x = 0;
    Length y = 0;
};

enum class LineStyle : std::uint8_t { kName, kDetail, kCondition };

/// A line of text on a node.
struct TextLine {
    LineStyle style = LineStyle::kName;
    std::string text;
};

struct GroupPicture;

struct NodePicture {
    const Node* node = nullptr;
    std::vector<TextLine> lines;
    /// Its upper left corner within the group, and its extent.
    Point at;
    Point size;
    /// One group where the node is unfolded, and where that begins within the node.
    std::vector<GroupPicture> inner;
    Point inner_at;
};

struct EdgePicture {
    const Edge* edge = nullptr;
    /// In drawing direction: the end is where an edge of kind kBack begins.
    std::vector<RoutePiece> pieces;
    std::string label;
    Point label_at;
    Point label_size;
};

/// Positions are relative to the group.
struct GroupPicture {
    std::vector<NodePicture> nodes;
    std::vector<EdgePicture> edges;
    Point size;
};

/// Which way the work flows.
enum class Flow : std::uint8_t { kDown, kRight };

/// Measures and places a group and all that is in it.
[[nodiscard]] GroupPicture picture_of(const Group& group, Flow flow);

/// A place of a layered drawing as a point of the picture.
[[nodiscard]] Point point_of(Place place, Flow flow);

/// Height of a line of text with the space to the next one.
[[nodiscard]] Length line_height(LineStyle style);
/// Size of the letters.
[[nodiscard]] int font_size(LineStyle style);
/// Width of a text in a usual sans-serif font, rather too wide than too narrow.
[[nodiscard]] Length text_width(std::string_view text, int font_size, bool is_bold);

/// Distance from the edge of an unfolded node to its title.
inline constexpr Length kTitleInset = 14 * kPixel;
/// How far the sheets of a looped node stand out behind it.
inline constexpr Length kStack = 6 * kPixel;

} // namespace tiphys::graph
