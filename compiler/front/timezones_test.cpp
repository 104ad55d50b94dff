// Names of time zones.
#include <algorithm>

#include <catch2/catch.hpp>

#include "compiler/front/timezones.h"

namespace tiphys::front {

TEST_CASE("time zones are those of Go's LoadLocation") {
    CHECK(is_timezone("Europe/Berlin"));
    CHECK(is_timezone("UTC"));
    CHECK(is_timezone("Local"));
    CHECK(is_timezone(""));
    CHECK(is_timezone("America/Argentina/Buenos_Aires"));
    CHECK(is_timezone("US/Pacific"));
    CHECK_FALSE(is_timezone("europe/berlin"));
    CHECK_FALSE(is_timezone("Mars/Base"));
    CHECK_FALSE(is_timezone("Europe"));
    CHECK_FALSE(is_timezone("UTC+2"));
}

TEST_CASE("names of time zones stand in byte order, for the search") {
    const auto names = timezone_names();
    CHECK(names.size() > 500);
    CHECK(std::is_sorted(names.begin(), names.end()));
}

} // namespace tiphys::front
