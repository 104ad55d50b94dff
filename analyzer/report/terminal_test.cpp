// The order in which switches and variables decide about colour.
#include <catch2/catch.hpp>

#include "analyzer/report/terminal.h"

namespace tiphys::report {
namespace {

TEST_CASE("the switch decides before everything else") {
    Terminal terminal;
    terminal.is_tty = true;
    terminal.no_color = "1";
    CHECK(use_colour(ColourChoice::kAlways, terminal));
    terminal.no_color.reset();
    terminal.force_color = "1";
    CHECK_FALSE(use_colour(ColourChoice::kNever, terminal));
}

TEST_CASE("NO_COLOR wins over FORCE_COLOR unless it is empty") {
    Terminal terminal;
    terminal.no_color = "0";
    terminal.force_color = "1";
    CHECK_FALSE(use_colour(ColourChoice::kAuto, terminal));
    terminal.no_color = "";
    CHECK(use_colour(ColourChoice::kAuto, terminal));
}

TEST_CASE("FORCE_COLOR and CLICOLOR_FORCE colour a pipe, but not as 0 or false") {
    Terminal terminal;
    CHECK_FALSE(use_colour(ColourChoice::kAuto, terminal));
    terminal.clicolor_force = "1";
    CHECK(use_colour(ColourChoice::kAuto, terminal));
    terminal.clicolor_force = "0";
    CHECK_FALSE(use_colour(ColourChoice::kAuto, terminal));
    terminal.force_color = "false";
    CHECK_FALSE(use_colour(ColourChoice::kAuto, terminal));
    terminal.force_color = "";
    CHECK_FALSE(use_colour(ColourChoice::kAuto, terminal));
}

TEST_CASE("a terminal has colour unless it is dumb") {
    Terminal terminal;
    terminal.is_tty = true;
    CHECK(use_colour(ColourChoice::kAuto, terminal));
    terminal.term = "xterm";
    CHECK(use_colour(ColourChoice::kAuto, terminal));
    terminal.term = "dumb";
    CHECK_FALSE(use_colour(ColourChoice::kAuto, terminal));
    terminal.force_color = "1";
    CHECK(use_colour(ColourChoice::kAuto, terminal));
}

TEST_CASE("the switch has three values") {
    CHECK(colour_choice_by_name("auto") == ColourChoice::kAuto);
    CHECK(colour_choice_by_name("always") == ColourChoice::kAlways);
    CHECK(colour_choice_by_name("never") == ColourChoice::kNever);
    CHECK_FALSE(colour_choice_by_name("Always").has_value());
}

} // namespace
} // namespace tiphys::report
