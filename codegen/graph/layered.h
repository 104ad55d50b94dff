#pragma once
// Places boxes in ranks so that all edges lead onwards, with few crossings and straight lines.
// After Sugiyama, Tagawa and Toda (1981), with isotonic regression for the coordinates.

#include <cstdint>
#include <vector>

namespace tiphys::graph {

/// Hundredths of a pixel: whole numbers give the same picture on every machine.
using Length = std::int64_t;
inline constexpr Length kPixel = 100;

/// Ranks follow each other along `along`; boxes of a rank stand side by side along `across`.
struct Size {
    Length across = 0;
    Length along = 0;
};
struct Place {
    Length across = 0;
    Length along = 0;
};

struct LayeredEdge {
    std::size_t from = 0;
    std::size_t to = 0;
    /// Room for a label on the edge; zero for none.
    Size label;
};

/// What to place. The edges must not form a cycle.
struct LayeredInput {
    std::vector<Size> boxes;
    std::vector<LayeredEdge> edges;
    /// Least distance between boxes of one rank, and between ranks.
    Length gap_across = 24 * kPixel;
    Length gap_along = 44 * kPixel;
};

/// A piece of an edge's line: a cubic curve, straight where `across` does not change.
struct RoutePiece {
    Place begin;
    Place first_control;
    Place second_control;
    Place end;
};

struct Layered {
    Size size;
    /// The corner of each box that is nearest to the origin.
    std::vector<Place> boxes;
    /// For each edge its line, from the end of its first box to the beginning of its last.
    std::vector<std::vector<RoutePiece>> routes;
    /// For each edge the corner of its label; of no meaning without one.
    std::vector<Place> labels;
};

[[nodiscard]] Layered place_in_layers(const LayeredInput& input);

} // namespace tiphys::graph
