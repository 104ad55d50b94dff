// What the rails look like for the usual shapes.
#include <catch2/catch.hpp>

#include "codegen/graph/rails.h"

namespace tiphys::graph {
namespace {

/// Lines as `art name`, where node i is called by the i-th letter; `joints` have no line.
std::string drawn(std::size_t count, std::vector<std::pair<char, char>> edges,
                  const std::string& joints = "") {
    RailPlan plan;
    for (std::size_t i = 0; i < count; ++i) {
        const char name = static_cast<char>('a' + static_cast<char>(i));
        plan.marks.emplace_back(joints.find(name) == joints.npos ? "●" : "");
    }
    for (const auto& [from, to] : edges) {
        plan.edges.emplace_back(static_cast<std::size_t>(from - 'a'),
                                static_cast<std::size_t>(to - 'a'));
    }
    std::string text = "\n";
    for (const RailLine& line : draw_rails(plan)) {
        text += line.art + " " + static_cast<char>('a' + static_cast<char>(line.node)) + "\n";
    }
    return text;
}

TEST_CASE("a chain goes straight down") {
    CHECK(drawn(3, {{'a', 'b'}, {'b', 'c'}}) == "\n"
                                                "● a\n"
                                                "● b\n"
                                                "● c\n");
}

TEST_CASE("unrelated nodes do not stand below each other") {
    CHECK(drawn(3, {}) == "\n"
                          "● a\n"
                          "  ● b\n"
                          "● c\n");
}

TEST_CASE("a diamond") {
    CHECK(drawn(4, {{'a', 'b'}, {'a', 'c'}, {'b', 'd'}, {'c', 'd'}}) == "\n"
                                                                        "● a\n"
                                                                        "├▸●─╮ b\n"
                                                                        "╰▸●─┤ c\n"
                                                                        "●◂──╯ d\n");
}

TEST_CASE("branches are finished one after the other") {
    CHECK(drawn(6, {{'a', 'b'}, {'a', 'c'}, {'b', 'd'}, {'c', 'e'}, {'d', 'f'}, {'e', 'f'}}) ==
          "\n"
          "● a\n"
          "├▸● b\n"
          "│ ●─╮ d\n"
          "╰▸● │ c\n"
          "  ●─┤ e\n"
          "●◂──╯ f\n");
}

TEST_CASE("a node that waits for a node and for its follower") {
    CHECK(drawn(3, {{'a', 'b'}, {'a', 'c'}, {'b', 'c'}}) == "\n"
                                                            "● a\n"
                                                            "├▸● b\n"
                                                            "╰─┴▸● c\n");
}

TEST_CASE("a line passes behind the rails that it has nothing to do with") {
    CHECK(drawn(5, {{'a', 'b'}, {'a', 'c'}, {'b', 'd'}, {'b', 'e'}, {'c', 'd'}}) == "\n"
                                                                                    "● a\n"
                                                                                    "├▸● b\n"
                                                                                    "│ ├▸● e\n"
                                                                                    "╰─│▸● c\n"
                                                                                    "●◂┴─╯ d\n");
}

TEST_CASE("several groups of steps feed each other through joints") {
    CHECK(drawn(8,
                {{'a', 'c'},
                 {'b', 'c'},
                 {'c', 'd'},
                 {'c', 'e'},
                 {'d', 'f'},
                 {'e', 'f'},
                 {'f', 'g'},
                 {'f', 'h'}},
                "cf") == "\n"
                         "●─╮ a\n"
                         "●─┤ b\n"
                         "  ├▸●─╮ d\n"
                         "  ╰▸●─┤ e\n"
                         "      ├▸● g\n"
                         "      ╰▸● h\n");
}

TEST_CASE("every node has one line, below all that it waits for") {
    std::vector<std::pair<char, char>> edges;
    for (char to = 'b'; to <= 'z'; ++to) {
        for (int step = 1; step <= 3; ++step) {
            const int from = to - step * step;
            if (from >= 'a') edges.emplace_back(static_cast<char>(from), to);
        }
    }
    const std::string text = drawn(26, edges);
    for (const auto& [from, to] : edges) {
        const auto above = text.find(std::string(" ") + from + "\n");
        const auto below = text.find(std::string(" ") + to + "\n");
        REQUIRE(above != text.npos);
        CHECK(above < below);
    }
}

} // namespace
} // namespace tiphys::graph
