// Where boxes of a layered drawing stand.
#include <algorithm>
#include <numeric>
#include <random>

#include <catch2/catch.hpp>

#include "codegen/graph/layered.h"

namespace tiphys::graph {
namespace {

/// Boxes of one size; each waits for up to three of the dozen before it, some for none.
LayeredInput random_input(unsigned seed) {
    constexpr std::size_t kBoxes = 60;
    std::mt19937 random(seed);
    LayeredInput input;
    input.boxes.assign(kBoxes, {100 * kPixel, 40 * kPixel});
    for (std::size_t to = 1; to < kBoxes; ++to) {
        for (unsigned n = random() % 4; n > 0; --n) {
            const std::size_t back = 1 + random() % std::min<std::size_t>(to, 12);
            input.edges.push_back({to - back, to, {}});
        }
    }
    return input;
}

TEST_CASE("no band of a drawing stays empty, however many parts it has") {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        const LayeredInput input = random_input(seed);
        const Layered layered = place_in_layers(input);
        // Lines may run alone, but never far from each other.
        std::vector<std::pair<Length, Length>> bands;
        for (const Place& place : layered.boxes)
            bands.emplace_back(place.across, place.across + 100 * kPixel);
        for (const std::vector<RoutePiece>& route : layered.routes) {
            for (const RoutePiece& piece : route) {
                const auto [least, most] = std::minmax(piece.begin.across, piece.end.across);
                bands.emplace_back(least, most);
            }
        }
        std::sort(bands.begin(), bands.end());
        Length covered = 0;
        for (const auto& [begin, end] : bands) {
            CHECK(begin - covered <= input.gap_across + 2 * kPixel);
            covered = std::max(covered, end);
        }
    }
}

TEST_CASE("boxes of one rank keep their distance") {
    const LayeredInput input = random_input(7);
    const Layered layered = place_in_layers(input);
    std::vector<std::size_t> order(input.boxes.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const Place& first = layered.boxes[a];
        const Place& second = layered.boxes[b];
        return std::pair(first.along, first.across) < std::pair(second.along, second.across);
    });
    for (std::size_t i = 1; i < order.size(); ++i) {
        const Place& left = layered.boxes[order[i - 1]];
        const Place& right = layered.boxes[order[i]];
        if (left.along != right.along) continue;
        CHECK(right.across - left.across >= 100 * kPixel + input.gap_across);
    }
}

} // namespace
} // namespace tiphys::graph
